import { numbersOf, textOf, textsOf } from '../dicomweb/dicom-json.js';
import { pickSeries } from '../extraction/series/series-pick.js';
import { classifySeries } from '../extraction/series/series-role.js';
import type { SeriesEntity, StudyEntity } from '../ingest/study.entity.js';
import type { AxialT2, StudyEvidence } from '../matching/evidence.js';
import { mayShowProstate, namesProstate } from '../matching/prostate-study.js';

const BODY_PART_EXAMINED = '00180015';
const PROTOCOL_NAME = '00181030';
const FRAME_OF_REFERENCE_UID = '00200052';

/** A stored study as matching sees it: which series carries labels, and why. */
export function toStudyEvidence(study: StudyEntity, series: SeriesEntity[]): StudyEvidence {
  const headers = series.map((one) => one.headers);
  const descriptions = [study.description, ...series.map(({ description }) => description)].filter(
    (text) => text !== null,
  );
  const bodyParts = headers.flatMap((header) => textsOf(header, BODY_PART_EXAMINED));
  const words = [...descriptions, ...headers.flatMap((header) => textsOf(header, PROTOCOL_NAME))];
  const frameOfSeries = Object.fromEntries(
    series.map((one) => [one.seriesInstanceUid, textOf(one.headers, FRAME_OF_REFERENCE_UID) ?? '']),
  );
  const frames = [...new Set(Object.values(frameOfSeries))].filter((frame) => frame !== '');
  return {
    studyInstanceUid: study.studyInstanceUid,
    studyDate: study.studyDate,
    accessionNumber: study.accessionNumber,
    mayShowProstate: mayShowProstate(bodyParts, words),
    namesProstate: namesProstate(bodyParts, words),
    ...pickAxialT2(study, series),
    axialT2InFrame: Object.fromEntries(
      frames.flatMap((frame) => {
        const ofFrame = series.filter(({ seriesInstanceUid }) => frameOfSeries[seriesInstanceUid] === frame);
        const { axialT2 } = pickAxialT2(study, ofFrame);
        return axialT2 === null ? [] : [[frame, axialT2] as const];
      }),
    ),
    frameOfSeries,
  };
}

function pickAxialT2(
  study: StudyEntity,
  series: SeriesEntity[],
): { axialT2: AxialT2 | null; axialT2Reason: string; isGuidance: boolean } {
  const inputs = series.map(({ seriesInstanceUid, headers, instances }) => ({
    id: seriesInstanceUid,
    dicom: headers,
    instances,
  }));
  // In-bore guidance is never a source for labels, even where nothing else is there.
  const diagnostic = inputs.filter((input) => !classifySeries(input).intraprocedural);
  const { t2w, reasons } = pickSeries({ id: study.studyInstanceUid, series: diagnostic });
  if (t2w === null) {
    const guidance = pickSeries({ id: study.studyInstanceUid, series: inputs });
    return { axialT2: null, axialT2Reason: reasons.t2w, isGuidance: guidance.t2w !== null };
  }
  const picked = series.find(({ seriesInstanceUid }) => seriesInstanceUid === t2w)!;
  return {
    axialT2: { seriesInstanceUid: t2w, middleXLps: middleXLps(picked) },
    axialT2Reason: reasons.t2w,
    isGuidance: false,
  };
}

/** Patient x of the middle of the image plane, mm, LPS (PS3.3 C.7.6.2.1.1). */
function middleXLps({ headers }: SeriesEntity): number | null {
  const [x] = numbersOf(headers, '00200032');
  const [rowX, , , columnX] = numbersOf(headers, '00200037');
  const [rowSpacingMm, columnSpacingMm] = numbersOf(headers, '00280030');
  const [rows] = numbersOf(headers, '00280010');
  const [columns] = numbersOf(headers, '00280011');
  if ([x, rowX, columnX, rowSpacingMm, columnSpacingMm, rows, columns].includes(undefined)) return null;
  return x! + (rowX! * columnSpacingMm! * (columns! - 1)) / 2 + (columnX! * rowSpacingMm! * (rows! - 1)) / 2;
}
