"""Where the voxels of each segment lie in the patient (LPS, mm), as highdicom reads SEG files: paths in, JSON out."""

import json
import sys

import highdicom as hd
import numpy as np


def read(path):
    seg = hd.seg.segread(path)
    volume = seg.get_volume(combine_segments=False)
    for index, number in enumerate(seg.segment_numbers):
        description = seg.get_segment_description(number)
        voxels = np.argwhere(volume.array[..., index])
        yield {
            "label": description.segment_label,
            "trackingUid": description.tracking_uid,
            "pointsLps": volume.map_indices_to_reference(voxels).tolist(),
        }


json.dump([list(read(path)) for path in sys.argv[1:]], sys.stdout)
