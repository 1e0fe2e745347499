import { describe, expect, it } from '@jest/globals';
import { foldForMatching } from '../text/canonical-text.js';
import { detectLanguage } from '../text/language.js';
import { groundPathology } from './pathology-grounding.js';
import type { PathologyAnswer } from './pathology-question.js';
import { specimenAnswer } from './spec-answers.fixture.js';

const REPORT = `CLINICAL HISTORY: Prior biopsy showed Gleason 4+4=8.
DIAGNOSIS:
A. RIGHT POSTERIOR LATERAL MID (TARGET 1):
   PROSTATIC ADENOCARCINOMA, Gleason score 3+4=7 (Grade Group 2),
   involving 60% of 2 of 3 cores, 7 mm. Gleason pattern 4: 20%.
   Perineural invasion is present. No cribriform growth.
B. LEFT BASE: Benign prostatic tissue.
C. LEFT APEX: Adenocarcinoma, Gleason score 7.
`;

function ground(...specimens: PathologyAnswer['specimens']) {
  const shadow = foldForMatching(REPORT);
  const parts = groundPathology(REPORT, shadow, detectLanguage(shadow), { specimens });
  for (const { start, end, quote } of parts.evidence) expect(REPORT.slice(start, end)).toBe(quote);
  return parts;
}

const A = {
  label: 'A',
  site: 'RIGHT POSTERIOR LATERAL MID (TARGET 1)',
  diagnosis: 'PROSTATIC ADENOCARCINOMA',
  gleason: '3+4=7',
};

describe('groundPathology', () => {
  it('reads and derives from the quotes', () => {
    const { specimens, flags, derived } = ground(
      specimenAnswer({
        ...A,
        gradeGroup: 'Grade Group 2',
        cores: '2 of 3 cores',
        percentInvolved: '60%',
        tumourLength: '7 mm',
        percentPattern4: 'pattern 4: 20%',
        perineuralInvasion: 'Perineural invasion is present',
        cribriform: 'No cribriform growth',
      }),
      specimenAnswer({ label: 'B.', site: 'LEFT BASE', diagnosis: 'Benign prostatic tissue' }),
    );
    expect(flags).toEqual([]);
    expect(derived).toMatchObject({ highestIsup: 2 });
    expect(specimens).toMatchObject([
      {
        label: 'A',
        kind: 'target',
        targetLabel: '1',
        location: { side: 'right', levels: ['mid'], positions: ['posterior', 'lateral'] },
        diagnosis: 'adenocarcinoma',
        gleason: { primary: 3, secondary: 4, tertiary: null, sum: 7 },
        isup: 2,
        coresPositive: 2,
        coresTotal: 3,
        percentInvolved: 60,
        lengthMm: 7,
        percentPattern4: 20,
        perineuralInvasion: 'present',
        cribriform: 'absent',
        intraductal: null,
      },
      { label: 'B', kind: 'systematic', location: { side: 'left', levels: ['base'] }, diagnosis: 'benign', isup: null },
    ]);
  });

  it('derives the grade group, and leaves a bare 7 open', () => {
    const { specimens, flags } = ground(
      specimenAnswer(A),
      specimenAnswer({ label: 'C', site: 'LEFT APEX', diagnosis: 'Adenocarcinoma', gleason: 'Gleason score 7' }),
    );
    expect(specimens.map(({ isup }) => isup)).toEqual([2, null]);
    expect(flags).toMatchObject([{ code: 'ambiguous', path: '/specimens/1/isup' }]);
  });

  it.each([
    ['clinical data', '4+4=8'],
    ['words that are not there', '4+5=9'],
    ['words without a score', 'LEFT BASE'],
  ])('takes no grade from %s', (_what, gleason) => {
    const { specimens, flags } = ground(specimenAnswer({ ...A, gleason }));
    expect(specimens).toMatchObject([{ diagnosis: 'adenocarcinoma', gleason: null, isup: null }]);
    expect(flags).toMatchObject([{ code: 'ungrounded', path: '/specimens/0/gleason' }]);
  });

  it('gives no part what is said of its neighbour', () => {
    const { specimens, flags } = ground(
      specimenAnswer(A),
      specimenAnswer({
        label: 'B',
        site: 'LEFT BASE',
        diagnosis: 'Benign prostatic tissue',
        gleason: '3+4=7',
        cores: '2 of 3 cores',
        perineuralInvasion: 'Perineural invasion is present',
      }),
    );
    expect(specimens[1]).toMatchObject({ diagnosis: 'benign', isup: null, coresTotal: null, perineuralInvasion: null });
    expect(flags.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'ungrounded /specimens/1/gleason',
      'ungrounded /specimens/1/coresTotal',
      'ungrounded /specimens/1/perineuralInvasion',
    ]);
  });

  it('knows a part by its label where the sites are listed apart', () => {
    const text =
      'SPECIMENS:\nA. LEFT BASE\nB. RIGHT BASE\nDIAGNOSIS:\nA. Adenocarcinoma, Gleason 3+3=6.\nB. Benign tissue.\n';
    const shadow = foldForMatching(text);
    const { specimens } = groundPathology(text, shadow, 'en', {
      specimens: [
        specimenAnswer({ label: 'A', site: 'LEFT BASE', diagnosis: 'Adenocarcinoma', gleason: '3+3=6' }),
        specimenAnswer({ label: 'B', site: 'RIGHT BASE', diagnosis: 'Benign tissue', gleason: '3+3=6' }),
      ],
    });
    expect(specimens).toMatchObject([
      { label: 'A', isup: 1, location: { side: 'left' } },
      { label: 'B', diagnosis: 'benign', isup: null, location: { side: 'right' } },
    ]);
  });

  it('drops what has no label or no diagnosis, and what comes twice', () => {
    const { specimens, flags } = ground(
      specimenAnswer({ ...A, label: 'the first part' }),
      specimenAnswer({ label: 'B', site: 'LEFT BASE', diagnosis: 'sarcoma' }),
      specimenAnswer(A),
      specimenAnswer(A),
    );
    expect(specimens.map(({ label }) => label)).toEqual(['A']);
    expect(flags.every(({ code }) => code === 'ungrounded')).toBe(true);
  });
});
