import { describe, expect, it } from '@jest/globals';
import { extractReport } from '../extract-report.js';
import type { Lesion } from '../extraction.js';

/** One line for a lesion: label, category, dimensions, place. */
function lineOf({ label, pirads, piradsRange, likert, sizeComparator, dimsMm, location }: Lesion): string {
  const category = piradsRange ? piradsRange.join('-') : likert !== null ? `likert ${likert}` : String(pirads);
  const place = [location.side, location.zone, location.levels.join('+'), location.positions.join('+')].filter(Boolean);
  return `${label}: ${category}; ${sizeComparator ?? ''}${dimsMm.join('x') || '-'}; ${place.join(' ')}`;
}
const read = (text: string) => extractReport('radiology', text);
const linesOf = (text: string): string[] => read(text).lesions.map(lineOf);

describe('lesions', () => {
  it.each<[string, string, string[]]>([
    [
      'a code with image references',
      'Lesion 1: RPZplMid, 1.4 x 0.9 x 1.1 cm (T2 4:19, ADC 7:12), PI-RADS 4',
      ['1: 4; 14x9x11; right PZ mid posterior+lateral'],
    ],
    ['a denial', 'No PI-RADS 4 or 5 lesion.', []],
    [
      'a denial in German',
      'Kein Nachweis einer PI-RADS-5-Läsion; Herd 1 PZ re. posterolateral, Mitte, 9 mm, PI-RADS 4',
      ['1: 4; 9; right PZ mid posterior+lateral'],
    ],
    [
      'an earlier exam',
      'Lesion 1, left PZ mid: PI-RADS 3 in 2021 (8 mm), now PI-RADS 4, 11 mm',
      ['1: 4; 11; left PZ mid'],
    ],
    [
      'respectively',
      'Lesions 1 and 2, left and right apex, both PI-RADS 4, 7 and 9 mm respectively',
      ['1: 4; 7; left apex', '2: 4; 9; right apex'],
    ],
    ['a roman numeral', 'Left apex PZ lesion, 9 mm. PIRADS: IV', ['1: 4; 9; left PZ apex']],
    ['a range', 'Left apex PZ lesion, 9 mm, PI-RADS 4-5', ['1: 4-5; 9; left PZ apex']],
    ['out of five', 'Left apex PZ lesion, 9 mm, PI-RADS v2.1 4/5', ['1: 4; 9; left PZ apex']],
    [
      'sequence scores, then the category',
      'Lesion 1, left apex PZ: T2 4, DWI 5, DCE +, overall 5',
      ['1: 5; -; left PZ apex'],
    ],
    ['sequence scores alone', 'PZ left base, T2/DWI/DCE 3/3/+', ['1: null; -; left PZ base']],
    ['mixed units', 'Lesion 1, left PZ, 1.2 cm x 8 mm, PI-RADS 4', ['1: 4; 12x8; left PZ']],
    ['an open unit', 'Lesion 1, left PZ, 1.2 x 8 mm, PI-RADS 4', ['1: 4; -; left PZ']],
    ['a distance', 'Lesion 1: 13 mm nodule in the left PZ, 7 mm from the urethra, PI-RADS 4', ['1: 4; 13; left PZ']],
    [
      'contact with the capsule',
      'Lesion 1: left PZ, 13 mm, 1.8 cm of capsular contact on the right. PI-RADS 4',
      ['1: 4; 13; left PZ'],
    ],
    ['a comparator', 'Lesion 1: left PZ, <5 mm, PI-RADS 3', ['1: 3; <5; left PZ']],
    ['a size criterion', 'Lesion 1: left PZ, 12 mm, < 1.5 cm in greatest dimension, PI-RADS 4', ['1: 4; 12; left PZ']],
    [
      'both sides of the midline',
      'Lesion 1: AFS mid, crosses midline, R>L, 22 mm, PI-RADS 5',
      ['1: 5; 22; bilateral AFS mid'],
    ],
    ['no diffusion images', 'Lesion 1: left PZ, 9 mm, PI-RADS X, DWI nondiagnostic', ['1: X; 9; left PZ']],
    ['Likert', 'Lesion 1: left PZ, 9 mm, Likert 4/5', ['1: likert 4; 9; left PZ']],
    ['a merged lesion', 'Afwijking 1+2: TZ rechts, 20 x 24 mm, PIRADS 5', ['1+2: 5; 20x24; right TZ']],
    [
      'French',
      'Lésion 1 : ZP postéro-latérale droite, tiers moyen, 12 mm, PI-RADS 4',
      ['1: 4; 12; right PZ mid posterior+lateral'],
    ],
    ['Spanish', 'Lesión ZT anterior izquierda, ápex, 1,6 cm, PI-RADS 5', ['1: 5; 16; left TZ apex anterior']],
    [
      'ticked boxes',
      'Lesion A\n- Location: left PZ\n- Size: 7 mm\n- PI-RADS: [ ] 1 [ ] 2 [x] 3 [ ] 4 [ ] 5',
      ['A: 3; 7; left PZ'],
    ],
    ['a nodule of hyperplasia', 'Volume 87 cc. Right anterior TZ nodule, 19 mm, completely encapsulated.', []],
    ['nodules with a low score', 'Transition zone: Encapsulated nodules up to 1.2 cm, PI-RADS 1.', []],
    [
      'one nodule with a low score',
      'Transition zone: Encapsulated nodule on the left, 12 mm, PI-RADS 2.',
      ['1: 2; 12; left TZ'],
    ],
    [
      'a denied range in a bracket',
      'Areal PZ rechts, PI-RADS 3. Kein Hinweis auf einen hochgradig suspekten Herd (PI-RADS 4 oder 5).',
      ['1: 3; -; right PZ'],
    ],
    [
      'two lesions of one side, one with its zone',
      'Suspekter Herd rechts apikal (PI-RADS 4). Unklarer Knoten der Transitionszone rechts (PI-RADS 3).',
      ['1: 4; -; right apex', '2: 3; -; right TZ'],
    ],
    [
      'a column for zone and sector',
      'Herd  Seite   Zone/Sektor        Größe (mm)   PI-RADS\n1     links   PZ posterolateral  19 x 12      5\n2     rechts  TZ anterior        14           3',
      ['1: 5; 19x12; left PZ posterior+lateral', '2: 3; 14; right TZ anterior'],
    ],
    [
      'a size of the first exam',
      'Index lesion\nRight peripheral zone, mid gland.\nBaseline: 8 mm, Likert 3.\n2021: 9 mm, Likert 3.\nToday: 7 mm, Likert 3.',
      ['1: likert 3; 7; right PZ mid'],
    ],
    [
      'regions of interest',
      'REGION OF INTEREST (ROI) 1\nLocation: left PZ\nSize: 12 mm\nPI-RADS: 4\nREGION OF INTEREST (ROI) 2\nLocation: right TZ\nSize: 16 mm\nPI-RADS: 3',
      ['1: 4; 12; left PZ', '2: 3; 16; right TZ'],
    ],
    ['a score of a zone', 'Peripheral zone: Diffuse mild signal loss, PI-RADS 2.', []],
    [
      'a lesion that is gone',
      'The second focus of 2021, a 6 mm PI-RADS 3 area in the left apex, is no longer visible.',
      [],
    ],
    ['an outside report', 'An outside report described a 16 mm PI-RADS 5 lesion in the left peripheral zone.', []],
    [
      'two in one sentence',
      'PI-RADS 4 lesion (1.2 cm) in the right mid PZ and PI-RADS 3 lesion (0.8 cm) in the left TZ at the base.',
      ['1: 4; 12; right PZ mid', '2: 3; 8; left TZ base'],
    ],
    [
      'zone headings',
      'PERIPHERAL ZONE:\nRight: 9 mm lesion at the mid gland, PI-RADS 4.\nLeft: No lesion.',
      ['1: 4; 9; right PZ mid'],
    ],
    [
      'a form of numbered findings',
      'Finding 1 of 2\n Sector(s): PZpm left mid\n Max. diameter: 13 mm\n Assessment: 4\nFinding 2 of 2\n Sector(s): TZa right base\n Max. diameter: 16 mm\n Assessment: 5',
      ['1: 4; 13; left PZ mid posterior+medial', '2: 5; 16; right TZ base anterior'],
    ],
    [
      'respectively, broken over lines',
      'There is BPH in the\ntransition zone. Two lesions in the right\nperipheral zone, at mid gland (posterolateral)\nand base (posteromedial), both\nPI-RADS 5, measuring 16 and\n22 mm, respectively. The nodes\nare normal. The bones show no\nmetastasis.',
      ['1: 5; 16; right PZ mid posterior+lateral', '2: 5; 22; right PZ base posterior+medial'],
    ],
    [
      'blood beside the lesion',
      'Einblutungen PZ bds., größte re. 18 mm. Davon unabhängig Herd li. Mitte PZ, <5 mm, PIRADS 3. LK bis 7 mm.',
      ['1: 3; <5; left PZ mid'],
    ],
    [
      'a nodule with a category of its own on the next line',
      'Lesie A: li PZ basis posteromed, 12x7 mm, PIRADS 3-4.\nBPH-nodus re 41 mm, PIRADS 2.\nGeen EPE. Geen vergrote klieren.',
      ['A: 3-4; 12x7; left PZ base posterior+medial', '2: 2; 41; right'],
    ],
    [
      'columns of two years',
      'Lesion\tSite\t2022 size\t2025 size\t2022 PI-RADS\t2025 PI-RADS\n1\tRight base PZ\t7 mm\t10 mm\t3\t4',
      ['1: 4; 10; right PZ base'],
    ],
    [
      'two under one announcement',
      'Within the peripheral zone there are two abnormalities. The first lies in the midline at the apex and measures 11 mm. The second is at the left base, 8 mm. Both are PI-RADS 4.',
      ['1: 4; 11; midline PZ apex', '2: 4; 8; left PZ base'],
    ],
    [
      'two under one heading',
      'Zone périphérique : lésion n°1 de 12 mm, droite, moyenne, PI-RADS 4.\nLésion n°2 de 7 mm, gauche, apicale, PI-RADS 3.',
      ['1: 4; 12; right PZ mid', '2: 3; 7; left PZ apex'],
    ],
    [
      'no capsule around it',
      'A 1.0 cm nodule without capsule in the right anterior transition zone at the midgland, PI-RADS 3.',
      ['1: 3; 10; right TZ mid anterior'],
    ],
    [
      'a table with columns for growth and a longest diameter',
      'ROI | Location | Longest diameter (mm) | Score | ECE | SVI\n1 | Left base PZ | 21 | PI-RADS 5 | yes | equivocal\n2 | Right apex PZ | 6 | PI-RADS 3 | no | no',
      ['1: 5; 21; left PZ base', '2: 3; 6; right PZ apex'],
    ],
    [
      'an answer before the category',
      'Lesion 1 - left apex - DCE = neg - PI-RADS = 4 - EPE = no',
      ['1: 4; -; left apex'],
    ],
    ['two categories of a change', 'Lesion 1: left PZ, upgraded from PI-RADS 3 to PI-RADS 4', ['1: 4; -; left PZ']],
    ['a comparator in words', 'Lesion 1: left PZ, less than 5 mm, PI-RADS 3', ['1: 3; <5; left PZ']],
    ['a hyphen before the unit', 'A 13-mm PI-RADS 4 lesion in the left PZ.', ['1: 4; 13; left PZ']],
    [
      'a zone that leads',
      'In the peripheral zone on the right at the apex there is an 8 mm lesion (PI-RADS 4), and on the left at the mid gland a 12 mm lesion (PI-RADS 4).',
      ['1: 4; 8; right PZ apex', '2: 4; 12; left PZ mid'],
    ],
    [
      'headings under headings',
      'Right\n Base: normal\n Mid: 11 mm focus, PZ. Score 4/5.\nLeft\n Base: normal\n Apex: 6 mm focus, PZ. Score 3/5.',
      ['1: 4; 11; right PZ mid', '2: 3; 6; left PZ apex'],
    ],
    [
      'items whose place follows their category',
      'A) PIRADS-5. Rt PZ mid. 2.0 cm.\nB) PIRADS-3. Lt TZ base. 1.0 cm.',
      ['A: 5; 20; right PZ mid', 'B: 3; 10; left TZ base'],
    ],
    [
      'a look of a zone beside the lesion',
      'Bds. in der PZ streifige Signalabsenkungen (PI-RADS 2).\nLäsion rechts basal in der PZ, 21 mm, PI-RADS 5.',
      ['1: 5; 21; right PZ base'],
    ],
    [
      'a comparison told on its line',
      'Vergelijking: MRI 2022.\nDe bekende laesie in de PZ rechts apex meet nu 13 mm (was 10 mm), PI-RADS 4 (was PI-RADS 3).',
      ['1: 4; 13; right PZ apex'],
    ],
    [
      'an addendum on a lesion by its rank',
      'Dominant lesion: left TZ mid, 26 mm, PI-RADS 5.\nSecondary lesion: left PZ mid, 9 mm, PI-RADS 4.\nADDENDUM: The secondary lesion is located at the apex, not at mid level.',
      ['1: 5; 26; left TZ mid', '2: 4; 9; left PZ apex'],
    ],
    [
      'fields at the width of the lines before',
      'Lesion 1 – Right PZpm apex – 5 mm – Category 3\nLesion 2 – Left PZpl mid – 11 mm – Category 4\nLesion 3 – Left AFS mid – 18 mm – Category 5\nExtraprostatic extension: lesion 3 only (anterior).',
      ['1: 3; 5; right PZ apex posterior+medial', '2: 4; 11; left PZ mid posterior+lateral', '3: 5; 18; left AFS mid'],
    ],
    [
      'dots that lead to the value',
      '[Lesion 1]\n * Location ....... Left / PZpl / apex\n * Size ........... 10 x 6 mm\n * PI-RADS ........ 4',
      ['1: 4; 10x6; left PZ apex posterior+lateral'],
    ],
    [
      'the fields of a lesion as bare bullets',
      'Lésion 1\n- zone périphérique gauche, apex\n- 9 mm\n- PI-RADS 4\nLésion 2\n- zone de transition droite, base\n- 18 x 15 mm\n- PI-RADS 2',
      ['1: 4; 9; left PZ apex', '2: 2; 18x15; right TZ base'],
    ],
    [
      'two sections that assess',
      'Beoordeling:\nTumor in de rechter PZ van basis tot apex, 34 x 18 mm, PI-RADS 5.\nConclusie: PI-RADS 5, mrT3b N1, rechts.',
      ['1: 5; 34x18; right PZ base+mid+apex'],
    ],
    [
      'a lesion known before',
      'History. Known PI-RADS 3 lesion.\nThe area in the right mid PZ now measures 6 mm (was 9 mm). Downgraded to PI-RADS 2.',
      ['1: 2; 6; right PZ mid'],
    ],
    [
      'the score of the exam on a scale of its own',
      'Findings: Right base PZ 10 mm focus. Likert score 4.\nConclusion:\nOverall Likert 4/5.',
      ['1: likert 4; 10; right PZ base'],
    ],
    [
      'a scale printed without marks',
      'Lésion 1 : ZP gauche, 9 mm, PI-RADS 4.\nRappel : PI-RADS 1 très faible, 2 faible, 3 intermédiaire, 4 élevée, 5 très élevée.',
      ['1: 4; 9; left PZ'],
    ],
    [
      'an abbreviated conclusion',
      'Befund: Re. PZ, basal, posterolateral: 19 x 12 mm.\nBeurt.: V.a. Prostata-Ca re., PI-RADS 5.',
      ['1: 5; 19x12; right PZ base posterior+lateral'],
    ],
    ['blood, cysts and hyperplasia alone', 'BPH-Knoten re 41 mm. Einblutungen PZ bds., größte re. 18 mm. EPE -.', []],
    [
      'a table with bars',
      'Lesion | Location | Size (mm) | PI-RADS\n1 | R PZpl mid | 12 x 8 | 4\n2 | L TZa base | 17 | 5',
      ['1: 4; 12x8; right PZ mid posterior+lateral', '2: 5; 17; left TZ base anterior'],
    ],
    [
      'nodules of which none is suspicious',
      'A 7 mm focus in the right mid PZ, PI-RADS 4.\n\nTransition zone: stable nodules, none suspicious.',
      ['1: 4; 7; right PZ mid'],
    ],
    [
      'an impression by three letters',
      'PZ: L mid posterolat 12 x 8 mm, low ADC. PI-RADS 4.\n\nImp:\n1. L mid posterolat PZ lesion, PI-RADS 4.',
      ['1: 4; 12x8; left PZ mid posterior+lateral'],
    ],
    [
      'a stroma that opens a paragraph',
      'Volume is 55 mL.\n\nAnterior fibromuscular stroma, mid gland: lesion of 26 mm on the right. PI-RADS 5.',
      ['1: 5; 26; right AFS mid'],
    ],
    [
      'an addendum on the side of a lesion named by its place',
      'Left TZ, mid: 26 mm lesion, PI-RADS 5.\n\nRight PZ, apex: 5 mm focus, PI-RADS 3.\n\nADDENDUM: The peripheral zone lesion at the apex is located on the LEFT, not the right.',
      ['1: 5; 26; left TZ mid', '2: 3; 5; left PZ apex'],
    ],
    [
      'enhancement that is early',
      'Befund: Läsion PZ links Mitte von 11 x 7 mm mit früher Kontrastmittelaufnahme.\nBeurteilung: Läsion PZ links Mitte, PI-RADS 4.',
      ['1: 4; 11x7; left PZ mid'],
    ],
    [
      'Dutch of Flanders',
      'Letsel 1:\n - zone/zijde: transitiezone links\n - afmetingen: 2,2 x 1,5 cm\n - PI-RADS: 5\nBesluit: Letsel in de linker transitiezone, PI-RADS 5.',
      ['1: 5; 22x15; left TZ'],
    ],
    [
      'two lesions summed up before they are told',
      'Lesion 1 - right PZ, base to mid. 27 mm. PI-RADS 5. ECE present.\nLesion 2 - left PZ, mid. 9 mm. PI-RADS 4.\n\nCONCLUSION:\nBilateral tumour. PI-RADS 5 right base/mid with ECE and right SVI; PI-RADS 4 left mid.',
      ['1: 5; 27; right PZ base+mid', '2: 4; 9; left PZ mid'],
    ],
    [
      'a table with a scale in its heading',
      'ROI | Location | Longest dim. | T2 | Suspicion (1-5) | EPE\nROI 1 | R mid PZ | 1.2 cm | 4 | 4 | No\nROI 2 | L apex TZ | 0.9 cm | 3 | 3 | No',
      ['1: likert 4; 12; right PZ mid', '2: likert 3; 9; left TZ apex'],
    ],
    [
      'a position of one of two',
      'Two PI-RADS 4 lesions, 7 and 12 mm (left mid PZ and right anterior apex TZ).',
      ['1: 4; 7; left PZ mid', '2: 4; 12; right TZ apex anterior'],
    ],
    ['a slash between two lengths', 'Lesion 1: left PZ, 12/9 mm, PI-RADS 4/5', ['1: 4; 12x9; left PZ']],
    [
      'a table of columns',
      '            Lesion 1        Lesion 2\nLocation    Left mid PZ     Right apex TZ\nSize        11 x 8 mm       14 mm\nPI-RADS     4               3',
      ['1: 4; 11x8; left PZ mid', '2: 3; 14; right TZ apex'],
    ],
  ])('%s', (_, text, expected) => {
    expect(linesOf(text)).toEqual(expected);
  });

  it('takes findings and impression together, each lesion once', () => {
    const text =
      'FINDINGS:\n1. 0.7 cm lesion (4:23) in the left PZ at the apex. PI-RADS 3.\n2. 1.1 x 0.6 cm lesion (4:17) in the right PZ, mid gland. PI-RADS 4.\n\nIMPRESSION:\n1. 1.1 cm PI-RADS 4 lesion in the right mid posteromedial PZ (4:17).\n2. PI-RADS 3 lesion in the left apex.';
    expect(linesOf(text)).toEqual(['1: 3; 7; left PZ apex', '2: 4; 11x6; right PZ mid posterior+medial']);
    expect(read(text).flags).toEqual([]);
  });

  it('follows the impression where it contradicts, and says so with both quotes', () => {
    const report = read('FINDINGS: Lesion 1: left mid PZ, 13 mm, PI-RADS 4.\nIMPRESSION: Lesion 1, PI-RADS 5.');
    expect(report.lesions.map(lineOf)).toEqual(['1: 5; 13; left PZ mid']);
    expect(report.flags.map(({ code, path }) => [code, path])).toEqual([['conflict', '/lesions/0/pirads']]);
    expect(report.evidence.filter(({ path }) => path === '/lesions/0/pirads').map(({ quote }) => quote)).toEqual([
      'PI-RADS 5',
      'PI-RADS 4',
    ]);
  });

  it.each([
    ['Läsion 1: PZ rechts apikal, heute 8 x 5 mm (vorbestehend 7 x 5 mm), PI-RADS 3.', [8, 5], 7],
    ['Lésion 1 : ZP gauche, 12 mm, inchangée (12 mm). PI-RADS 3.', [12], 12],
    ['Lesion 1: left PZ, unchanged (12 mm). PI-RADS 3.', [12], undefined],
  ])('tells the earlier size from the present one: %s', (text, dimsMm, earlier) => {
    const [lesion] = read(text).lesions;
    expect([lesion?.dimsMm, lesion?.prior?.sizeMm]).toEqual([dimsMm, earlier]);
  });

  it('follows an addendum without a flag', () => {
    const report = read('FINDINGS: Lesion 1: right mid PZ, 13 mm, PI-RADS 4.\nADDENDUM: lesion 1 is LEFT, not right.');
    expect(report.lesions.map(lineOf)).toEqual(['1: 4; 13; left PZ mid']);
    expect(report.flags).toEqual([]);
  });

  it('derives a category from sequence scores, and only as derived', () => {
    expect(read('Lesion 1: PZ left base, T2/DWI/DCE 3/3/+').derived['pirads']).toEqual({ '/lesions/0': 4 });
  });

  it.each([
    ['No extraprostatic extension or seminal vesicle invasion.', 'absent', 'absent'],
    ['Extraprostatic extension cannot be excluded. Seminal vesicles: normal.', 'indeterminate', null],
    [
      'Kapselüberschreitung nicht auszuschließen. Samenblasen seitengleich, ohne Infiltration.',
      'indeterminate',
      'absent',
    ],
    [
      'Extension extra-prostatique ne pouvant être exclue. Envahissement de la vésicule séminale droite.',
      'indeterminate',
      'present',
    ],
    ['Geen ingroei in de vesiculae seminales.', null, 'absent'],
    ['Sin signos de extensión extraprostática. Vesículas seminales sin signos de infiltración.', 'absent', 'absent'],
    ['Consistent with extraprostatic extension. The seminal vesicles are not invaded.', 'present', 'absent'],
  ])('invasion: %s', (sentence, epe, svi) => {
    const [lesion] = read(`Lesion 1: left PZ, 9 mm, PI-RADS 4. ${sentence}`).lesions;
    expect([lesion?.epe, lesion?.svi]).toEqual([epe, svi]);
  });

  it.each([
    ['EPE -. SVI -.', 'absent', 'absent'],
    ['EPE grade 0. SVI: nil.', 'absent', 'absent'],
    ['EPE grade 2.', 'indeterminate', null],
    ['Capsule intact; no SVI.', 'absent', 'absent'],
    ['The lesion appears confined to the gland. SVs free.', 'absent', 'absent'],
    ['Capsule: smooth, no breach.', 'absent', null],
    ['EPE likely.', 'indeterminate', null],
    ['Extraprostatic extension (EPE): no. Seminal vesicle invasion (SVI): none.', 'absent', 'absent'],
    ['Tumor extends into the periprostatic fat and into the base of the left seminal vesicle.', 'present', 'present'],
    ['Seminal vesicles: normal.', null, null],
    ['Abuts the capsule over 12 mm.', null, null],
    ['Kapselkontakt über 12 mm, kein Durchbruch. SB-Infiltration: keine.', 'absent', 'absent'],
    ['V. a. extraprostatische Ausdehnung.', 'indeterminate', null],
    ['Der Herd überschreitet die Mittellinie, Kapsel erhalten.', 'absent', null],
    ['Groeit door het kapsel heen. Zaadblaasjes vrij.', 'present', 'absent'],
    ['Contact capsulaire de 9 mm sans franchissement. Vésicules séminales indemnes.', 'absent', 'absent'],
    ['Cápsula íntegra. Sin poder descartar invasión de vesículas seminales.', 'absent', 'indeterminate'],
    ['Desborda la cápsula.', 'present', null],
    ['Definite EPE and possible left seminal vesicle invasion.', 'present', 'indeterminate'],
    ['EPE: Bulging, irregular contour, suspicious.', 'indeterminate', null],
    ['Auf die Prostata begrenzt. Samenblasen nicht betroffen.', 'absent', 'absent'],
    ['EPE+ SVI-', 'present', 'absent'],
    ['EPE ?.', 'indeterminate', null],
    ['EPE (-), SVI: +', 'absent', 'present'],
    ['EPE: Capsular abutment 0.6 cm. EPE cannot be excluded.', 'indeterminate', null],
    ['Seminal vesicles: Atrophic. No invasion.', null, 'absent'],
    ['Zaadblaasjes niet ingenomen.', null, 'absent'],
    ['Early invasion of the anterior fat cannot be excluded.', 'indeterminate', null],
    ['\n\nCase discussion\n\nA score of 5 needs 15 mm or definite extraprostatic extension.', null, null],
    ['EEP : absente', 'absent', null],
    ['Geen EPE, geen ZB-invasie.', 'absent', 'absent'],
    ['Keine SB-Infiltration.', null, 'absent'],
    ['Uitbreiding buiten de prostaat is niet uit te sluiten.', 'indeterminate', null],
    ['The TZ shows a 1.7 cm stromal nodule on the right. No ECE. No SVI.', 'absent', 'absent'],
  ])('invasion: %s', (sentence, epe, svi) => {
    const [lesion] = read(`Lesion 1: left PZ, 9 mm, PI-RADS 4. ${sentence}`).lesions;
    expect([lesion?.epe, lesion?.svi]).toEqual([epe, svi]);
  });

  it('denies the vesicles of both sides for every lesion', () => {
    const { lesions } = read('1) re PZ, 16 mm, PI-RADS 5.\n2) li PZ, 9 mm, PI-RADS 3.\nSB: keine Infiltration bds.');
    expect(lesions.map(({ svi }) => svi)).toEqual(['absent', 'absent']);
  });

  it.each([
    ['EPE: absent for lesion 1, indeterminate for lesion 2.', 'absent', 'indeterminate'],
    ['ECE: lesion 1 - bulge, ECE cannot be ruled out; lesion 2 - absent.', 'indeterminate', 'absent'],
    ['EPE is suspected for lesion 1 but not for lesion 2.', 'indeterminate', 'absent'],
    ['Extraprostatic extension is seen at the left lesion; not at the right lesion.', 'present', 'absent'],
    ['There is no extraprostatic extension of either lesion.', 'absent', 'absent'],
    ['Extraprostatic extension: none.', 'absent', 'absent'],
    ['No EPE. LN neg.\nBPH nodule R 18 mm.', 'absent', 'absent'],
    ['The larger lesion shows extraprostatic extension; the smaller lesion does not.', 'absent', 'present'],
    ['The first lesion is confined. The second lesion shows possible EPE.', 'absent', 'indeterminate'],
    ['The TZ lesion breaches the capsule, the PZ lesion does not.', 'absent', 'present'],
    ['The second lesion shows EPE. The other lesion is confined.', 'absent', 'present'],
    ['Lesion 1 shows extraprostatic extension; the other lesion does not.', 'present', 'absent'],
    ['Fazit: PI-RADS 5 links mit EPE und Samenblaseninfiltration, zusätzlich PI-RADS 3 rechts.', 'present', null],
    ['EPE: lesion 2 only.\nNo SVI.', null, 'present'],
    ['ECE: satellite lesion - yes; index lesion - no. SVI: no.', 'present', 'absent'],
  ])('invasion of two lesions: %s', (sentence, first, second) => {
    const text = `Lesion 1: left mid PZ, 9 mm, PI-RADS 4.\nLesion 2: right TZ apex, 11 mm, PI-RADS 3.\n${sentence}`;
    expect(read(text).lesions.map(({ epe }) => epe)).toEqual([first, second]);
  });

  it('takes a statement behind a table for the lesion it names', () => {
    const text =
      '| Lesion | Location | Size (mm) | PI-RADS |\n| A | R PZ mid | 12 x 7 | 4 |\n| B | L PZ apex | 8 | 3 |\n\nEPE indeterminate for lesion A. No EPE for lesion B.';
    expect(read(text).lesions.map(({ epe }) => epe)).toEqual(['indeterminate', 'absent']);
  });

  it('takes a date, a time and a ratio for no image', () => {
    expect(
      read('Compared with 4/19/2023. Scan start 07:45. Lesion 1: left PZ, PI-RADS 4 (series 5, image 18).').lesions[0]
        ?.imageRefs,
    ).toEqual([{ series: 5, image: 18 }]);
  });
});

describe('what else may be said of lesions', () => {
  it.each<[string, string, string[]]>([
    [
      'a comment that concludes',
      'FINDINGS\nAt the left apex of the PZ an 11 x 7 mm nodule shows low T2 signal.\nCOMMENT\nSolitary PI-RADS 4 lesion at the left apex of the PZ. 11 mm.',
      ['1: 4; 11x7; left PZ apex'],
    ],
    [
      'a short heading',
      "Foyer à droite, à l'apex, de 8 mm. PI-RADS 4/5.\nZT sans nodule.\n\nCcl : foyer PI-RADS 4/5 de la zone périphérique droite, apex.",
      ['1: 4; 8; right PZ apex'],
    ],
    [
      'a bone',
      "Lésion 1 : ZP droite, 9 mm. PI-RADS 5.\nOs : lésion nodulaire de l'aile iliaque gauche, 14 mm, suspecte de métastase.",
      ['1: 5; 9; right PZ'],
    ],
    [
      'a side of any organ',
      'Lesion 1: right PZ, 9 mm, PI-RADS 5.\n\nA suspicious 4 mm lesion on the left.',
      ['1: 5; 9; right PZ'],
    ],
    [
      'a recurrence',
      'Apikal links (PZpl) ein 12 x 6 mm großer Herd mit früher, kräftiger Kontrastmittelaufnahme, hochverdächtig auf ein Rezidiv.',
      ['1: null; 12x6; left PZ apex posterior+lateral'],
    ],
    [
      'an addendum in bold',
      '**ADDENDUM (NF)** The lesion described below lies in the LEFT peripheral zone, not the right.\nStudy: MR Prostate\nIndication: PSA 9.8\n\nIn the right PZ at the base a 12 mm focus. PI-RADS 4.',
      ['1: 4; 12; left PZ base'],
    ],
  ])('%s', (_name, text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  it.each([
    [
      'PI-RADS 5 lesion in the left PZ with extraprostatic extension and possible involvement of the left seminal vesicle.',
      'indeterminate',
    ],
    ['Lésion de la ZP gauche, PI-RADS 4. Pas de franchissement capsulaire et pas d’envahissement séminal.', 'absent'],
  ])('seminal vesicles: %s', (text, value) => {
    expect(read(text).lesions[0]?.svi).toBe(value);
  });

  it.each([
    'PI-RADS: lesion 1: 4, lesion 2: 3. Sizes: 9 mm (lesion 1), 14 mm (lesion 2).',
    'PI-RADS 4 (lesion 1, 9 mm) and PI-RADS 3 (lesion 2, 14 mm).',
    'PI-RADS 4 for lesion 1 and 3 for lesion 2. They measure 9 and 14 mm.',
    'PI-RADS 4 for lesion 1 and PI-RADS 3 for lesion 2. They measure 9 and 14 mm.',
    'They measure 9 mm and 14 mm and are scored PI-RADS 4 and 3, respectively.',
    'L1 PI-RADS 4, L2 PI-RADS 3. They measure 9 and 14 mm.',
    'PI-RADS scores: 4 (lesion 1) and 3 (lesion 2). Lesion 1 9 mm, lesion 2 14 mm.',
  ])('each value to its lesion: %s', (sentence) => {
    expect(linesOf(`Lesion 1: left PZ.\nLesion 2: right TZ.\n${sentence}`)).toEqual([
      '1: 4; 9; left PZ',
      '2: 3; 14; right TZ',
    ]);
  });

  it.each([
    'In the left apex PZ (lesion 1) a 9 mm focus, PI-RADS 4; in the right base TZ (lesion 2) a 14 mm focus, PI-RADS 3.',
    'There are lesions in the left PZ apex and right TZ base. They measure 9 and 14 mm and are PI-RADS 4 and 3.',
  ])('two places of one sentence: %s', (text) => {
    expect(linesOf(text)).toEqual(['1: 4; 9; left PZ apex', '2: 3; 14; right TZ base']);
  });

  it.each([
    ['1. Lesion in the right PZ, PI-RADS 5. No SVI.\n2. Lesion in the left PZ, PI-RADS 4.', ['absent', 'absent']],
    ['1. Lesion in the right PZ, PI-RADS 5. SVI.\n2. Lesion in the left PZ, PI-RADS 4.', ['present', null]],
    ['Target 1: right PZ, PI-RADS 5\nSVI: no\nTarget 2: left PZ, PI-RADS 4', ['absent', null]],
  ])('vesicles denied in a sentence of its own: %s', (text, svi) => {
    expect(read(text).lesions.map((lesion) => lesion.svi)).toEqual(svi);
  });

  it('keeps what an earlier exam said out of the lesion', () => {
    const text =
      'FINDINGS\nLesion 1: right PZ mid 9 mm PI-RADS 4.\nCOMMENT\nCompared with 2021 (lesion 1 was 6 mm, PI-RADS 3) there is progression.';
    expect([linesOf(text), read(text).lesions[0]?.prior]).toEqual([
      ['1: 4; 9; right PZ mid'],
      { pirads: 3, sizeMm: 6 },
    ]);
  });

  it('tells a lesion once that a conclusion without a heading names again', () => {
    const text =
      'An 11 mm PI-RADS 4 lesion in the right mid PZ.\n\nIn short, there is a PI-RADS 4 lesion in the right mid PZ.';
    expect(linesOf(text)).toEqual(['1: 4; 11; right PZ mid']);
  });

  it.each([
    '*** ADDENDUM ***\nOn review the',
    '[Addendum 03/04/2024 09:12] The',
    'Addendum dictated 12 March by Dr X: The',
  ])('an addendum with a size alone: %s', (heading) => {
    expect(linesOf(`FINDINGS: Right PZ apex lesion, 9 mm, PI-RADS 3.\n${heading} lesion measures 12 mm.`)).toEqual([
      '1: 3; 12; right PZ apex',
    ]);
  });

  it('gives images to the lesion that they are named with', () => {
    const text =
      'Lesion 1: left PZ, PI-RADS 4.\nLesion 2: right TZ, PI-RADS 3.\nKey images: lesion 1, series 6 image 22; lesion 2, series 6 image 11.';
    expect(read(text).lesions.map(({ imageRefs }) => imageRefs.map(({ image }) => image))).toEqual([[22], [11]]);
  });
});

describe('values of the exam', () => {
  it.each([
    ['PSA 8.4 (3/2024), 5.1 in 2022', 8.4],
    ['PSA 7.2, free 12 %', 7.2],
    ['PSA pending', null],
    ['Rising PSA, 3.9 to 6.3 over 18 months', 6.3],
    ['PSA (10/2024): 7.4', 7.4],
    ['PSA nadir 0.3, now 2.6 ng/mL', 2.6],
    ['PSA 6.2 in January, 7.1 this month', 7.1],
    ['PSA 6.2 in January, 7.1 in June', 7.1],
    ['PSA 7,1 im Juni, 6,2 im Januar', 7.1],
    ['PSA 6,2 im Januar, diesen Monat 7,1.', 7.1],
    ['PSA trend 4.1, 5.2, 6.3', 6.3],
    ['PSA 4.1 (2021) - 5.2 (2022) - 6.3 (2023)', 6.3],
    ['PSA was 4.1 last year and is 6.3 now', 6.3],
    ['PSA was 5.9 in 2025 and is now 5.7', 5.7],
    ['PSA de 5,6 ng/ml (5,0 ng/ml en 2025). Control con PSA en 12 meses.', 5.6],
    ['PSA 4.9 -> 6.3 -> 7.1', 7.1],
    ['PSA rose from 4.1 (2022) to 7.9 (2024)', 7.9],
    ['PSA 17.3 - Vol 62', 17.3],
    ['Antígeno prostático específico: 7,9 ng/ml', 7.9],
    ['PSA density 0.15', null],
    ['PSA: 9.9 ng/mL (09/30/2022); 7.4 ng/mL (03/18/2022)', 9.9],
    ['PSA 4.2 (2018), 4.8 (2020), 4.5 ng/mL (10/2022)', 4.5],
    ['PSA has climbed from 5.1 ng/mL at the earlier study to 6.9 ng/mL now.', 6.9],
    ['PSA-Anstieg auf 7,8 ng/ml (Vorwert 11/2022: 5,2 ng/ml)', 7.8],
    ['PSA 6.0 ng/mL (reference 0.0-4.0)', 6],
    ['PSA à 7,4 ng/ml (6,8 ng/ml il y a un an)', 7.4],
  ])('PSA: %s', (text, value) => {
    expect(read(text).psaNgMl).toBe(value);
  });

  it.each([
    ['PSA 6,8 ng/ml, Volumen 52 ml, PSA-Dichte 0,13', [6.8, 52, 0.13]],
    ['Gland 4.1 x 4.8 x 5.2 cm, 53 mL', [null, 53, null]],
    ['Prostate volume: 44 mL (40 mL in 2021). PSAD: 0.18', [null, 44, 0.18]],
    ['PSA 7.7, vol 52 cc (ellipsoid), PSAD 0.15.', [7.7, 52, 0.15]],
    ['Volume (mL) = L x W x H x 0.52: 47', [null, 47, null]],
    ['PSA 5.2.\nVol 33 ml. D 0.16.', [5.2, 33, 0.16]],
    ['PSA 11\nVol 71.', [11, 71, null]],
    ['PSA 8,8 ng/ml. Prostatavol. 46 ml, Dichte 0,19.', [8.8, 46, 0.19]],
    ['The PSA density works out at 0.19.', [null, null, 0.19]],
    ['PSA density .14', [null, null, 0.14]],
    ['PSA-Dichte rechnerisch ca. 0,16', [null, null, 0.16]],
    ['PSA/Volumen-Ratio 0,15', [null, null, 0.15]],
    ['A 45-mL prostate', [null, 45, null]],
    ['TZ volume 20 mL; whole gland 45 mL', [null, 45, null]],
    ['PV: 42 ml', [null, 42, null]],
    ['Gland volume 39 mls', [null, 39, null]],
    ['P. 47 ml', [null, 47, null]],
    ['Prostate volume (mL)   63', [null, 63, null]],
    ['Bone density 1.2. Lesion volume 1.2 ml. Volume 3 of 5.', [null, null, null]],
    [
      'Exam\tVolume\tPSA\tPSAD\n2022-04\t44 mL\t5.1 ng/mL\t0.12\n2025-04 (current)\t47 mL\t6.1 ng/mL\t0.13',
      [6.1, 47, 0.13],
    ],
    ['Indication: Prior negative biopsy, rising PSA\nPSA: 5.5 ng/mL (11/2024); 4.6 ng/mL (5/2024)', [5.5, null, null]],
    ['10 mL of gadobutrol. Bladder residual 90 ml.', [null, null, null]],
    ['The PSA density, not mentioned above, is 0.25.', [null, null, 0.25]],
    ['PSA 4,4 / keine Biopsie bisher / Vol. 29 ml / PSAD 0,15', [4.4, 29, 0.15]],
    ['PSA density > 0.15', [null, null, null]],
    ['PSA 4.9, repeat 5.1.', [5.1, null, null]],
    ['PSA gestegen naar 10,9.', [10.9, null, null]],
    ["APS 5,0 ug/L. Prostate de 36 cc. Densité d'APS de 0,14.", [5, 36, 0.14]],
    ['Volumen de 35 mL y densidad de APE de 0.19.', [null, 35, 0.19]],
    ['PSA density should be worked out (0.15 is the usual cut-off)', [null, null, null]],
  ])('%s', (text, expected) => {
    const { psaNgMl, prostateVolumeMl, psaDensity } = read(text);
    expect([psaNgMl, prostateVolumeMl, psaDensity]).toEqual(expected);
  });

  it('computes the density apart, and flags a stated one that does not fit', () => {
    const report = read('PSA 10 ng/ml. Prostate volume 50 ml. PSA density 0.35.');
    expect([report.psaDensity, report.derived['psaDensity'], report.flags.map(({ code }) => code)]).toEqual([
      0.35,
      0.2,
      ['conflict'],
    ]);
  });

  it.each([
    ['Impression: Normal prostate MRI. PI-RADS 1.', 1],
    ['Impression: No focal lesion. Overall PI-RADS category 2.', 2],
    ['Impression: No PI-RADS 3, 4 or 5 lesion.', null],
    ['Befund: Knotige Hyperplasie, größter Knoten rechts 28 mm. Kein suspekter Herd. PI-RADS 1.', 1],
    ['Beurteilung: Gesamtkategorie der Untersuchung: PI-RADS 2.', 2],
    ['Conclusión: Categoría PI-RADS global del estudio: 5.', 5],
    ['Conclusie: PI-RADS score van dit onderzoek: 1.', 1],
    ['Befund: Läsion 1: PZ links, PI-RADS 5.\nGesamturteil PI-RADS 5.', 5],
  ])('overall: %s', (text, value) => {
    expect(read(text).overallPirads).toBe(value);
  });

  it.each([
    ['HISTORY: Biopsy naive.', 'none'],
    ['Klinische Angaben: Bislang keine Biopsie.', 'none'],
    ['History: Two negative biopsies; 2019 3+3 left apex', 'positive'],
    ['INDICATION : Une série de biopsies négative en 2019.', 'negative'],
    ['Datos clínicos: Biopsia de enero: adenocarcinoma Gleason 4+4=8.', 'positive'],
    ['Hx: PSA 22.7. Bx not done yet.', 'none'],
    ['PSA 5.2. Naive.', 'none'],
    ['Klinik: Eine Biopsie ist bisher nicht erfolgt.', 'none'],
    ['PSA 15,6. Biopsie bisher keine.', 'none'],
    ['Klinische gegevens: geen eerdere prostaatbiopten.', 'none'],
    ['Klinische gegevens: Nooit gebiopteerd.', 'none'],
    ['Anamnese: Keine Biopsie bisher. DRU unauffällig.', 'none'],
    ['Klinik: Z.n. Prostatastanzbiopsie 2022 ohne Tumornachweis.', 'negative'],
    ['Klinik: Bekanntes Prostatakarzinom unter aktiver Überwachung', 'positive'],
    ['Klinische gegevens: Negatieve biopten in 2020. Significant prostaatcarcinoom?', 'negative'],
    ['Vor 3 Jahren Biopsie o. B.', 'negative'],
    ['IMPRESSION: Targeted biopsy is recommended.', null],
  ])('biopsies: %s', (text, value) => {
    expect(read(text).priorBiopsy).toBe(value);
  });
});
