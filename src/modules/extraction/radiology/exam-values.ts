import { anyOverlaps } from '../text/span.js';
import type { Candidate, ExamValue } from './exam-value.js';
import { findExamTables } from './exam-table.js';
import { readVolumes } from './gland-volume.js';
import { readDensities } from './psa-density.js';
import { choosePsa, readPsa } from './psa.js';
import type { ReportText } from './report-text.js';
import { isCorrected } from './scope.js';
import type { Statement } from './statements.js';

/** The exam-level numbers, each with the stretch of text that holds it. */
export interface ExamValues {
  readonly psa: ExamValue | null;
  readonly density: ExamValue | null;
  readonly volume: ExamValue | null;
}

/** Reads PSA (ng/mL), PSA density (ng/mL/mL) and prostate volume (mL) of this exam. */
export function readExamValues(report: ReportText, all: readonly Statement[]): ExamValues {
  const tables = findExamTables(report);
  const statements = tables.length === 0 ? all : all.filter((statement) => !anyOverlaps(tables, statement));
  const tabled = (field: keyof ExamValues): ExamValue | null =>
    tables.map((table) => table[field]).find((value) => value !== null) ?? null;
  const latest = (candidates: readonly Candidate[]): Candidate | null => {
    const now = candidates.filter((candidate) => candidate.time === 'now');
    const corrected = now.filter((candidate) => candidate.statement.section === 'addendum').at(-1);
    return corrected ?? now[0] ?? candidates.find((candidate) => candidate.time === 'probably-prior') ?? null;
  };
  /** An addendum names the value that was wrong beside the right one. */
  const holds = (candidate: Candidate): boolean =>
    candidate.statement.section !== 'addendum' || !isCorrected(report, candidate.statement, candidate);
  const volumes = readVolumes(report, statements).filter(holds);
  const named = volumes.filter((volume) => volume.named);
  const strip = (candidate: Candidate | null): ExamValue | null =>
    candidate ? { value: candidate.value, start: candidate.start, end: candidate.end } : null;
  return {
    psa: tabled('psa') ?? strip(choosePsa(readPsa(report, statements).filter(holds))),
    density: tabled('density') ?? strip(latest(readDensities(report, statements).filter(holds))),
    volume: tabled('volume') ?? strip(latest(named.some((volume) => volume.time === 'now') ? named : volumes)),
  };
}
