import { textOf, type DicomJson } from './dicom-json.js';

const STUDY_DATE = '00080020';
const STUDY_INSTANCE_UID = '0020000D';
const PATIENT_ID = '00100020';
const MAX_QUERIES = 300;

/** `complete` is true only if nothing hints at rows that the server kept back; otherwise `detail` says what does. */
export interface QidoResult {
  rows: DicomJson[];
  complete: boolean;
  detail?: string;
}

/** Inclusive StudyDate bounds, YYYYMMDD; an absent bound is open. */
export interface DateWindow {
  from?: string;
  to?: string;
}

/** One answer: its rows, and whether the server itself said that there are more. */
export interface QidoAnswer {
  rows: DicomJson[];
  partial: boolean;
}

/**
 * Finds all studies of a query although the server may cut its answers off in silence; `first` is its answer to the
 * query without a window. An answer of `suspiciousSize`
 * rows or more is not believed: the query is asked again in two StudyDate windows, and so on, until every answer is
 * smaller. Rows without a date are kept from any answer; the lowest window is open, which gives them too on servers
 * that compare dates as text.
 */
export async function searchAllStudies(
  first: QidoAnswer,
  query: (window: DateWindow) => Promise<QidoAnswer>,
  suspiciousSize: number,
  maxQueries = MAX_QUERIES,
): Promise<QidoResult> {
  const isSuspicious = ({ rows, partial }: QidoAnswer) => partial || rows.length >= suspiciousSize;
  if (!isSuspicious(first)) return { rows: first.rows, complete: true };

  const inWindows = new Map<string, DicomJson>();
  const problems = new Set<string>();
  let queries = 0;

  const visit = async (window: DateWindow, answer: QidoAnswer): Promise<void> => {
    const dates = [...new Set(answer.rows.map(dateOf).filter((date) => date !== undefined))].sort();
    const earliest = dates[0];
    if (earliest === undefined || (window.from !== undefined && window.from === window.to)) {
      problems.add('more studies of one day, or without a date, than the server lists in one answer');
      return;
    }
    // Both halves are smaller than the window: several dates are split at their middle, a single one is cut out.
    const onlyDateIsLater = dates.length === 1 && earliest !== window.from;
    const split = onlyDateIsLater ? shiftDay(earliest, -1) : dates[Math.ceil(dates.length / 2) - 1]!;
    await ask({ ...window, to: split });
    await ask({ ...window, from: shiftDay(split, 1) });
  };

  const ask = async (window: DateWindow): Promise<void> => {
    if (++queries > maxQueries) {
      problems.add(`more than ${maxQueries} queries needed`);
      return;
    }
    const answer = await query(window);
    if (answer.rows.some((row) => !isWithin(dateOf(row), window))) {
      problems.add('the server does not heed StudyDate');
      return;
    }
    for (const row of answer.rows) inWindows.set(keyOf(row), row);
    if (isSuspicious(answer)) await visit(window, answer);
  };

  await visit({}, first);
  if (problems.size === 0 && first.rows.some((row) => dateOf(row) !== undefined && !inWindows.has(keyOf(row))))
    problems.add('studies of the first answer are missing from the answers by StudyDate');
  const all = new Map([...first.rows.map((row): [string, DicomJson] => [keyOf(row), row]), ...inWindows]);
  return {
    rows: [...all.values()],
    complete: problems.size === 0,
    ...(problems.size > 0 && { detail: [...problems].join('; ') }),
  };
}

/** An archive may hold a study twice, under the old and the new PatientID. */
const keyOf = (row: DicomJson) => `${textOf(row, STUDY_INSTANCE_UID)} ${textOf(row, PATIENT_ID)}`;

function dateOf(row: DicomJson): string | undefined {
  const date = textOf(row, STUDY_DATE);
  return date !== undefined && /^\d{8}$/.test(date) ? date : undefined;
}

function isWithin(date: string | undefined, { from, to }: DateWindow): boolean {
  return date === undefined || ((from === undefined || date >= from) && (to === undefined || date <= to));
}

function shiftDay(date: string, days: number): string {
  const at = new Date(0);
  at.setUTCFullYear(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8)) + days);
  return at.toISOString().slice(0, 10).replaceAll('-', '');
}

/**
 * A PatientID with wildcards (PS3.4 C.2.2.2.4) for all that would have to be encoded in a URL: Orthanc 1.10 does not
 * decode query values, and takes a comma for a list. The rows must be compared with the PatientID afterwards.
 */
export function patternOf(patientId: string): string {
  return patientId.replace(/[^\x20-\x7e]+/g, '*').replace(/[^\w.*~-]/g, '?');
}
