import { describe, expect, it } from '@jest/globals';
import { foldForMatching } from '../text/canonical-text.js';
import { detectLanguage } from '../text/language.js';
import { groundRadiology } from './radiology-grounding.js';
import type { RadiologyAnswer } from './radiology-question.js';
import { lesionAnswer, radiologyAnswerOf } from './spec-answers.fixture.js';

const REPORT = `MRI PROSTATE
PSA: 6.81 ng/ml. PSA density: 0.13 ng/ml/cc. PSA 4.1 ng/ml in 2019.
Biopsy naive.
COMPARISON: MRI of 2020, PI-RADS 2 lesion of 4 mm.
FINDINGS:
Prostate volume: 52 mL.
Lesion 1: left peripheral zone at the apex, posterolateral, 0.7 cm (4:23). T2 3, DWI 3, DCE -. PI-RADS 3.
Lesion 2: right mid posteromedial peripheral zone, 1.1 x 0.9 cm, 7 mm from the urethra. PI-RADS 4, previously PI-RADS 3.
No extraprostatic extension.
IMPRESSION:
1. PI-RADS 4 lesion. No PI-RADS 5 lesion.
PI-RADS 1: very low. PI-RADS 2: low. PI-RADS 3: intermediate. PI-RADS 4: high. PI-RADS 5: very high.
`;

function ground(given: Partial<RadiologyAnswer>, text = REPORT) {
  const shadow = foldForMatching(text);
  const parts = groundRadiology(text, shadow, detectLanguage(shadow), radiologyAnswerOf(given));
  for (const { start, end, quote } of parts.evidence) expect(text.slice(start, end)).toBe(quote);
  return parts;
}

const one = (given: Parameters<typeof lesionAnswer>[0], text?: string) => {
  const { lesions, flags } = ground({ lesions: [lesionAnswer(given)] }, text);
  return { lesion: lesions[0], codes: flags.map(({ code, path }) => `${code} ${path}`) };
};

describe('groundRadiology', () => {
  it('reads, converts and derives from the quotes', () => {
    const { lesions, flags, evidence, ...exam } = ground({
      psa: 'PSA: 6.81 ng/ml',
      psaDensity: 'PSA density: 0.13',
      prostateVolume: 'Prostate volume: 52 mL',
      earlierBiopsy: 'Biopsy naive.',
      extraprostaticExtension: 'No extraprostatic extension.',
      lesions: [
        lesionAnswer({
          name: 'Lesion 1',
          category: 'PI-RADS 3',
          size: '0.7 cm',
          location: 'left peripheral zone at the apex, posterolateral',
          images: '(4:23)',
          sequenceScores: 'T2 3, DWI 3, DCE -',
        }),
      ],
    });
    expect(flags).toEqual([]);
    expect(exam).toMatchObject({ psaNgMl: 6.81, psaDensity: 0.13, prostateVolumeMl: 52, priorBiopsy: 'none' });
    expect(lesions).toEqual([
      {
        label: '1',
        pirads: 3,
        piradsRange: null,
        likert: null,
        subscores: { t2: 3, dwi: 3, dce: '-' },
        sizeMm: 7,
        dimsMm: [7],
        sizeComparator: null,
        location: {
          side: 'left',
          zone: 'PZ',
          levels: ['apex'],
          positions: ['posterior', 'lateral'],
          sectors: ['L PZpl apex'],
        },
        imageRefs: [{ series: 4, image: 23 }],
        epe: 'absent',
        svi: null,
        prior: null,
      },
    ]);
    const paths = new Set(evidence.map(({ path }) => path));
    for (const path of ['/psaNgMl', '/lesions/0/pirads', '/lesions/0/sizeMm', '/lesions/0/location/side'])
      expect(paths).toContain(path);
  });

  it('takes of equal quotes the one beside the lesion', () => {
    const text = 'FINDINGS:\nLesion 1: left apex PZ, 7 mm, PI-RADS 4.\nLesion 2: right base PZ, 7 mm, PI-RADS 4.\n';
    const { evidence } = ground(
      { lesions: [lesionAnswer({ name: 'Lesion 2', location: 'right base PZ', size: '7 mm', category: 'PI-RADS 4' })] },
      text,
    );
    const second = text.indexOf('Lesion 2');
    for (const { start } of evidence) expect(start).toBeGreaterThan(second);
  });

  it.each([
    ['a legend', 'PI-RADS 2: low'],
    ['a denial', 'PI-RADS 5 lesion'],
    ['an earlier exam', 'previously PI-RADS 3'],
    ['a comparison', 'PI-RADS 2 lesion of 4 mm'],
    ['words that are not there', 'PI-RADS 5 lesion in the left mid gland'],
    ['words without a category', 'FINDINGS'],
    [
      'several categories',
      'PI-RADS 3.\nLesion 2: right mid posteromedial peripheral zone, 1.1 x 0.9 cm, 7 mm from the urethra. PI-RADS 4',
    ],
  ])('takes no category from %s', (_what, quote) => {
    const { lesion, codes } = one({ category: quote, size: '1.1 x 0.9 cm', location: 'right mid posteromedial' });
    expect(lesion).toBeUndefined();
    expect(codes).toContain('ungrounded /lesions/0');
  });

  it.each([
    ['a distance', '7 mm from the urethra'],
    ['an earlier exam', '4 mm'],
    ['a volume', '52 mL'],
    ['words that are not there', '12 mm'],
  ])('takes no size from %s', (_what, quote) => {
    const { lesion, codes } = one({ name: 'Lesion 2', category: 'PI-RADS 4', size: quote });
    expect(lesion).toMatchObject({ pirads: 4, sizeMm: null, dimsMm: [] });
    expect(codes).toEqual(['ungrounded /lesions/0/sizeMm']);
  });

  it('takes no PSA of an earlier year, and none from a quote without it', () => {
    expect(ground({ psa: 'PSA 4.1 ng/ml in 2019' }).psaNgMl).toBeNull();
    expect(ground({ psa: 'Biopsy naive' }).psaNgMl).toBeNull();
    expect(ground({ psa: '52 mL' }).psaNgMl).toBeNull();
  });

  it('takes the category of a lesion for that of the exam only where the words say so', () => {
    const lesions = [lesionAnswer({ category: 'PI-RADS 4', size: '9 mm', location: 'left apex' })];
    const overall = (text: string, quote: string, listed = lesions) =>
      ground({ lesions: listed, categoryOfExam: quote }, text).overallPirads;
    const finding = 'FINDINGS: Lesion in the left apex, 9 mm, PI-RADS 4.\n';
    expect(overall(finding, 'PI-RADS 4')).toBeNull();
    expect(overall(`${finding}Overall PI-RADS 4.\n`, 'Overall PI-RADS 4')).toBe(4);
    expect(overall('IMPRESSION: Normal. PI-RADS 1.\n', 'PI-RADS 1', [])).toBe(1);
  });

  it('lists a lesion once', () => {
    const same = { category: 'PI-RADS 4', size: '1.1 x 0.9 cm', location: 'right mid posteromedial peripheral zone' };
    expect(ground({ lesions: [lesionAnswer(same), lesionAnswer(same)] }).lesions).toHaveLength(1);
  });
});
