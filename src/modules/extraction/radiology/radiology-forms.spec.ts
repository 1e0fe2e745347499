import { describe, expect, it } from '@jest/globals';
import { extractReport } from '../extract-report.js';
import { lineOf } from './fixture-lines.js';

const read = (text: string) => extractReport('radiology', text);
const linesOf = (text: string): string[] => read(text).lesions.map(lineOf);

describe('lesions in forms, tables and letters', () => {
  it.each<[string, string, string[]]>([
    [
      'a form with boxes to tick',
      'LESION ONE\n Side      [ ] right   [x] left   [ ] midline\n Zone      [x] peripheral   [ ] transition\n Level     [x] base   [x] mid   [ ] apex\n Size mm   16 x 11\n PI-RADS   [ ] 3   [ ] 4   [x] 5\n EPE       [ ] no   [x] possible   [ ] definite\n SVI       [x] no   [ ] definite\n\nLESION TWO     [x] not applicable\n Side      [ ] right   [ ] left\n PI-RADS   [ ] 3   [ ] 4   [ ] 5',
      ['5 16x11 left PZ base+mid epe? svi-'],
    ],
    [
      'boxes behind their options, and options in lines of their own',
      'Herd 1\nSeite: rechts ☒ links ☐\nZone:\n☐ TZ\n☒ PZ\nGröße: 9 mm\nPI-RADS: 3 ( ) 4 (x) 5 ( )\nEPE: ja [ ] nein [x]',
      ['4 9 right PZ epe-'],
    ],
    [
      'questions and answers, lesions by letters',
      'Is there a lesion?  Yes, two. A: left transition zone, anterior, mid gland, 2.4 x 1.5 cm. B: right peripheral zone, posterolateral, base, 6 mm.\n\nHow suspicious is it?  A: Likert 5. B: Likert 3.',
      ['likert 5 24x15 left TZ mid anterior', 'likert 3 6 right PZ base posterior+lateral'],
    ],
    [
      'a column for each exam',
      '                   | MAR 2022 | MAR 2024 (this exam)\nLesion 1: PI-RADS  | 3        | 4\nLesion 1: size (mm)| 8        | 13 x 10\nLesion 1: EPE      | absent   | absent\nLesion 2: PI-RADS  | 3        | not visible\n\nLesion 1 lies in the left peripheral zone, mid gland. Lesion 2 was at the right base.',
      ['4 13x10 left PZ mid epe-'],
    ],
    [
      'columns told apart by their dates alone',
      '| | 2024 | 2021 |\n|---|---|---|\n| PI-RADS | 4 | 3 |\n| Size (mm) | 12 | 9 |\n| Location | left PZ mid | left PZ mid |',
      ['4 12 left PZ mid'],
    ],
    [
      'a region that goes on with the place',
      'FINDINGS:\n1. There is a 1.0 x 0.9 cm focal lesion (4:10) in the left peripheral zone, located at the mid, posterolateral region (PZpl). The lesion is PI-RADS 4.\n\nIMPRESSION:\n1. 1.0 cm PI-RADS 4 lesion in the left mid peripheral zone, posterolateral region.',
      ['4 10x9 left PZ mid posterior+lateral'],
    ],
    [
      'headings that end like sentences',
      'IRM de la prostate\n\nIndication. Surveillance (Gleason 6).\n\nRésultat. Dans la zone périphérique droite, à la base, nodule de 15 mm, PI-RADS 5.\nDans la zone de transition gauche, au tiers moyen, nodule de 9 mm, PI-RADS 3.\n\nAu total. Nodule de la base droite, PI-RADS 5. Nodule de la zone de transition gauche, PI-RADS 3.',
      ['5 15 right PZ base', '3 9 left TZ mid'],
    ],
    [
      'questions between Spanish marks',
      '¿Hay lesión? Sí, una. Zona periférica izquierda, ápex, 9 mm.\n¿Qué categoría? PI-RADS 4.\n¿Hay extensión extraprostática? No.',
      ['4 9 left PZ apex epe-'],
    ],
    [
      'a column for each exam, lesions behind the names of their rows',
      '| | 12/2023 | 06/2021 | Change |\n| PI-RADS (lesion 1) | 4 | 4 | = |\n| Size, lesion 1 | 12 mm | 10 mm | +2 |\n| Location, lesion 1 | right TZ base | right TZ base | |',
      ['4 12 right TZ base'],
    ],
    [
      'small letters in Dutch',
      'T2: laesie a perifere zone links, apex, 9 mm; laesie b transitiezone rechts, 14 mm.\nScore: laesie a PI-RADS 4, laesie b PI-RADS 3.',
      ['4 9 left PZ apex', '3 14 right TZ'],
    ],
    [
      'halves as headings above their zones',
      'LEFT LOBE\nPeripheral zone: 8 mm focus at the apex, PI-RADS 3.\nTransition zone: clear.\nRIGHT LOBE\nPeripheral zone: clear.\nTransition zone: 14 mm lenticular focus at the base, PI-RADS 4.',
      ['3 8 left PZ apex', '4 14 right TZ base'],
    ],
    [
      'a side that is normal heads nothing',
      'Right: normal.\nTransition zone: anterior lesion of 12 mm, PI-RADS 4.',
      ['4 12 TZ anterior'],
    ],
    [
      'an organ in a line of its own',
      'PERIPHERAL ZONE, RIGHT\nMid: focus of 13 x 9 mm. PI-RADS 4.\n\nSEMINAL VESICLES\nNo invasion.',
      ['4 13x9 right PZ mid svi-'],
    ],
    [
      'growth on one side, denied on the other',
      'Regio rechts mid: laesie van 17 mm, PI-RADS 5.\nRegio links mid: laesie van 7 mm, PI-RADS 3.\n\nKapsel: rechts extraprostatische uitbreiding. Links geen extraprostatische uitbreiding.',
      ['5 17 right mid epe+', '3 7 left mid epe-'],
    ],
    [
      'lesions by small letters, over the sequences',
      'T2w: Läsion a: PZ rechts, Basis, 2,4 x 1,7 cm. Läsion b: TZ links, anterior, 12 mm.\nScore: Läsion a: T2 5 / DWI 5 = PI-RADS 5. Läsion b: T2 3 / DWI 3 = PI-RADS 3.',
      ['5 24x17 right PZ base', '3 12 left TZ anterior'],
    ],
    [
      'the larger and the smaller, without their noun',
      'There are two abnormalities. The larger is in the anterior transition zone on the right. It measures 34 x 21 mm and is PI-RADS 5. The smaller is an 8 mm focus in the right peripheral zone at the base, PI-RADS 4.',
      ['5 34x21 right TZ anterior', '4 8 right PZ base'],
    ],
    [
      'a lesion of then, told in full, and what it is now',
      'At that time I described a PI-RADS 4 focus of 11 mm in the right peripheral zone, posterolaterally at the apex.\n\nThe right apical focus has shrunk to 7 mm. I would now call it PI-RADS 3.',
      ['3 7 right PZ apex posterior+lateral'],
    ],
    [
      'a change of then that is gone',
      'Im März hatten wir eine 20 mm große Veränderung der peripheren Zone rechts als PI-RADS 4 beschrieben. Die damals beschriebene Veränderung ist vollständig zurückgebildet.',
      [],
    ],
    [
      'an addendum dated in words',
      'Lesion 1: left PZ, 11 mm, PI-RADS 4.\n\nADDENDUM 24 October 2024: On review lesion 1 measures 22 x 15 mm.',
      ['4 22x15 left PZ'],
    ],
  ])('%s', (_, text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  it('reads the fields of a form: units in names, several in a line, ticked answers', () => {
    const { psaNgMl, psaDensity, prostateVolumeMl, priorBiopsy, overallPirads } = read(
      'PSA ng/mL: 10.4      Date of PSA: 02/02/2024\nPrevious biopsy:   [x] none   [ ] benign   [ ] cancer\nVolume mL: 61        PSA density: 0.17\nOVERALL PI-RADS FOR THE EXAM (only where no lesion)   [x] 1   [ ] 2',
    );
    expect([psaNgMl, psaDensity, prostateVolumeMl, priorBiopsy, overallPirads]).toEqual([10.4, 0.17, 61, 'none', 1]);
  });

  it('takes the values of this exam, and keeps those of the last one as earlier ones', () => {
    const { psaNgMl, prostateVolumeMl, lesions } = read(
      '             | 2024 | 2021\nPSA (ng/mL)  | 7.0 | 5.1\nVolume (mL)  | 46 | 44\nLesion 1: PI-RADS | 4 | 3\nLesion 1: size (mm) | 13 x 10 | 8\nLesion 1: location | left PZ mid | left PZ mid',
    );
    expect([psaNgMl, prostateVolumeMl]).toEqual([7, 46]);
    expect(lesions.map(({ pirads, dimsMm, prior }) => [pirads, dimsMm, prior])).toEqual([
      [4, [13, 10], { pirads: 3, sizeMm: 8 }],
    ]);
  });

  it.each<[string, number | null]>([
    ['PSA density is accordingly high at 0.42.', 0.42],
    ['Die PSA-Dichte liegt damit bei 0,14.', 0.14],
    ['PSA density should be worked out (0.15 is the usual cut-off).', null],
  ])('density: %s', (text, density) => {
    expect(read(`Gland 40 mL. ${text}`).psaDensity).toBe(density);
  });
});
