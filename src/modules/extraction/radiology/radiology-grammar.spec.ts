import { describe, expect, it } from '@jest/globals';
import { extractReport } from '../extract-report.js';
import { lineOf, SHORT } from './fixture-lines.js';

const read = (text: string) => extractReport('radiology', text);
const linesOf = (text: string): string[] => read(text).lesions.map(lineOf);

describe('lesions in the grammar of other hands', () => {
  it.each<[string, string, string[]]>([
    [
      'an organ between a lesion and its score',
      'A tumour of the right peripheral zone, 32 mm, with restricted diffusion. The right seminal vesicle is infiltrated. PI-RADS 5.',
      ['5 32 right PZ svi+'],
    ],
    [
      'a field named like a scale',
      'Index lesion\nSite: PZ left\nPI-RADS v2.1: 5\nECE: suspected',
      ['5 - left PZ epe?'],
    ],
    [
      'items of the findings named as lesions in the impression',
      'Befund:\n1. Läsion: PZ rechts, 10 mm. PI-RADS 4.\n2. Läsion: TZ links, 18 mm. PI-RADS 3.\nKapsel: intakt.\nBeurteilung: Läsion 1 (PI-RADS 4), Läsion 2 (PI-RADS 3).',
      ['4 10 right PZ epe-', '3 18 left TZ epe-'],
    ],
    [
      'a level of the gland',
      'Within the left mid gland peripheral zone there is a 1.3 x 0.8 cm focus. PI-RADS 4.',
      ['4 13x8 left PZ mid'],
    ],
    [
      'a lesion described before',
      'The previously described lesion in the right peripheral zone measures 9 x 6 mm, previously 9 x 5 mm. PI-RADS 3.',
      ['3 9x6 right PZ'],
    ],
    [
      'a letter that concludes',
      'Right mid peripheral zone: a focus of 12 x 9 mm, dark on ADC.\nThe left side is normal.\n\nIn conclusion, a right peripheral zone lesion, PI-RADS 4.',
      ['4 12x9 right PZ mid'],
    ],
    [
      'a bilateral tumour told side by side',
      'Bilateral peripheral zone tumour. On the left: 28 mm, PI-RADS 5, definite EPE. On the right: 15 mm, PI-RADS 5, no EPE.',
      ['5 28 left PZ epe+', '5 15 right PZ epe-'],
    ],
    [
      'a zone over a full stop',
      'In the peripheral zone there is a focus on the left, 7 mm, PI-RADS 3. A second focus at the right apex, 9 mm, PI-RADS 4.',
      ['3 7 left PZ', '4 9 right PZ apex'],
    ],
    [
      'a line about a zone',
      'The peripheral zone shows diffuse low signal. At the left apex a focus of 8 mm, PI-RADS 4.',
      ['4 8 left PZ apex'],
    ],
    [
      'a line about a zone that is normal',
      'The peripheral zone is normal. At the left apex a focus of 8 mm, PI-RADS 4.',
      ['4 8 left apex'],
    ],
    [
      'a look of both zones behind a lesion',
      '7-mm-Herd PZ links, PI-RADS 4. PZ beidseits streifig, PI-RADS 2. TZ PI-RADS 2. Kein EPE.',
      ['4 7 left PZ epe-'],
    ],
    [
      'a measured lesion behind an area',
      'PZ: patchy area on both sides, PI-RADS 2. Focus of 6 mm at the left apex, PI-RADS 3.',
      ['3 6 left PZ apex'],
    ],
    [
      'a new lesion under a word of its own',
      'Left apex PZ, 8 mm, PI-RADS 3.\nNew: right mid TZ 13 mm nodule. PI-RADS 4.',
      ['3 8 left PZ apex', '4 13 right TZ mid'],
    ],
    [
      'numbers with slashes',
      '1/ ZP droite, 9 mm, PI-RADS 3\n2/ ZT gauche, 12 mm, PI-RADS 4',
      ['3 9 right PZ', '4 12 left TZ'],
    ],
    [
      'labels within a line',
      'Nodule #1: right TZ, 15 mm. PI-RADS 4. Nodule #2: left PZ, 7 mm. PI-RADS 3.',
      ['4 15 right TZ', '3 7 left PZ'],
    ],
    ['fields between dashes', 'PI-RADS 4 – left PZ – Size: 8 mm – EPE: no', ['4 8 left PZ epe-']],
    ['a score of suspicion', 'ROI 1: left PZ, 10 mm, suspicion 4/5.', ['likert 4 10 left PZ']],
    ['a span of the scale', 'Findings: No lesion. PI-RADS 3-5 lesions require biopsy.', []],
    ['the exam behind a benign nodule', 'Left TZ: stromal nodule 11 mm. Overall category PI-RADS 2.', []],
    ['a denied cancer with a category', 'Beurteilung: Kein Hinweis auf ein Karzinom (PI-RADS 2).', []],
    ['a lesion of the history', 'Indication: follow-up of PI-RADS 3 lesion.\nFindings: No lesion.', []],
    ['a size before "à"', "Lésion de 6 mm à l'apex droit, PI-RADS 3.", ['3 6 right apex']],
    [
      'a treatment beside a side',
      'Diffuse change after RT. Left apex: 9 mm focus, Likert 4.',
      ['likert 4 9 left apex'],
    ],
    [
      'words of place',
      'Herd: rechts perifeer in der Mitteldrüse, pl, 9 mm, PI-RADS 4',
      ['4 9 right PZ mid posterior+lateral'],
    ],
    [
      'joined words of place',
      'Lésion : ZP gauche postérieure, médio-prostatique, 9 mm, PI-RADS 4',
      ['4 9 left PZ mid posterior'],
    ],
    [
      'sizes between spaced slashes',
      'Les 1: left PZ base / 1.3 x 1.1 cm / P4\nLes. 2: R TZ apex / PI-RADS 3 / 8 mm',
      ['4 13x11 left PZ base', '3 8 right TZ apex'],
    ],
    [
      'a lesion by its place beside one by its label',
      'Lesion 1: left AFS, 5 mm.\nLesion 2: left PZ, 13 mm.\nImpression: left AFS PI-RADS 4; lesion 2 PI-RADS 3.',
      ['4 5 left AFS', '3 13 left PZ'],
    ],
    [
      'a lesion by its label beside one by its place',
      'Lesion 1: left AFS, 5 mm.\nLesion 2: left PZ, 13 mm.\nImpression: lesion 1 PI-RADS 4; left PZ PI-RADS 3.',
      ['4 5 left AFS', '3 13 left PZ'],
    ],
    [
      'lines of a conclusion on one zone',
      'Impression:\nRight posterolateral PZ lesion, PI-RADS 5.\nRight posterior PZ lesion, PI-RADS 3.',
      ['5 - right PZ posterior+lateral', '3 - right PZ posterior'],
    ],
    [
      'a place between two labels',
      'Lesion 1: left PZ, 5 mm.\nLesion 2: midline PZ, 13 mm.\nLesion 3: right TZ, 9 mm.\nImpression: lesion 1 PI-RADS 4; midline PZ PI-RADS 3; lesion 3 PI-RADS 4.',
      ['4 5 left PZ', '3 13 midline PZ', '4 9 right TZ'],
    ],
    [
      'two positions of one zone',
      'Impression: left posterior TZ, PI-RADS 4; left anterior TZ, PI-RADS 3.',
      ['4 - left TZ posterior', '3 - left TZ anterior'],
    ],
    [
      'an answer at the end of a line',
      '1. Left PZ - 6 mm - PI-RADS 4 - EPE no\n2. Left TZ - 13 mm - PI-RADS 3 - EPE no\nConclusion: lesion 1 PI-RADS 4; lesion 2 PI-RADS 3.',
      ['4 6 left PZ epe-', '3 13 left TZ epe-'],
    ],
    [
      'lines of one length that are not broken',
      'Herd 1: PZ re. dorsomedial Basis, 9 mm, PI-RADS 4, keine extraprostatische Ausdehnung\nHerd 2: TZ li. ventral mittleres Drittel, 5 mm, PI-RADS 3, ohne Kapselüberschreitung\nHerd 3: PZ re. dorsolateral Drüsenmitte, 20 mm, PI-RADS 5, fragliche Kapselüberschreitung\nSamenblasen ohne Infiltration.',
      [
        '4 9 right PZ base posterior+medial epe- svi-',
        '3 5 left TZ mid anterior epe- svi-',
        '5 20 right PZ mid posterior+lateral epe? svi-',
      ],
    ],
    [
      'items that begin with a place',
      'Befunde:\nA) PZ, links, posterolateral: 26 mm. PI-RADS 5.\nB) TZ rechts, Mitte, 11 mm. PI-RADS 4.',
      ['5 26 left PZ posterior+lateral', '4 11 right TZ mid'],
    ],
    [
      'a range in a field named like a scale',
      'Befund:\nHerd Nr. 1\nPI-RADS v2.1: 4-5\n\nHerd Nr. 2\nLokalisation: PZ links\nPI-RADS v2.1: 4',
      [' -', '4 - left PZ'],
    ],
    [
      'a heading of findings outside the gland',
      'Lesion 1: left PZ, 9 mm, PI-RADS 4.\nExtraprostatic findings:\nNo lymphadenopathy.',
      ['4 9 left PZ'],
    ],
    [
      'three values in turn',
      'Lesion 1: left PZ.\nLesion 2: left TZ.\nLesion 3: right PZ.\nLesions 1, 2 and 3 measure 14, 26 and 10 mm.\nThey are scored PI-RADS 4, 5 and 3.',
      ['4 14 left PZ', '5 26 left TZ', '3 10 right PZ'],
    ],
    [
      'an article that is a label',
      'LÄSION A\nSeite: links\nZone: PZ\nPI-RADS: 4\nBeurteilung: Läsion A PI-RADS 4.',
      ['4 - left PZ'],
    ],
    [
      'a column that does not apply',
      'Parameter | Lesion 1\nZone | left TZ\nSector | n/a\nSize | 9 mm\nPI-RADS | 4\nExtension extra-prostatique | absente',
      ['4 9 left TZ epe-'],
    ],
    [
      'a lesion that is gone',
      'The lesion of 2020 in the right base (PZ, 11 mm, PI-RADS 4) can no longer be made out.\nLeft mid PZ, 8 mm, PI-RADS 3.',
      ['3 8 left PZ mid'],
    ],
    [
      'a sum of both sides',
      'Lesions 1 and 2 are in the left and right PZ, both PI-RADS 4, and measure 7 and 9 mm.\nSummary: Bilateral peripheral zone lesions, PI-RADS 4.',
      ['4 7 left PZ', '4 9 right PZ'],
    ],
    [
      'an earlier size behind a full stop',
      'Befunde:\nA) AFS, rechts: 12 mm. Voruntersuchung 2020: 10 mm.\nB) PZ rechts, 5 mm.\nBewertung:\nHerd A: PI-RADS 4\nHerd B: PI-RADS 3',
      ['4 12 right AFS', '3 5 right PZ'],
    ],
    [
      'an addendum that names no lesion',
      'Findings: Lesion in the right mid PZ, 13 mm, PI-RADS 4.\nAddendum: The size should read 18 mm instead of 13 mm. Category should be PI-RADS 5, not PI-RADS 4.',
      ['5 18 right PZ mid'],
    ],
    [
      'a table between semicolons',
      'Cible;Localisation;Taille;PI-RADS\n1;ZP gauche apex;9 mm;4\n2;ZT droite;12 mm;3',
      ['4 9 left PZ apex', '3 12 right TZ'],
    ],
    ['a heading of columns that are not read', 'Lesion,Location,Size (mm),PI-RADS\n1,left PZ apex,9,4', []],
    [
      'a number behind a colon',
      'Target lesion number: 1\nZone: left PZ\nFinal PI-RADS category: 4\nTarget lesion number: 2\nZone: right TZ\nFinal PI-RADS category: 3',
      ['4 - left PZ', '3 - right TZ'],
    ],
    [
      'a capsule told lesion by lesion',
      'Herd 1: PZ links, 9 mm, PI-RADS 4.\nHerd 2: PZ rechts, 12 mm, PI-RADS 5.\nKapsel: bei Herd 1 intakt, bei Herd 2 Überschreitung.',
      ['4 9 left PZ epe-', '5 12 right PZ epe+'],
    ],
    [
      'a lesion of the central gland',
      'Anterior left central gland at the mid level there is a lesion, measuring 19 mm x 12 mm. PI-RADS 5.',
      ['5 19x12 left TZ mid anterior'],
    ],
    [
      'a numbered and dated addendum',
      'Right mid PZ: focus of 13 mm, PI-RADS 4.\nADDENDUM 1 (next day): The lesion is in the LEFT peripheral zone. It measures 12 mm, not 13 mm.',
      ['4 12 left PZ mid'],
    ],
  ])('%s', (_, text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  it.each<[string, string[]]>([
    ['Extraprostatic extension: None. Seminal vesicle invasion: None.', ['- -', '- -']],
    ['No ECE, SVI, LN.', ['- -', '- -']],
    ['No bladder neck, seminal vesicle or rectal invasion.', ['null -', 'null -']],
    ['SV: neg.', ['null -', 'null -']],
    ['VS : non.', ['null -', 'null -']],
    ['SB frei, keine Infiltration.', ['null -', 'null -']],
    ['Kapsel/Samenblasen: Keine Infiltration.', ['- -', '- -']],
    ['Prostate margin: No involvement', ['- null', '- null']],
    ['Left seminal vesicle: invaded.', ['null +', 'null null']],
    ['EPE: n/a', ['null null', 'null null']],
    ['EPE-Wahrscheinlichkeit: niedrig', ['null null', 'null null']],
    ['Vésicules séminales libres de tout envahissement.', ['null -', 'null -']],
    ['Lesion 2 abuts the capsule; the others do not. No frank ECE.', ['- null', '- null']],
    ['EPE: Lesion 1 with contact, anterior extension is indeterminate.', ['? null', 'null null']],
  ])('growth of two lesions: %s', (sentence, growth) => {
    const { lesions } = read(`Findings:\n1. left PZ, 9 mm, PI-RADS 4.\n2. right TZ, 11 mm, PI-RADS 3.\n${sentence}`);
    expect(lesions.map(({ epe, svi }) => `${epe && SHORT[epe]} ${svi && SHORT[svi]}`)).toEqual(growth);
  });

  it('takes a category that names its lesion in a bracket for both the exam and the lesion', () => {
    const report = read('Overall PI-RADS 5 (lesion 3, left TZ).');
    expect([report.overallPirads, ...report.lesions.map(lineOf)]).toEqual([5, '5 - left TZ']);
  });

  it('takes sequence scores for no image and a named pair for one', () => {
    const { lesions } = read('Lesion 1: left PZ, PI-RADS 4 (T2: 4, DWI: 4)\nSeries/Image: 5/18');
    expect(lesions[0]?.imageRefs).toEqual([{ series: 5, image: 18 }]);
  });
});

describe('values of the exam in the grammar of other hands', () => {
  it.each([
    ['Eerder biopt: geen.', 'none'],
    ['Prior biopsy: Not known', null],
    ['Antécédents de biopsie non renseignés.', null],
    ['No indication for targeted biopsy.', null],
    ['TRUS-Biopsie 2022 negativ. Frage nach Karzinom.', 'negative'],
    ['Bisher keine Probeentnahme.', 'none'],
    ['Biopsies de 2022 : absence de malignité.', 'negative'],
    ['Z.n. Prostatastanze 2022 ohne Malignitätsnachweis.', 'negative'],
    ['Pas de cible biopsique.', null],
    ['Biopsy history: not given.', null],
    ['On surveillance for GG1 since 2020.', 'positive'],
    ['Father had prostate cancer, brother positive biopsy.', null],
  ])('earlier biopsy: %s', (sentence, biopsy) => {
    expect(read(`Clinical: ${sentence}`).priorBiopsy).toBe(biopsy);
  });

  it.each([
    ['PSA 4.1 in 2022, 5.0 in 2023, and 6.2 in 2025.', 6.2],
    ['PSA 7.7 and prior negative biopsy.', 7.7],
    ['PSA 01/2024: 4,8; 01/2025: 5,3; 01/2026: 6,2', 6.2],
    ['PSA en ascension : 4,1 puis 5,2 puis 6,2.', 6.2],
  ])('PSA: %s', (sentence, psa) => {
    expect(read(`Indication : ${sentence}`).psaNgMl).toBe(psa);
  });

  it.each([
    ['Exam-level PI-RADS category 5.', 5],
    ['Totale PI-RADS score: 3.', 3],
    ['PI-RADS le plus élevé : 3', 3],
    ['PI-RADS (exam): 3', 3],
  ])('overall category: %s', (sentence, category) => {
    expect(
      read(`Lesion 1: left PZ, 9 mm, PI-RADS 3.\nConclusion: Lesion 1, PI-RADS 3.\n${sentence}`).overallPirads,
    ).toBe(category);
  });

  it('takes an overall category behind the index lesion for the exam, where the findings have scored the lesion', () => {
    const report = read(
      'Findings:\nLesion 1: left PZ, PI-RADS 4.\nImpression:\nLesion 1 is the index lesion.\nOverall PI-RADS category: 4.',
    );
    expect(report.overallPirads).toBe(4);
  });

  it('takes the corrected value of an addendum, and not the wrong one that it repeats', () => {
    const report = read(
      'Prostaatvolume 53 ml, PSA-dichtheid 0,09.\nAddendum: prostaatvolume 35 ml in plaats van 53 ml. PSA-dichtheid derhalve 0,14.',
    );
    expect([report.prostateVolumeMl, report.psaDensity]).toEqual([35, 0.14]);
  });

  it('takes number signs for lesions and a named field for an image', () => {
    const { lesions } = read(
      'Lesion 1: left PZ, PI-RADS 4\nLesion 2: right PZ, PI-RADS 3\nKey images: #1 series 8 image 19. #2 series 8 image 28.',
    );
    expect(lesions.map(({ imageRefs }) => imageRefs[0]?.image)).toEqual([19, 28]);
    const listed = read(
      'Lesion 1: left PZ, PI-RADS 4\nLesion 2: right PZ, PI-RADS 3\nKey images: lesion 1 - 4/12; lesion 2 - 4/18.',
    );
    expect(listed.lesions.map(({ imageRefs }) => imageRefs[0]?.image)).toEqual([12, 18]);
    expect(read('Lesion 1: left PZ, PI-RADS 4\nImage reference: 7:34').lesions[0]?.imageRefs).toEqual([
      { series: 7, image: 34 },
    ]);
  });

  it('takes "from" before a colon for the way a volume was measured', () => {
    expect(read('Volume from contouring: 58 cc. PSA density: 0.16.').prostateVolumeMl).toBe(58);
  });

  it('reads the report below a technique of one word', () => {
    expect(read('Technique : 3T.\nLa prostate mesure 48 x 36 x 45 mm soit 40 cc.').prostateVolumeMl).toBe(40);
  });
});

describe('layouts of other hands', () => {
  it.each<[string, string, string[]]>([
    [
      'lines of bits, each with a full stop',
      '1) 8 mm. Left posterior TZ, mid. PI-RADS 3.\n2) Right TZ, base. 12 x 9 mm. PI-RADS 4.\n3) PI-RADS 2. PZ left apex. 6 mm.',
      ['3 8 left TZ mid posterior', '4 12x9 right TZ base', '2 6 left PZ apex'],
    ],
    [
      'a lesion behind nodules that are measured',
      'Encapsulated BPH nodules up to 21 mm in the transition zone.\n- AFS, midline, base; 31 x 28 mm; PI-RADS 5.',
      ['5 31x28 midline AFS base'],
    ],
    [
      'a lesion told by what lies outside of it',
      'Outside the hemorrhage there is a lesion in the right PZ at the apex of 9 mm. PI-RADS 4.',
      ['4 9 right PZ apex'],
    ],
    ['a size with "by" behind a label', 'Lesion 1, 9 by 6 mm lesion in the left TZ, PI-RADS 4.', ['4 9x6 left TZ']],
    [
      'a correction beside a nodule of the findings',
      'Noduli im Sinne einer BPH bis 22 mm in der Transitionszone. Herd PZ rechts, 9 mm, PI-RADS 4.\n\nKorrektur: Die Kategorie des Herdes muss richtig PI-RADS 3 lauten (statt 4).',
      ['3 9 right PZ'],
    ],
    [
      'a correction of the side behind words without a lesion',
      'Lesion in the right PZ, 22 mm, PI-RADS 5.\n\nADDENDUM (NEXT DAY): The side was dictated in error. The lesion is in the left PZ, not the right.\n\nCode: significant abnormality',
      ['5 22 left PZ'],
    ],
    [
      'a level that is abbreviated at the end of a clause',
      'Herd 1: PZ rechts ventral, mittl. Drittel, 9 mm, PI-RADS 4.',
      ['4 9 right PZ mid anterior'],
    ],
    [
      'a scale of inflected steps',
      'Letsel 1: PZ links, 9 mm, PI-RADS 3.\n\nPI-RADS: 1 zeer lage, 2 lage, 3 intermediaire, 4 hoge, 5 zeer hoge kans.',
      ['3 9 left PZ'],
    ],
    [
      'lesions listed in a sentence, each by its noun',
      'Two lesions, one anteriorly in the left TZ, base to mid, and one in the left PZ at the apex, PI-RADS 3 and 4 respectively.',
      ['3 - left TZ base+mid anterior', '4 - left PZ apex'],
    ],
    [
      'lesions listed with one category for each',
      'The one in the right PZ measures 8 x 4 mm, the one in the left TZ 10 mm, both PI-RADS 4.',
      ['4 8x4 right PZ', '4 10 left TZ'],
    ],
    [
      'a letter that names its lesions again',
      'BPH nodules up to 21 mm in the TZ. I see two lesions. The first is in the left anterior TZ and measures 9 mm; it is PI-RADS 3. The second, in the right PZ at the apex, has a size of 12 mm and is PI-RADS 5.\n\nOverall, I recommend biopsy of the left transition zone lesion and the right peripheral zone lesion (PI-RADS 5).',
      ['3 9 left TZ anterior', '5 12 right PZ apex'],
    ],
    [
      'another lesion in the stroma beside one in front',
      'Une lésion de la zone de transition droite, 11 mm, PI-RADS 4. Dans le stroma fibromusculaire antérieur médian, autre foyer de 9 mm, PI-RADS 3.',
      ['4 11 right TZ', '3 9 midline AFS'],
    ],
    [
      'the place that heads the line of one lesion, and the next line',
      '1/ ZP postéro-médiale gauche, base : lésion de 14 mm, PI-RADS 4.\n2/ Lésion de la ligne médiane dans le stroma fibromusculaire antérieur, 7 mm, PI-RADS 4.',
      ['4 14 left PZ base posterior+medial', '4 7 midline AFS'],
    ],
    [
      'rows of a table that the impression names',
      'No. | Side | Zone | Size | PI-RADS | EPE\n1 | Right | PZ | 34 mm | 5 | yes\n2 | Left | PZ | 5 mm | 3 | no\n\nImpression\nRow 1 is a PI-RADS 5 lesion with extraprostatic extension. Row 2 is equivocal (PI-RADS 3).',
      ['5 34 right PZ epe+', '3 5 left PZ epe-'],
    ],
    [
      'a position in two words that both lesions have',
      "Il existe deux lésions de la zone périphérique, postéro-latérales, l'une droite, l'autre gauche, PI-RADS 4 toutes les deux, mesurant respectivement 9 et 13 mm.",
      ['4 9 right PZ posterior+lateral', '4 13 left PZ posterior+lateral'],
    ],
    [
      'growth into the vesicles by target',
      "Cible A : ZP droite, base, 17 mm, PI-RADS 5.\nCible B : ZP gauche, apex, 5 mm, PI-RADS 3.\nVésicules séminales : envahissement non exclu pour la cible A ; pas d'envahissement par la cible B.",
      ['5 17 right PZ base svi?', '3 5 left PZ apex svi-'],
    ],
    [
      'growth denied for the lesion at hand',
      'A focus in the left TZ, 9 mm, PI-RADS 4. A second focus in the right PZ, 12 mm, PI-RADS 4. No extraprostatic extension at this site.',
      ['4 9 left TZ', '4 12 right PZ epe-'],
    ],
    [
      'one and the other in French',
      "Deux cibles, l'une en ZP droite à l'apex de 10 mm, l'autre en ZT gauche antérieure de 14 mm, respectivement PI-RADS 4 et PI-RADS 3.",
      ['4 10 right PZ apex', '3 14 left TZ anterior'],
    ],
    [
      'sizes and scores in turn behind both places',
      'A lesion at the right base and another at the left apex, measuring 14 and 8 mm, scored PI-RADS 4 and 3.',
      ['4 14 right base', '3 8 left apex'],
    ],
    [
      'a place behind both',
      'Right PZ focus 9 mm and left PZ focus 11 mm, both posterolateral at the mid gland, PI-RADS 4 each.',
      ['4 9 right PZ mid posterior+lateral', '4 11 left PZ mid posterior+lateral'],
    ],
    [
      'a side and a zone that lead',
      'In the right PZ there are two foci: 8 mm at the apex (PI-RADS 3) and 12 mm at the base (PI-RADS 4).',
      ['3 8 right PZ apex', '4 12 right PZ base'],
    ],
    [
      'letters with a dash',
      'Report:\nA - 12 mm. L PZpl mid. P4.\nB - 8 mm. R TZa base. P3.',
      ['4 12 left PZ mid posterior+lateral', '3 8 right TZ base anterior'],
    ],
    [
      'short words for a position and a level',
      'Herd 2: TZ re. vent., mittl. Drittel, 14 mm, PI-RADS 3.',
      ['3 14 right TZ mid anterior'],
    ],
    [
      'known lesions of two zones',
      'Der bekannte Herd in der Transitionszone rechts an der Basis misst 18 mm. PI-RADS 5. Der bekannte Herd im AFS median misst 9 mm. PI-RADS 4.',
      ['5 18 right TZ base', '4 9 midline AFS'],
    ],
    [
      'a lesion behind a colon, and nodules',
      'In de transitiezone benigne hyperplasie met nodi tot 22 mm.\nLaesie: links, TZ ventraal, apex, 7 x 5 mm, PI-RADS 4.',
      ['4 7x5 left TZ apex anterior'],
    ],
  ])('%s', (_name, text, lesions) => {
    expect(read(text).lesions.map(lineOf)).toEqual(lesions);
  });

  it.each([
    ['| No. | Zone | Size | PI-RADS | Ser:Im |\n|---|---|---|---|---|\n| 1 | left PZ | 10 mm | 4 | 5:19 |', 5, 19],
    ['Lesion | Zone | Size | PI-RADS | Series | Image\n1 | left PZ | 10 mm | 4 | 5 | 19', 5, 19],
    ['Letsel 1: PZ links, 10 mm (reeks 5, beeld 19). PI-RADS 4.', 5, 19],
  ])('images: %s', (text, series, image) => {
    expect(read(text).lesions.map(({ imageRefs }) => imageRefs)).toEqual([[{ series, image }]]);
  });

  it('reads several pairs of a column for images', () => {
    const [lesion] = read(
      'ROI | Sector | Size (cm) | PI-RADS | Images\n1 | LPZplApex | 1.3 | 4 | T2 5:22, ADC 8:11',
    ).lesions;
    expect(lesion?.imageRefs).toEqual([
      { series: 5, image: 22 },
      { series: 8, image: 11 },
    ]);
  });

  it('reads the code of the sectors as no place', () => {
    const [lesion] = read(
      'ROI | Sector | Size (cm) | PI-RADS\n1 | LPZplApex | 1.3 | 4\n\nCOMMENT: ROI 1 was exported.\nSector code: side, zone, position (a anterior, pl posterolateral), level.',
    ).lesions;
    expect(lesion?.location.positions).toEqual(['posterior', 'lateral']);
  });

  it.each([
    'PI-RADS 5 lesion, right PZ base, with extraprostatic extension and doubt about the right seminal vesicle.',
    'Lésion droite de la ZP, base, PI-RADS 5, avec extension extra-prostatique et doute sur la vésicule séminale droite.',
  ])('a doubt of the vesicle alone: %s', (text) => {
    expect(read(text).lesions.map(({ epe, svi }) => [epe, svi])).toEqual([['present', 'indeterminate']]);
  });

  it.each([
    ['Kein Nachweis eines suspekten Herdes, PI-RADS der Untersuchung insgesamt: 2.', 2],
    ['In keiner Zone ist ein umschriebener Herd abgrenzbar. Gesamtbeurteilung PI-RADS 1.', 1],
  ])('category of an exam without a lesion: %s', (text, overall) => {
    expect([read(text).overallPirads, read(text).lesions]).toEqual([overall, []]);
  });

  it.each([
    ['Known lesion right PZ, 12 mm, PI-RADS 4 (previously 3).', 4, 3],
    ['Bekannter Herd rechts PZ, 12 mm, PI-RADS 4 (2021: 3).', 4, 3],
  ])('an earlier category in a bracket: %s', (text, now, then) => {
    const [lesion] = read(text).lesions;
    expect([lesion?.pirads, lesion?.prior?.pirads]).toEqual([now, then]);
  });

  it('follows a PSA that a note corrects', () => {
    expect(
      read('PSA de 21.7 ng/mL.\n\nNota aclaratoria del 06/03/2024: el PSA correcto es de 12.7 ng/mL.').psaNgMl,
    ).toBe(12.7);
  });
});
