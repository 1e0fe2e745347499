import type { Span } from '../text/span.js';
import { readCores } from './cores.js';
import { readDiagnosis, readUngraded } from './diagnosis.js';
import { readGrades, type ReadNumber } from './gleason.js';
import type { Sign, SignName } from './growth-signs.js';
import type { PartFindings } from './part-findings.js';
import { decimal } from './pathology-words.js';
import { readLength, readShares } from './tumour-extent.js';
import { cellsOf, RULE, separatorOf, type Separator } from './table-cells.js';
import type { Column } from './table-columns.js';
import { readHead } from './table-head.js';

/** One row of a table of parts. */
export interface TableRow {
  /** As printed in a column of its own or before the site; null where the table has none. */
  readonly label: Span | null;
  readonly site: Span | null;
  readonly row: Span;
  readonly findings: PartFindings;
}

interface Line extends Span {
  readonly cells: Span[];
}

const numberIn = (shadow: string, cell: Span, factor = 1): ReadNumber | null => {
  const text = shadow.slice(cell.start, cell.end);
  const match = /^[<>~≤≥ ]*(\d{1,3}(?:[.,]\d{1,2})?)(?:\s?(?:-|to|bis|tot|a|\/|,|;)\s?(\d{1,3}(?:[.,]\d{1,2})?))?/.exec(
    text,
  );
  if (!match?.[1]) return null;
  return {
    value: Math.round(Math.max(decimal(match[1]), match[2] === undefined ? 0 : decimal(match[2])) * factor * 100) / 100,
    span: cell,
  };
};

function signIn(shadow: string, cell: Span, name: SignName): Sign | null {
  const text = shadow.slice(cell.start, cell.end);
  if (
    /^(?:yes|ja|oui|si|wel|present[a-z]*|pos[a-z]*|\+{1,3}|x|identified|seen|found|vorhanden|nachweisbar|nachgewiesen|aanwezig|gezien|observ[a-z]*|identificad[oa]|1|y|j)$/.test(
      text,
    )
  )
    return { name, verdict: 'present', span: cell };
  if (
    /^(?:(?:no|nein|nee|non|none|not|nicht|niet|kein[a-z]*|geen|pas|sin)(?: (?:identified|seen|present|found|detected|vorhanden|nachweis[a-z]*|nachgewiesen|erkennbar|aanwezig|gezien|aantoonbaar|presente?|vue?|observ[a-z]*|identificad[oa]|se (?:observa|identifica)))?|absent[a-z]*|neg[a-z]*|0|n|afwezig|ausente|unauffallig)$/.test(
      text,
    )
  )
    return { name, verdict: 'absent', span: cell };
  return /^(?:\?|fraglich[a-z]*|unklar|unsicher|indet(?:\.|ermin[a-z]*)?|equivocal|uncertain|suspicious|possible|possibly|susp[a-z]*|verdacht[a-z]*|moglich|mogelijk|dubieus|dubio|twijfelachtig|dudos[ao]|indeterminad[oa]|douteux|douteuse|incertain|(?:nicht|not|niet|non|no) (?:sicher|certain|zeker|excluded|descartable|exclu|auszusch[a-z]*|uit te sluiten)|(?:cannot|can not) be (?:excluded|ruled out|determined)|(?:no se )?puede descartar)$/.test(
    text,
  )
    ? { name, verdict: 'indeterminate', span: cell }
    : null;
}

/** "Not assigned (treatment effect)" in a column of grades. */
const REFUSED = /^(?:not |nicht |niet |non |no (?=[a-z])|kein|geen)|treat|therap|behand|trait/;

function refusedIn(shadow: string, cells: readonly (Span | null)[]): Span | null {
  const [graded] = cells;
  if (graded && REFUSED.test(shadow.slice(graded.start, graded.end))) return graded;
  for (const cell of cells) {
    const refused = cell && readUngraded(shadow, cell);
    if (refused) return refused;
  }
  return null;
}

/** A last row that sums up those above is no part. */
const SUMS_UP =
  /^(?:(?:grand |sub-?)?totals?|total general|totaal|summe|sum|gesamt|insgesamt|overall|global|somme|ensemble|suma)(?: \(?(?:all|score|case|parts|cores|biopsien|biopten|biopsies|general)[a-z ]*\)?)? ?:?$/;

const FRACTION = /(\d{1,2})\s?(?:\/|of|von|van|sur|de|:)\s?(\d{1,2})/;

/** A label before the site, in one column: "A. Left base", or "A Left base" where the rows count on. */
function leadOf(site: string, index: number): string | null {
  const marked = /^(?:[a-z]|\d{1,2}|[ivx]{1,4})(?=[.):] )/.exec(site)?.[0];
  const counted = /^(?:[a-z]|\d{1,2})(?= +[a-z"'])/.exec(site)?.[0];
  return marked ?? (counted === String(index + 1) || counted === String.fromCharCode(97 + index) ? counted : null);
}

/** Whether all columns that name the site stand beside each other. */
const adjoining = (head: readonly { column: Column | null }[]): boolean =>
  head.findLastIndex(({ column }) => column === 'site') - head.findIndex(({ column }) => column === 'site') + 1 ===
  head.filter(({ column }) => column === 'site').length;

const lineStart = (shadow: string, at: number): number => shadow.lastIndexOf('\n', at - 1) + 1;

export function readRow(
  shadow: string,
  line: Line,
  head: readonly { column: Column | null; cell: Span }[],
  index: number,
  separator: Separator,
): TableRow | null {
  const cellFor = (at: number): Span | undefined => {
    if (line.cells.length === head.length || separator !== 'spaces') return line.cells[at];
    // A short row of a table that blanks align: by the place of the column.
    const offset = head[at]!.cell.start - head[0]!.cell.start;
    const column = head[at]!.cell.start - lineStart(shadow, head[0]!.cell.start);
    return (
      line.cells.find((cell) => Math.abs(cell.start - line.cells[0]!.start - offset) <= 3) ??
      line.cells.find((cell) => Math.abs(cell.start - line.start - column) <= 3)
    );
  };
  const get = (column: Column): Span | null => {
    const at = head.findIndex((one) => one.column === column);
    const cell = at < 0 ? undefined : cellFor(at);
    return cell && cell.end > cell.start ? cell : null;
  };
  const number = (column: Column, factor = 1): ReadNumber | null => {
    const cell = get(column);
    return cell && numberIn(shadow, cell, factor);
  };
  /** A column "Tumour" that holds nothing but a number counts the cores with tumour. */
  const lone = (column: Column): ReadNumber | null => {
    const cell = get(column);
    return cell && /^\d{1,2}$/.test(shadow.slice(cell.start, cell.end)) ? numberIn(shadow, cell) : null;
  };
  const labelCell = get('label');
  const firstSite = get('site');
  // "Side" and "level" in columns beside each other make one site.
  const sites = head
    .flatMap(({ column }, at) => (column === 'site' ? [cellFor(at)] : []))
    .filter((cell) => cell !== undefined);
  const siteCell = firstSite && {
    start: firstSite.start,
    end: Math.max(firstSite.end, ...(adjoining(head) ? sites.map(({ end }) => end) : [])),
  };
  const lead = siteCell && leadOf(shadow.slice(siteCell.start, siteCell.end), index);
  const label = labelCell ?? (siteCell && lead ? { start: siteCell.start, end: siteCell.start + lead.length } : null);
  const site =
    siteCell && lead
      ? { start: siteCell.start + lead.length + 1, end: siteCell.end }
      : (siteCell ?? (labelCell && labelCell.end - labelCell.start > 4 ? labelCell : null));
  const grades = {
    scores: [] as PartFindings['grades']['scores'][number][],
    groups: [] as PartFindings['grades']['groups'][number][],
  };
  for (const column of ['gleason', 'isup', 'diagnosis'] as const) {
    const cell = get(column);
    if (!cell) continue;
    const read = readGrades(shadow, cell, true);
    grades.scores.push(...read.scores);
    grades.groups.push(...read.groups);
    const bare = /^\s*(10|[6-9])\s?([ab])?\s*$/.exec(shadow.slice(cell.start, cell.end));
    if (column === 'gleason' && read.scores.length === 0 && bare)
      grades.scores.push({
        primary: null,
        secondary: null,
        sum: Number(bare[1]),
        suffix: bare[2] === 'a' ? 'a' : bare[2] === 'b' ? 'b' : null,
        tertiary: null,
        span: cell,
      });
    if (column === 'isup' && read.groups.length === 0) {
      const digit = /^\D{0,6}([1-5])\D{0,4}$/.exec(shadow.slice(cell.start, cell.end));
      if (digit) grades.groups.push({ value: Number(digit[1]), upper: null, span: cell });
    }
  }
  const counted = (['cores', 'positive', 'total'] as const)
    .map((column) => get(column))
    .filter((cell) => cell !== null)
    .map((cell) => ({ cell, fraction: FRACTION.exec(shadow.slice(cell.start, cell.end)) }))
    .find(({ fraction }) => fraction !== null);
  const words = head.flatMap(({ column }, at) => {
    const cell = column === 'diagnosis' || column === null || column === 'gleason' ? cellFor(at) : undefined;
    return cell && cell !== labelCell && cell !== siteCell ? [cell] : [];
  });
  // "Adenocarcinoma in 1/3 cores, 2 mm, 10 %" in one cell.
  const prose = get('diagnosis');
  const told = prose && readCores(shadow, prose, true);
  const [coresPositive, coresTotal] = counted
    ? [1, 2].map((at) => ({ value: Number(counted.fraction?.[at]), span: counted.cell }))
    : [
        number('positive') ?? lone('diagnosis') ?? told?.positive ?? null,
        number('total') ?? number('cores') ?? told?.total ?? null,
      ];
  const score = grades.scores[0] ?? grades.groups[0];
  // "0 mm", "0 %": no tumour.
  const none = [number('length'), number('percent')].find((extent) => extent?.value === 0) ?? null;
  const spoken = readDiagnosis(shadow, words);
  const diagnosis = score
    ? { value: 'adenocarcinoma' as const, span: score.span }
    : (spoken ??
      (coresPositive
        ? {
            value: coresPositive.value > 0 ? ('adenocarcinoma' as const) : ('benign' as const),
            span: coresPositive.span,
            counted: true,
          }
        : none && { value: 'benign' as const, span: none.span, counted: true }));
  if (!diagnosis && !label) return null;
  const malignant = diagnosis?.value === 'adenocarcinoma' || diagnosis?.value === 'other-malignancy';
  const shares = prose && readShares(shadow, prose);
  const inCm = head.some(
    ({ column, cell }) => column === 'length' && /\bcm\b/.test(shadow.slice(cell.start, cell.end)),
  );
  const lengthCell = get('length');
  const cm = inCm || (lengthCell !== null && /\d ?cm/.test(shadow.slice(lengthCell.start, lengthCell.end)));
  return {
    label,
    site,
    row: line,
    findings: {
      diagnosis,
      grades,
      ungraded: malignant && !score ? refusedIn(shadow, [get('gleason'), get('isup'), prose]) : null,
      coresPositive,
      coresTotal,
      coresAtLeast: false,
      percentInvolved: malignant ? (number('percent') ?? shares?.percentInvolved ?? null) : null,
      percentPattern4: malignant ? (number('pattern4') ?? shares?.percentPattern4 ?? null) : null,
      lengthMm: malignant
        ? (number('length', cm ? 10 : 1) ?? (prose && readLength(shadow, [prose], false, false)))
        : null,
      signs: (['perineuralInvasion', 'cribriform', 'intraductal'] as const).flatMap((name) => {
        const cell = get(name);
        const sign = cell && malignant ? signIn(shadow, cell, name) : null;
        return sign ? [sign] : [];
      }),
    },
  };
}

/** "A  Left base" below one head "Site": two cells that blanks part are one. */
function withLabelInSite(
  shadow: string,
  cells: Span[],
  head: readonly { column: Column | null; cell: Span }[],
  separator: Separator,
): Span[] {
  const [first, second] = cells;
  const [site, next] = head;
  if (separator !== 'spaces' || !first || !second || site?.column !== 'site' || !next) return cells;
  const until = next.cell.start - site.cell.start;
  return /^(?:[a-z]|\d{1,2}|[ivx]{1,4})$/.test(shadow.slice(first.start, first.end)) &&
    second.start - first.start < until - 1
    ? [{ start: first.start, end: second.end }, ...cells.slice(2)]
    : cells;
}

/** Finds the tables whose rows are parts: a head line that names at least a part and two kinds of values, then rows. */
export function findSpecimenTables(shadow: string): { readonly table: Span; readonly rows: TableRow[] }[] {
  const tables: { table: Span; rows: TableRow[] }[] = [];
  let head: { column: Column | null; cell: Span }[] | null = null;
  let separator: Separator | null = null;
  let rows: TableRow[] = [];
  let blanks = 0;
  let start = 0;
  let end = 0;
  const close = (): void => {
    if (head && rows.length > 0) tables.push({ table: { start, end }, rows });
    head = null;
    rows = [];
  };
  for (let at = 0; at <= shadow.length;) {
    const newline = shadow.indexOf('\n', at);
    const line = { start: at, end: newline < 0 ? shadow.length : newline };
    at = line.end + 1;
    const text = line.end - line.start > 400 ? '' : shadow.slice(line.start, line.end);
    const kind = separatorOf(text);
    if (head && separator) {
      if (RULE.test(text)) continue;
      const cells =
        kind === separator || (kind !== null && separator !== 'spaces')
          ? withLabelInSite(shadow, cellsOf(shadow, line, separator), head, separator)
          : [];
      const [first] = cells;
      if (rows.length > 0 && first && SUMS_UP.test(shadow.slice(first.start, first.end))) {
        end = line.end;
        continue;
      }
      const row =
        cells.length >= 2 && cells.length <= head.length + 1
          ? readRow(shadow, { ...line, cells }, head, rows.length, separator)
          : null;
      if (row) {
        blanks = 0;
        rows.push(row);
        end = line.end;
        continue;
      }
      blanks = /\S/.test(text) ? 0 : blanks + 1;
      if (/\S/.test(text) || (rows.length > 0 && blanks > 1)) close();
    }
    if (!kind) continue;
    const cells = cellsOf(shadow, line, kind);
    const columns = readHead(shadow, cells, at, kind);
    if (columns) {
      head = columns.map((column, index) => ({ column, cell: cells[index]! }));
      separator = kind;
      start = line.start;
    }
  }
  close();
  return tables;
}
