"""Where the voxels of each segment lie in the patient (LPS, mm), as pydicom reads SEG files: paths in, JSON out."""

import json
import sys

import pydicom


def read(path):
    seg = pydicom.dcmread(path)
    shared = seg.SharedFunctionalGroupsSequence[0]
    across, down = (
        [float(cosine) for cosine in shared.PlaneOrientationSequence[0].ImageOrientationPatient[half]]
        for half in (slice(0, 3), slice(3, 6))
    )
    # The distance of rows comes first (PS3.3 10.7.1.3).
    row_mm, column_mm = (float(mm) for mm in shared.PixelMeasuresSequence[0].PixelSpacing)
    points = {segment.SegmentNumber: [] for segment in seg.SegmentSequence}
    for number, frame in enumerate(seg.PerFrameFunctionalGroupsSequence):
        segment = frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        origin = [float(mm) for mm in frame.PlanePositionSequence[0].ImagePositionPatient]
        for row, column in voxels(seg, number):
            points[segment].append(
                [
                    origin[axis] + column * column_mm * across[axis] + row * row_mm * down[axis]
                    for axis in range(3)
                ]
            )
    for segment in seg.SegmentSequence:
        yield {
            "label": segment.SegmentLabel,
            "trackingUid": segment.TrackingUID,
            "pointsLps": points[segment.SegmentNumber],
        }


def voxels(seg, frame):
    """The set bits of a frame; frames follow each other without padding, lowest bit first (PS3.5 8.1.1, 8.2)."""
    size = seg.Rows * seg.Columns
    first = frame * size
    packed = int.from_bytes(seg.PixelData[first // 8 : (first + size + 7) // 8], "little") >> first % 8
    packed &= (1 << size) - 1
    while packed:
        bit = (packed & -packed).bit_length() - 1
        yield divmod(bit, seg.Columns)
        packed &= packed - 1


json.dump([list(read(path)) for path in sys.argv[1:]], sys.stdout)
