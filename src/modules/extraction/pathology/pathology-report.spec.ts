import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExtractionParts } from '../extraction-parts.js';
import type { Specimen } from '../extraction.js';
import { foldForMatching } from '../text/canonical-text.js';
import { detectLanguage, type Language } from '../text/language.js';
import { readPathologyReport } from './pathology-report.js';

const read = (text: string, language: Language = detectLanguage(foldForMatching(text))): ExtractionParts =>
  readPathologyReport(text, foldForMatching(text), language);

const SIGN = { present: '+', absent: '-', indeterminate: '?' };

function grade({ gleason, isup, gradable, diagnosis }: Specimen): string {
  const score = gleason
    ? ` ${gleason.primary ?? '?'}+${gleason.secondary ?? '?'}=${gleason.sum ?? '?'}${gleason.tertiary ? ` t${gleason.tertiary}` : ''}`
    : '';
  if (diagnosis === 'adenocarcinoma' && gradable === false) return ' ungraded';
  return score + (gleason || isup ? ` GG${isup ?? '-'}` : '');
}

/** One specimen as a line, in the shorthand of report-cases.txt. */
function lineOf(specimen: Specimen, flags: readonly string[]): string {
  const { location } = specimen;
  const cores = specimen.coresPositive !== null || specimen.coresTotal !== null;
  const site = [
    specimen.label,
    specimen.kind ?? 'nokind',
    specimen.targetLabel,
    location.side,
    location.zone,
    location.levels.join(','),
    location.positions.join('+'),
  ];
  const extent = [
    cores ? `${specimen.coresPositive ?? '?'}/${specimen.coresTotal ?? '?'}` : null,
    specimen.percentInvolved === null ? null : `${specimen.percentInvolved}%`,
    specimen.lengthMm === null ? null : `${specimen.lengthMm}mm`,
    specimen.percentPattern4 === null ? null : `p4:${specimen.percentPattern4}`,
  ];
  const signs = [
    specimen.perineuralInvasion && `pni${SIGN[specimen.perineuralInvasion]}`,
    specimen.cribriform && `crib${SIGN[specimen.cribriform]}`,
    specimen.intraductal && `idc${SIGN[specimen.intraductal]}`,
  ];
  const columns = [site, [`${specimen.diagnosis ?? ''}${grade(specimen)}`], extent, signs];
  return [
    columns
      .map((column) => column.filter(Boolean).join(' '))
      .filter(Boolean)
      .join(' | '),
    ...flags.map((code) => `!${code}`),
  ].join(' ');
}

const linesOf = ({ specimens, flags }: ExtractionParts): string[] =>
  specimens.map((specimen, index) =>
    lineOf(
      specimen,
      flags.filter((flag) => flag.path.startsWith(`/specimens/${index}/`)).map((flag) => flag.code),
    ),
  );

const CASES = readFileSync(join(import.meta.dirname, 'report-cases.txt'), 'utf8')
  .split(/^### /m)
  .slice(1)
  .map((block) => {
    const [head = '', expected = ''] = block.split('\n=\n');
    const newline = head.indexOf('\n');
    return { name: head.slice(0, newline), text: head.slice(newline + 1), expected: expected.trim().split('\n') };
  });

describe('readPathologyReport', () => {
  it.each(CASES)('reads $name', ({ text, expected }) => {
    expect(linesOf(read(text))).toEqual(expected);
  });

  it.each(CASES)('quotes $name exactly, and numbers where they stand', ({ text }) => {
    const parts = read(text);
    for (const { path, start, end, quote, source } of parts.evidence) {
      expect(quote).toBe(text.slice(start, end));
      expect(quote).not.toBe('');
      const [, index, field] = /^\/specimens\/(\d+)\/(percentInvolved|percentPattern4)$/.exec(path) ?? [];
      if (index === undefined || source === 'derived') continue;
      const value = parts.specimens[Number(index)]?.[field as 'percentInvolved' | 'percentPattern4'];
      expect(quote.replaceAll(',', '.')).toContain(String(value));
    }
  });

  it.each(CASES)('grounds every value of $name', ({ text }) => {
    const { specimens, evidence } = read(text);
    const grounded = new Set(evidence.map(({ path }) => path));
    specimens.forEach((specimen, index) => {
      for (const [field, value] of Object.entries(specimen))
        // The label of a part that the report does not number is a running number.
        if (value !== null && field !== 'location' && field !== 'label')
          expect(grounded).toContain(`/specimens/${index}/${field}`);
      for (const [field, value] of Object.entries(specimen.location))
        if (value !== null && value.length > 0) expect(grounded).toContain(`/specimens/${index}/location/${field}`);
    });
  });

  it('takes nothing from clinical data, prior biopsies or the gross description', () => {
    const text = `Clinical history: Gleason 4+4=8 (Grade Group 4) in 2019, perineural invasion present.
Gross: A. Two cores, 1.2 and 1.5 cm.

DIAGNOSIS
A. Left base, biopsy: Benign prostatic tissue.`;
    expect(linesOf(read(text))).toEqual(['A systematic left base | benign']);
    expect(read(text)).toMatchObject({ psaNgMl: null, lesions: [], derived: {} });
  });

  it('leaves a bare sum of 7 open and names the candidates', () => {
    const { specimens, derived, flags } = read('DIAGNOSIS\nA. Left base: Adenocarcinoma, Gleason score 7.');
    expect(specimens[0]).toMatchObject({ isup: null, gleason: { primary: null, secondary: null, sum: 7 } });
    expect(derived).toEqual({ isupCandidates: { A: [2, 3] } });
    expect(flags.map((flag) => flag.code)).toEqual(['ambiguous']);
  });

  it('keeps the category of the lesion that a part is tied to', () => {
    const { derived } = read('Conclusie:\nI t/m III PIRADS 5: in alle drie biopten adenocarcinoom, Gleason 3 +4 is 7.');
    expect(derived).toEqual({ highestIsup: 2, targetPirads: { I: 5, II: 5, III: 5 } });
  });

  it('flags sections that grade a part differently and keeps the diagnosis', () => {
    const text = `Microscopy:
A. Left base: adenocarcinoma, Gleason 3+3=6.

Diagnosis:
A. Left base: Adenocarcinoma, Gleason 3+4=7.`;
    const { specimens, flags } = read(text);
    expect(specimens[0]?.isup).toBe(2);
    expect(flags).toEqual([expect.objectContaining({ code: 'conflict', path: '/specimens/0/isup' })]);
  });

  it('takes no value from a table whose rows have lost a cell, and says so', () => {
    const { specimens, flags } = read(`             | 1 R base | 2 R mid | 3 L base
Diagnosis    | Benign | Adenocarcinoma
Gleason      | 3+3=6 | 3+4=7
Grade group  | - | 1 | 2`);
    expect(specimens).toEqual([]);
    expect(flags).toEqual([expect.objectContaining({ code: 'incomplete', path: '/specimens' })]);
  });

  it('does not melt listed parts into one specimen', () => {
    const { specimens, flags } = read(`Specimens:
A. Right base
B. Left base
Diagnosis:
Adenocarcinoma, Gleason 3+4=7, on one side.`);
    expect(specimens).toEqual([]);
    expect(flags).toEqual([expect.objectContaining({ code: 'incomplete', path: '/specimens' })]);
  });

  it.each([
    [
      'labels in the gaps of a count',
      'A. Left base: benign.\nB. Left mid: benign.\nD. Right base: benign.',
      ['A', 'B', 'D'],
    ],
    [
      'one core named within several',
      'Right lobe: cores 1-6. Core 2: adenocarcinoma Gleason 3+3=6.\nLeft lobe: cores 7-8. All benign.',
      ['7', '8'],
    ],
    [
      'judged lines of several sites under one label',
      'A. Prostate\nRight base: benign.\nLeft base: adenocarcinoma, Gleason 3+4=7.\nB. Right apex: benign.',
      ['B'],
    ],
    [
      'two sides in one report',
      'Diagnosis: On the right adenocarcinoma, Gleason 3+4=7 in 2 of 6 cores. The left is benign.',
      [],
    ],
  ])('says that it is incomplete: %s', (_, text, labels) => {
    const { specimens, flags } = read(text);
    expect(specimens.map(({ label }) => label)).toEqual(labels);
    expect(flags).toEqual([expect.objectContaining({ code: 'incomplete', path: '/specimens' })]);
  });

  it('reads only the first stretch of a text that is far too long, and says so', () => {
    const text = `DIAGNOSIS\nA. Left base: benign prostatic tissue.\n${'x '.repeat(300_000)}`;
    const { specimens, flags } = read(text);
    expect(specimens.map(({ diagnosis }) => diagnosis)).toEqual(['benign']);
    expect(flags).toEqual([expect.objectContaining({ code: 'incomplete', path: '/specimens' })]);
  });
});

/** Changes of layout that change no meaning. */
const LAYOUTS: readonly [string, (text: string) => string][] = [
  ['carriage of accents', (text) => text.normalize('NFD')],
  ['accents left out', (text) => text.normalize('NFD').replace(/\p{Mn}/gu, '')],
  ['blanks at the ends of lines', (text) => text.replaceAll('\n', '  \n')],
  ['an empty line behind every line', (text) => text.replaceAll('\n', '\n\n')],
  ['blanks that do not break', (text) => text.replace(/(\d) (%|mm|cm)/g, '$1\u00A0$2')],
  ['tabs for indents', (text) => text.replace(/^ +/gm, '\t')],
  [
    'clinical data behind it',
    (text) => `${text}\n\nClinical history: PSA 9.9, biopsy 2019 with Gleason 4+5=9 (Grade Group 5), 3 of 12 cores.\n`,
  ],
  [
    'clinical data before it',
    (text) => `Clinical history: PSA 9.9, biopsy 2019 with Gleason 4+5=9 (Grade Group 5), 3 of 12 cores.\n\n${text}`,
  ],
];

describe.each(LAYOUTS)('a report with %s', (_, change) => {
  it.each(CASES)('reads the same: $name', ({ text, expected }) => {
    expect(linesOf(read(change(text), detectLanguage(foldForMatching(text))))).toEqual(expected);
  });
});

/** Capitals take away what tells Pn1 from pN1, and labels in small letters. */
const CAPITALS = CASES.filter(({ text, expected }) => !/Pn[01+-]/.test(text) && !/^\d?[a-z] /.test(expected[0] ?? ''));
it.each(CAPITALS)('reads capitals: $name', ({ text, expected }) => {
  expect(linesOf(read(text.toUpperCase()))).toEqual(expected);
});

/** Breaks long lines of prose; tables keep theirs. */
const wrapped = (text: string, width: number): string =>
  text
    .split('\n')
    .map((line) =>
      /[|\t]| {3,}\S/.test(line.trim())
        ? line
        : line.replace(new RegExp(`(.{1,${width}})(?: |$)`, 'g'), '$1\n').trimEnd(),
    )
    .join('\n');

it.each(CASES.filter(({ text }) => text.split('\n').some((line) => line.length > 100)))(
  'reads wrapped lines: $name',
  ({ text, expected }) => {
    expect(linesOf(read(wrapped(text, 72)))).toEqual(expected);
  },
);

describe('any text', () => {
  const check = (text: string): void => {
    const { evidence, specimens } = read(text);
    for (const { start, end, quote } of evidence) expect(quote).toBe(text.slice(start, end));
    for (const specimen of specimens)
      if (specimen.coresPositive !== null && specimen.coresTotal !== null)
        expect(specimen.coresPositive).toBeLessThanOrEqual(specimen.coresTotal);
  };

  it('is read without a throw, and quoted exactly', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), check), { numRuns: 300 });
  });

  it('made of the words of reports is read without a throw, and quoted exactly', () => {
    const words = fc.constantFrom(
      ...[
        'A.',
        'B)',
        'I t/m III',
        '1-6:',
        'Part 2',
        'Diagnosis:',
        'ADDENDUM:',
        '\n',
        '\n\n',
        '  ',
        '|',
        '\t',
        '[ ]',
        'left',
        'base',
      ],
      ...[
        'Gleason',
        '3+4=7',
        '7a',
        'Grade Group',
        '2',
        '2/3',
        'cores',
        'of',
        '40 %',
        '<5%',
        '1,2 cm',
        'mm',
        'pattern 4',
        'no',
        'nicht',
      ],
      ...[
        'perineural invasion',
        'cribriform',
        'adenocarcinoma',
        'benign',
        'ASAP',
        'HGPIN',
        'Target 1',
        'prostatectomy',
        '.',
        ';',
        'e\u0301',
      ],
    );
    const text = fc.array(words, { maxLength: 60 }).map((parts) => parts.join(' '));
    fc.assert(fc.property(text, check), { numRuns: 500 });
  });
});

const goldFolder = process.env['REAL_DATA_DIR'] ? join(process.env['REAL_DATA_DIR'], '..', 'cases') : null;
const goldFiles = ['path-en.jsonl', 'multi.jsonl'].filter((name) => goldFolder && existsSync(join(goldFolder, name)));

interface GoldCase {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  readonly gold: { readonly specimens: readonly Record<string, unknown>[]; readonly flagCodes?: readonly string[] };
}

(goldFiles.length > 0 ? describe : describe.skip)('labelled reports (REAL_DATA_DIR beside a folder of cases)', () => {
  const cases = goldFiles
    .flatMap((name) =>
      readFileSync(join(goldFolder ?? '', name), 'utf8')
        .trim()
        .split('\n'),
    )
    .map((line) => JSON.parse(line) as GoldCase)
    .filter(({ kind }) => kind === 'pathology');

  it.each(cases)('$id', ({ text, gold }) => {
    const { specimens, flags } = read(text);
    expect(specimens).toHaveLength(gold.specimens.length);
    specimens.forEach((specimen, index) => expect(specimen).toMatchObject(gold.specimens[index] ?? {}));
    for (const code of gold.flagCodes ?? []) expect(flags.map((flag) => flag.code)).toContain(code);
  });
});
