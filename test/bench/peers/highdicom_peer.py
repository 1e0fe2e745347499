"""highdicom on the same boxes and source images: from parsed data sets and a label map to the bytes of a DICOM SEG."""

import json
import sys
import time
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
from pydicom.sr.codedict import codes

with open(sys.argv[1], encoding="utf-8") as file:
    cases = json.load(file)


def load(case):
    images = [pydicom.dcmread(path) for path in case["files"]]
    labels = np.zeros((len(images), images[0].Rows, images[0].Columns), dtype=np.uint8)
    for number, box in enumerate(case["boxes"], start=1):
        (s0, s1), (r0, r1), (c0, c1) = box["slices"], box["rows"], box["columns"]
        labels[s0 : s1 + 1, r0 : r1 + 1, c0 : c1 + 1] = number
    return images, labels, len(case["boxes"])


def encode(images, labels, count):
    segments = [
        hd.seg.SegmentDescription(
            segment_number=number,
            segment_label=f"L{number}",
            segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
            segmented_property_type=codes.SCT.Lesion,
            algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
        )
        for number in range(1, count + 1)
    ]
    segmentation = hd.seg.Segmentation(
        source_images=images,
        pixel_array=labels,
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=segments,
        series_instance_uid=hd.UID(),
        series_number=9000,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer="peer",
        manufacturer_model_name="peer",
        software_versions="1",
        device_serial_number="1",
    )
    buffer = BytesIO()
    segmentation.save_as(buffer)
    return buffer.getvalue()


loaded = [load(case) for case in cases]
for case, arguments in zip(cases, loaded):
    Path(case["output"]).write_bytes(encode(*arguments))
print(f"highdicom {version('highdicom')}", flush=True)

for line in sys.stdin:
    start = time.process_time()
    encode(*loaded[int(line)])
    print(time.process_time() - start, flush=True)
