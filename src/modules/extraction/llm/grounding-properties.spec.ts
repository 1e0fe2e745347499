import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { extractionSchema } from '../extraction.js';
import { toCanonicalText } from '../text/canonical-text.js';
import { pathologyAnswer } from './pathology-question.js';
import { radiologyAnswer } from './radiology-question.js';
import { llmEngine } from './report-engine.js';

const RADIOLOGY = `PSA 6.8 ng/ml, Volumen 52 ml.\r\nBEFUND: Läsion 1 in der linken peripheren Zone, Mitte, 1,2 x 0,8 cm, PI-RADS 4 (4:23).
Läsion 2: rechts apikal, 7 mm, PI-RADS 3, zuvor PI-RADS 2. Keine extraprostatische Ausdehnung.\n`;
const PATHOLOGY = `A. LEFT MID (TARGET 1): Adenocarcinoma, Gleason 3+4=7, Grade Group 2, 2 of 3 cores, 60%.
B. RIGHT BASE: Benign prostatic tissue. Perineural invasion: not identified.\n`;

/** Whatever a model may quote: a slice of the report, another word, nothing. */
const quoteOf = (report: string) => {
  const text = toCanonicalText(report);
  const at = fc.nat(text.length - 1);
  const slice = fc
    .tuple(at, fc.integer({ min: 1, max: 60 }))
    .map(([start, length]) => text.slice(start, start + length));
  return fc.oneof(fc.constant(null), slice, slice, fc.string());
};

const recordOf = (keys: string[], quote: fc.Arbitrary<string | null>) =>
  fc.record(Object.fromEntries(keys.map((key) => [key, quote])));

const engine = (answer: unknown, name: 'llm' | 'hybrid') =>
  llmEngine(name, { model: 'm', ask: async () => JSON.stringify(answer) });

async function holds(kind: 'radiology' | 'pathology', report: string, answer: unknown): Promise<void> {
  const text = toCanonicalText(report);
  for (const name of ['llm', 'hybrid'] as const) {
    const extraction = await engine(answer, name).read(kind, report);
    expect(extractionSchema.parse(extraction)).toEqual(extraction);
    for (const { start, end, quote } of extraction.evidence) expect(text.slice(start, end)).toBe(quote);
    if (name === 'hybrid') continue;
    const covered = new Set(extraction.evidence.map(({ path }) => path));
    extraction.lesions.forEach((lesion, index) => {
      if (lesion.pirads !== null) expect(covered).toContain(`/lesions/${index}/pirads`);
      if (lesion.sizeMm !== null) expect(covered).toContain(`/lesions/${index}/sizeMm`);
    });
    extraction.specimens.forEach((specimen, index) => {
      if (specimen.isup !== null) expect(covered).toContain(`/specimens/${index}/isup`);
    });
  }
}

describe('whatever a model answers', () => {
  it('gives a valid extraction of a radiology report with exact evidence', async () => {
    const quote = quoteOf(RADIOLOGY);
    const { lesions, ...exam } = radiologyAnswer.shape;
    const answers = fc
      .tuple(
        recordOf(Object.keys(exam), quote),
        fc.array(recordOf(Object.keys(lesions.element.shape), quote), { maxLength: 4 }),
      )
      .map(([given, listed]) => ({ ...given, lesions: listed }));
    await fc.assert(
      fc.asyncProperty(answers, (answer) => holds('radiology', RADIOLOGY, answer)),
      { numRuns: 150, seed: 11 },
    );
  });

  it('gives a valid extraction of a pathology report with exact evidence', async () => {
    const quote = quoteOf(PATHOLOGY);
    const keys = Object.keys(pathologyAnswer.shape.specimens.element.shape).filter((key) => key !== 'label');
    const specimen = fc
      .tuple(recordOf(keys, quote), fc.constantFrom('A', 'B', 'C', 'A.', '', 'part one'))
      .map(([given, label]) => ({ ...given, label }));
    await fc.assert(
      fc.asyncProperty(fc.array(specimen, { maxLength: 4 }), (specimens) =>
        holds('pathology', PATHOLOGY, { specimens }),
      ),
      { numRuns: 150, seed: 11 },
    );
  });
});
