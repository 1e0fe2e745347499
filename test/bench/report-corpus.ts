import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportKind } from '../../src/modules/extraction/extraction.js';
import { reportKindOf } from '../../src/modules/ingest/report/report-kind.js';
import { readReportText } from '../../src/modules/ingest/report/report-text.js';
import { fhirBundle, generateCohort } from '../fixtures/cohort/cohort.js';

export interface CorpusReport {
  kind: ReportKind;
  text: string;
}

const SEED = 2026;

/** The first reports of the demo cohort: five radiology and four pathology styles in three languages. */
export async function cohortReports(count: number): Promise<CorpusReport[]> {
  const reports: CorpusReport[] = [];
  for (const patient of generateCohort({ seed: SEED, patients: count }).patients) {
    for (const { resource } of fhirBundle(patient).entry ?? []) {
      if (resource?.resourceType !== 'DiagnosticReport') continue;
      const read = await readReportText(resource, () => Promise.reject(new Error('There is nothing to load.')));
      const kind = 'text' in read ? reportKindOf(read.text, resource) : null;
      if ('text' in read && kind) reports.push({ kind, text: read.text });
    }
  }
  return reports.slice(0, count);
}

/** Composed cases that lie beside the real data, where that is there. */
export function composedReports(): CorpusReport[] {
  const folder = process.env['REAL_DATA_DIR'] && join(process.env['REAL_DATA_DIR'], '../cases');
  if (!folder || !existsSync(folder)) return [];
  return ['rad-en', 'path-en', 'multi'].flatMap((name) => {
    const lines = readFileSync(join(folder, `${name}.jsonl`), 'utf8')
      .trim()
      .split('\n');
    return lines.map((line) => JSON.parse(line) as CorpusReport);
  });
}

/** One report of at least so many characters: many findings one after the other. */
export function longReport(kind: ReportKind, reports: readonly CorpusReport[], length: number): string {
  const texts = reports.filter((report) => report.kind === kind).map(({ text }) => text);
  const parts: string[] = [];
  for (let size = 0; size < length; size += parts.at(-1)!.length + 2) parts.push(texts[parts.length % texts.length]!);
  return parts.join('\n\n');
}
