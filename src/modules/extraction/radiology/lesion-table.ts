import { findLocationWords, type LocationWord } from '../location/location-words.js';
import { firstFrom, type Span } from '../text/span.js';
import { tokenize } from '../text/tokens.js';
import type { CategoryMention } from './category.js';
import { examColumnsAt, type ExamColumns } from './exam-columns.js';
import type { Fragment } from './fragments.js';
import { pairsIn, type ImageReference } from './image-reference.js';
import { readAnswer, type InvasionMention } from './invasion.js';
import type { Measurement } from './measurement.js';
import { inside, type Mentions } from './mentions.js';
import { toPart, type Part, type Timed } from './part.js';
import { runOf, type ReportText } from './report-text.js';
import type { Time } from './scope.js';
import type { Statement } from './statements.js';
import type { SubscoreMention } from './subscores.js';
import { cellRun, hasColumns, isRule, toTableLines, yearIn, type Cell } from './text-table.js';
import { NOW, PRIOR } from './words.js';
import { matchesOf } from '../text/matches.js';

/** A table of lesions: the lines it covers and one fragment for each lesion. */
export interface LesionTable extends Span {
  /** The statement at its beginning, which tells the section. */
  readonly home: Statement;
  readonly fragments: readonly Fragment[];
}

type Column =
  'label' | 'place' | 'size' | 't2' | 'dwi' | 'dce' | 'pirads' | 'likert' | 'image' | 'epe' | 'svi' | 'other';

const COLUMNS: readonly [Column, RegExp][] = [
  [
    'label',
    /^(?:#|no|nr|n°|nº|id|index|lfd nr|(?:lesion|roi|target|herd|lasion|laesion|afwijking|letsel|laesie|haard|cible|objetivo|diana|nodule|zielherd)s?(?: ?(?:no|nr|#|n°|id|number|nummer|label))?)$/,
  ],
  [
    'place',
    /^(?:location|localization|localisation|lokalisation|lokalisierung|lage|localisatie|locatie|localizacion|ubicacion|position|posicion|positie|sector|sektor|secteur|region|site|sitz|siege|sede|plaats|segment|side|seite|zijde|cote|lado|laterality|zone|zona|level|hohe|hoogte|niveau|nivel|(?:zone|seite|side|level|hohe|region) ?\/ ?(?:level|sektor|sector|region|zone|seite|side|hohe|lage)|sector map)s?$/,
  ],
  [
    'size',
    /^(?!.*\b(?:adc|contact|kontakt|distance|abstand|afstand|vol[a-z]*)\b).*\b(?:size|diameters?|dimensions?|dims?|gro(?:e)?s{1,2}e|durchmesser|afmeting(?:en)?|grootte|taille|tamano|dimension(?:es)?|diametre|diametro|ma(?:s|ss|x)e?|axe|eje|axis|achse|as|mm|cm|o)(?:,? ?[([]?(?:in |en )?(?:mm|cm)[)\]]?)?$/,
  ],
  ['t2', /^t2(?:w|wi)?(?: ?(?:score|wert))?$/],
  ['dwi', /^(?:dwi?|adc|dwi ?\/ ?adc|diffusion|diffusie|difusion)(?: ?(?:score|wert))?$/],
  [
    'epe',
    /^(?:epe|ece|eep|eec|(?:extension |extensie |ausdehnung |wachstum |invasion )?extra[- ]?(?:prostat|[ck]apsul)[a-z]*.*|(?:kapsel|organ(?!$))[a-z-]*|(?:[a-z]+ )?(?:de la )?[ck]apsul[ae][a-z ]*|capsule)$/,
  ],
  [
    'svi',
    /^(?:svi?|sbi?|sb-inf[a-z.]*|ivs|evs|vs|vvss|zb|zbi|(?:[a-z]+ (?:of |in |into |des |der |die |de |van )?(?:the |las |les |la |de )?)?(?:seminal ves[iy]c.*|samenblas[a-z-]*|zaadbla[a-z-]*|ves[iy]cul.*seminal.*|vs|vvss))$/,
  ],
  ['dce', /^(?:dce|perfusion|perfusie|km|contrast)(?: ?(?:score|wert))?$/],
  ['likert', /^likert(?:[- ]?(?:score|skala|scale))?$|^ucla(?: score)?$|^suspicion(?: (?:score|level))?$/],
  ['pirads', /pi[- ]?rads|^(?:category|kategorie|categorie|categoria|overall|overall score|score|assessment|gesamt)$/],
  [
    'image',
    /^(?:series ?\/ ?im(?:age|g)?|se ?\/ ?im|(?:serie|series|ser|se|reeks)\.? ?[/:,.&+-]? ?(?:bild|beeld|im(?:age|g|agen)?s?|coupe|corte|slice|schicht)\.?|(?:bild|beeld|im(?:age|g|agen)s?) ?(?:ref(?:erence)?s?|nr|no)\.?|im(?:age|g)s?|bild|beeld|series|serie)$/,
  ],
];

/** What a heading cell announces. */
function columnOf(cell: Cell): Column {
  const text = cell.text
    .replace(/[:.]+$/, '')
    .replace(/\b(?:19|20)\d\d(?:[-/]\d\d)?\b|\((?:19|20)\d\d\)|\(1 ?- ?5\)/g, '')
    .split(' ')
    .filter((word) => !PRIOR.has(word) && !NOW.has(word))
    .join(' ')
    .trim();
  return COLUMNS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other';
}

const MOST_ROWS = 60;

/** Finds tables of lesions, written with bars, tabs or aligned by spaces; lesions may be rows or columns. */
export function findLesionTables(
  report: ReportText,
  statements: readonly Statement[],
  mentions: Mentions,
): LesionTable[] {
  const { shadow } = report;
  if (!hasColumns(shadow)) return [];
  const tables: LesionTable[] = [];
  const lines = toTableLines(shadow);
  for (let at = 0; at < lines.length; at++) {
    const head = lines[at]!;
    const exams = examColumnsAt(report, lines, at);
    if (exams) {
      const home = statements[firstFrom(statements, head.start)];
      const grids = gridsOfExams(exams);
      if (home && grids.length > 0) {
        const fragments = grids.flatMap(
          ({ columns, rows }) => readRow(report, mentions, home, columns, rows[0]!) ?? [],
        );
        tables.push({ start: head.start, end: lines[exams.to - 1]!.end, home, fragments });
        at = exams.to - 1;
        continue;
      }
    }
    if (head.cells.length < 2 || !mayHead(head.cells)) continue;
    const rows: (readonly Cell[])[] = [];
    let to = at + 1;
    for (; to < lines.length && rows.length < MOST_ROWS; to++) {
      const { cells } = lines[to]!;
      if (cells.length > 0 && isRule(cells)) continue;
      if (cells.length < 2 || cells.length > head.cells.length + 2) break;
      rows.push(cells);
    }
    // Where the corner of a table is empty, spaces leave its heading one cell short.
    const corner: Cell = { text: '', start: head.start, end: head.start };
    const heads = rows[0] && rows[0].length === head.cells.length + 1 ? [corner, ...head.cells] : head.cells;
    const grid = rows.length === 0 ? null : asColumns(heads, rows);
    if (!grid) continue;
    const last = lines[to - 1]!;
    const span = { start: head.start, end: last.end };
    const home = statements[firstFrom(statements, head.start)];
    if (!home || home.start >= last.end) continue;
    const fragments = grid.rows.flatMap((row) => readRow(report, mentions, home, grid.columns, row) ?? []);
    if (fragments.length === 0) continue;
    tables.push({ ...span, home, fragments });
    at = to - 1;
  }
  return tables;
}

/** Columns that know themselves, or lesions named side by side. */
const mayHead = (cells: readonly Cell[]): boolean =>
  isLesionTable(cells.map(columnOf)) || cells.slice(1).every((cell) => labelOf(cell.text) !== null);

interface Grid {
  /** `time`: when the column's values held, where the table says so. */
  readonly columns: readonly { readonly kind: Column; readonly cell: Cell; readonly time?: Time }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** "Lesion 1: PI-RADS": the lesion of a row, and what the row tells of it. */
const LESION_ROW =
  /^(?:(?:lesion|roi|target|herd|lasion|laesion|afwijking|letsel|laesie|haard|cible|diana|l|t)[ .#-]*(?:nr|no|n°)?[ .]*(\d{1,2}|[a-h])\b)[ :,.()\/-]*(.*)$/;

/** "PI-RADS (lesion 1)", "Size, lesion 1". */
const LESION_BEHIND =
  /^([^,(]{2,40}?)[ ,(–-]+(?:lesion|roi|target|herd|lasion|laesion|afwijking|letsel|laesie|haard|cible|diana) ?#?(\d{1,2}|[a-h])\)?$/;

/** The rows of a table of exams, one grid of one row for each lesion: its values of now and of before. */
function gridsOfExams({ rows, now, before }: ExamColumns): Grid[] {
  const lesions = new Map<string, { columns: Grid['columns'][number][]; row: Cell[] }>();
  for (const row of rows) {
    const name = row[0]!;
    const behind = LESION_BEHIND.exec(name.text);
    const [label, field] = behind ? [behind[2], behind[1]] : (LESION_ROW.exec(name.text)?.slice(1) ?? []);
    const kind = columnOf({ ...name, text: field ?? name.text });
    if (kind === 'other' || kind === 'label' || (label === undefined && fieldOfGland.test(name.text))) continue;
    const lesion = lesions.get(label ?? '') ?? { columns: [], row: [] };
    lesions.set(label ?? '', lesion);
    if (label !== undefined && lesion.row.length === 0) {
      const text = label;
      lesion.columns.push({ kind: 'label', cell: name });
      lesion.row.push({ ...name, text });
    }
    const cell = { ...name, text: field ?? name.text };
    if (before > 0 && (kind === 'pirads' || kind === 'size')) {
      lesion.columns.push({ kind, cell, time: 'prior' });
      lesion.row.push(row[before]!);
    }
    lesion.columns.push({ kind, cell, time: 'now' });
    lesion.row.push(row[now]!);
  }
  // Rows without a label beside labelled ones are of the exam.
  if (lesions.size > 1) lesions.delete('');
  return [...lesions.values()]
    .filter(({ columns }) => isLesionTable(['place', ...columns.map(({ kind }) => kind), 'label']))
    .map(({ columns, row }) => ({ columns, rows: [row] }));
}
const fieldOfGland = /\b(?:prostat|prostaat|gland|drus|vol)/;

/** The table with lesions as rows; null where the headings are not those of a lesion table. */
function asColumns(head: readonly Cell[], rows: readonly (readonly Cell[])[]): Grid | null {
  const kinds = head.map((cell) => ({ kind: columnOf(cell), cell }));
  if (isLesionTable(kinds.map(({ kind }) => kind))) return { columns: kinds, rows };
  const named = head.slice(1).filter((cell) => labelOf(cell.text) !== null && /[a-z#]/.test(cell.text)).length;
  if (named === 0 || named < head.length - 1) return null;
  const fields = rows.map((row) => ({ kind: columnOf(row[0]!), cell: row[0]! }));
  if (!isLesionTable(['label', ...fields.map(({ kind }) => kind)])) return null;
  const columns = [{ kind: 'label' as const, cell: head[0]! }, ...fields];
  return {
    columns,
    rows: head
      .slice(1)
      .map((cell, k) => [cell, ...rows.map((row) => row[k + 1] ?? { text: '', start: cell.end, end: cell.end })]),
  };
}

const isLesionTable = (kinds: readonly Column[]): boolean => {
  const known = new Set(kinds.filter((kind) => kind !== 'other'));
  return (
    known.size >= 3 &&
    (known.has('pirads') || known.has('likert') || known.has('dwi')) &&
    (known.has('place') || known.has('size'))
  );
};

/** "2022 size", "2025 size": of two columns of a kind, the one of the earlier year, or called prior, held earlier. */
function timesOfColumns(columns: Grid['columns']): Time[] {
  return columns.map(({ kind, cell, time }) => {
    if (time) return time;
    const peers = columns.filter((other) => other.kind === kind);
    if (peers.length < 2) return 'now';
    const year = yearIn(cell.text);
    if (year !== null) return peers.some((other) => (yearIn(other.cell.text) ?? 0) > year) ? 'prior' : 'now';
    return cell.text.split(/[^a-z]+/).some((word) => PRIOR.has(word)) ? 'prior' : 'now';
  });
}

function labelOf(text: string): string | null {
  const match =
    /^(?:lesion|roi|target|herd|lasion|laesion|afwijking|letsel|laesie|haard|cible|l|t|#|no|nr|index lesion|diana)?[ .#:-]*(?:nr|no|n°)?[ .]*(\d{1,2}|[a-h]|i{1,3})[.):]?$/.exec(
      text,
    );
  return match ? match[1]!.toUpperCase() : null;
}

/** A cell that is empty or says "not applicable". */
const UNSAID =
  /^(?:[-–—/]*|n\.? ?\/? ?a\.?|n\. ?v\. ?t\.?|nvt|s\.? ?\/? ?o\.?|sans objet|no aplica|entfallt|keine angabe)$/;

function readRow(
  report: ReportText,
  mentions: Mentions,
  home: Statement,
  columns: Grid['columns'],
  row: readonly Cell[],
): Fragment[] | null {
  const runs = row.map((cell) => cellRun(report, cell));
  let label: string | null = null;
  const words: LocationWord[] = [];
  const categories: Timed<CategoryMention>[] = [];
  const sizes: Timed<Measurement>[] = [];
  const subscores: SubscoreMention[] = [];
  const invasions: InvasionMention[] = [];
  const times = timesOfColumns(columns);
  const shown = columns.flatMap(({ kind }, at) => (kind === 'image' && row[at] ? [row[at]] : []));
  columns.forEach(({ kind, cell: heading }, at) => {
    const cell = row[at];
    const run = runs[at];
    if (!cell || !run || cell.text === '' || (kind === 'place' && UNSAID.test(cell.text))) return;
    const score = /^\(?(?:pi[- ]?rads )?([1-5])\)?(?: ?\/ ?5)?(?!\d|[.,]\d)/.exec(cell.text);
    const none = { t2: null, dwi: null, dce: null, start: cell.start, end: cell.end };
    if (kind === 'label') label ??= labelOf(cell.text);
    else if (kind === 'place') words.push(...findLocationWords(tokenize(report.shadow, cell), report.language, true));
    else if (kind === 'size')
      sizes.push(...readSize(report, mentions, cell, heading).map((size) => ({ ...size, time: times[at]! })));
    else if (kind === 't2' && score) subscores.push({ ...none, t2: Number(score[1]) });
    else if (kind === 'dwi' && score) subscores.push({ ...none, dwi: Number(score[1]) });
    else if (kind === 'dce' && /^\(?(?:\+|-|pos|neg|yes|no$|ja|nein|oui|non|si)/.test(cell.text))
      subscores.push({ ...none, dce: /^\(?(?:\+|p|y|ja|oui|si)/.test(cell.text) ? '+' : '-' });
    else if (kind === 'epe' || kind === 'svi') {
      const value = readAnswer(cell.text);
      if (value) invasions.push({ kind, value, ofAll: false, of: null, start: cell.start, end: cell.end });
    } else if (kind === 'pirads' || kind === 'likert') {
      const range = /^([1-5]) ?[-/] ?([1-5])$/.exec(cell.text);
      const [low, high] = [Number(range?.[1]), Number(range?.[2])];
      const isRange = range !== null && high > low && !/\/ ?5$/.test(cell.text);
      const value = isRange ? null : score ? Number(score[1]) : cell.text === 'x' ? ('X' as const) : null;
      const scored = inside(mentions.categories, cell)[0];
      if (value !== null || isRange || scored)
        categories.push({
          ...run,
          scale: kind,
          value: value ?? scored?.value ?? null,
          range: isRange ? [low, high] : null,
          threshold: false,
          exam: null,
          generic: false,
          final: false,
          time: times[at]!,
        });
    }
  });
  if (categories.length === 0 && subscores.length === 0 && sizes.length === 0) return null;
  const whole = runOf(report, runs[0]?.from ?? home.from, runs.at(-1)?.to ?? home.to);
  const statement: Statement = {
    ...whole,
    section: home.section,
    sectionAt: home.sectionAt,
    opensLine: true,
    opensParagraph: false,
    item: null,
  };
  const rest = toPart(report, statement, mentions);
  const part: Part = {
    ...rest,
    categories: categories.length > 0 ? categories : rest.categories,
    sizes: sizes.length > 0 ? sizes : columns.some(({ kind }) => kind === 'size') ? [] : rest.sizes,
    words: words.length > 0 ? words : rest.words,
    subscores: subscores.length > 0 ? subscores : rest.subscores,
    references: rest.references.length > 0 ? rest.references : readImages(shown),
    invasions: columns.some(({ kind }) => kind === 'epe' || kind === 'svi') ? invasions : rest.invasions,
    topic: null,
    speaksOfLesion: true,
  };
  return [{ labels: label === null ? [] : [label], merged: false, item: null, parts: [part], context: [] }];
}

/** "5:19", "T2 5:22, ADC 8:11" under a heading of series and image, or the numbers of two such columns. */
function readImages(cells: readonly Cell[]): ImageReference[] {
  const pairs = cells.flatMap(pairsIn);
  if (pairs.length > 0) return pairs;
  const numbers = cells.flatMap(({ text }) => /^(\d{1,4})(?: ?[:/,-] ?(\d{1,4}))?$/.exec(text)?.slice(1) ?? []);
  const [series, image, ...more] = numbers.filter((number) => number !== undefined).map(Number);
  if (series === undefined || image === undefined || more.length > 0) return [];
  return [{ start: cells[0]!.start, end: cells.at(-1)!.end, series, image }];
}

/** The size of a cell: with its own unit, or with the one that the heading names. */
function readSize(report: ReportText, mentions: Mentions, cell: Cell, heading: Cell): Measurement[] {
  const own = inside(mentions.measurements, cell);
  if (own.length > 0) return own.slice(0, 1);
  const unit = /\b(mm|cm)\b/.exec(heading.text)?.[1];
  const numbers = matchesOf(cell.text, /\d+(?:[.,]\d+)?/g).map(([number]) => Number(number.replace(',', '.')));
  if (!unit || numbers.length === 0 || numbers.length > 3 || !/^[<>~≤≥ ]*[\d.,]+(?: ?[x*/] ?[\d.,]+)*$/.test(cell.text))
    return [];
  const dimsMm = numbers.map((number) => Math.round(number * (unit === 'cm' ? 10 : 1) * 1000) / 1000);
  const comparator = /^[<>~]/.test(cell.text) ? (cell.text[0] as '<' | '>' | '~') : null;
  return [{ ...cellRun(report, cell), dimsMm, comparator, ambiguous: false, range: false }];
}
