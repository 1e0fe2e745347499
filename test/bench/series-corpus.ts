import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import dcmjs from 'dcmjs';
import type { DicomJson } from '../../src/modules/dicomweb/dicom-json.js';
import { textOf } from '../../src/modules/dicomweb/dicom-json.js';
import type { SeriesInput } from '../../src/modules/extraction/series/series-headers.js';
import { dicomFiles, generateCohort } from '../fixtures/cohort/cohort.js';

const SEED = 2026;

/** Every series of the first patients of the demo cohort by the header of one instance, as a PACS gives it. */
export function cohortSeries(patients: number): SeriesInput[] {
  const series = new Map<string, SeriesInput>();
  for (const patient of generateCohort({ seed: SEED, patients }).patients) {
    for (const file of dicomFiles(patient, { pictures: false })) {
      const { dict } = dcmjs.data.DicomMessage.readFile(new Uint8Array(file).buffer);
      const dicom = JSON.parse(JSON.stringify(dict)) as DicomJson;
      const id = textOf(dicom, '0020000E') ?? '';
      const known = series.get(id);
      if (known) known.instances += 1;
      else series.set(id, { id, dicom, instances: 1 });
    }
  }
  return [...series.values()];
}

/** Composed headers that lie beside the real data, where that is there. */
export function composedSeries(): SeriesInput[] {
  const file = process.env['REAL_DATA_DIR'] && join(process.env['REAL_DATA_DIR'], '../cases/series-headers.jsonl');
  if (!file || !existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const { id, dicom, instances } = JSON.parse(line) as SeriesInput;
    return { id, dicom, instances };
  });
}
