import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldForMatching } from '../text/canonical-text.js';
import type { Language } from '../text/language.js';
import { readLocation } from './location-phrase.js';
import { sectorsOf } from './sectors.js';
import { parseTargetLabel } from './target-label.js';

function placeOf(text: string, language: Language): string {
  const shadow = foldForMatching(text);
  const { side, zone, levels, positions } = readLocation(shadow, { start: 0, end: shadow.length }, language).location;
  return [side ?? '-', zone ?? '-', levels.join('+') || '-', positions.join('+') || '-'].join(' ');
}

describe('place words', () => {
  it.each<[string, Language, string]>([
    ['left apex-', 'en', 'left - apex -'],
    ['RPZplMid', 'en', 'right PZ mid posterior+lateral'],
    ['R PZ pl mid', 'en', 'right PZ mid posterior+lateral'],
    ['left-sided mid-gland TZa', 'en', 'left TZ mid anterior'],
    ['RIGHT PERIPHERAL POSTERIOR LATERAL MID', 'en', 'right PZ mid posterior+lateral'],
    ['left lateral base', 'en', 'left - base lateral'],
    ['Side: left    Zone: PZ    Sector: pl    Level: apex', 'en', 'left PZ apex posterior+lateral'],
    ['midline anterior fibromuscular stroma, mid gland', 'en', 'midline AFS mid -'],
    ['AFS mid, crosses midline, R>L', 'en', 'bilateral AFS mid -'],
    ['right transition zone, crossing the midline', 'en', 'right TZ - -'],
    ['central gland on the left', 'en', 'left TZ - -'],
    ['central zone at the right base', 'en', 'right CZ base -'],
    ['from base to apex', 'en', '- - base+mid+apex -'],
    ['mid to apex', 'en', '- - mid+apex -'],
    ["PZ apex 5 o'clock", 'en', 'left PZ apex posterior'],
    ["right PZ, 5 o'clock", 'en', 'right PZ - posterior'],
    ['at the base a 9 mm focus', 'en', '- - base -'],
    ['PZ re. posterolateral, Mitte', 'de', 'right PZ mid posterior+lateral'],
    ['Transitionszone links ventral, vom mittleren Drittel bis in den Apex', 'de', 'left TZ mid+apex anterior'],
    ['anteriores fibromuskuläres Stroma in der Mittellinie', 'de', 'midline AFS - -'],
    ['PZ links dorsaal apex', 'nl', 'left PZ apex posterior'],
    ['overgangszone rechts voor, van basis tot midprostaat', 'nl', 'right TZ base+mid anterior'],
    ['linksvoor in de transitiezone, op basisniveau', 'nl', 'left TZ base anterior'],
    ['lower third of the left PZ', 'en', 'left PZ apex -'],
    ['tiers supérieur de la ZP gauche, postéro-médian', 'fr', 'left PZ base posterior+medial'],
    ['TZ a, links, Basis', 'de', 'left TZ base anterior'],
    ['ZPpl droite', 'fr', 'right PZ - posterior+lateral'],
    ['lésion stable de la ZP gauche, 7 mm sur l’IRM antérieure', 'fr', 'left PZ - -'],
    ['ZP derecha, a las 7 horas, ápex', 'es', 'right PZ apex posterior'],
    ['linke Prostatabasis, paramedian', 'de', 'left - base medial'],
    ['ZP postéro-latérale droite, tiers moyen', 'fr', 'right PZ mid posterior+lateral'],
    ['zone de transition antérieure gauche, à l’apex', 'fr', 'left TZ apex anterior'],
    ['ZT anterior izquierda, ápex', 'es', 'left TZ apex anterior'],
    ['zona periférica posteromedial derecha, base y tercio medio', 'es', 'right PZ base+mid posterior+medial'],
    ['median lobe hyperplasia, no focus', 'en', '- - - -'],
  ])('%j (%s)', (text, language, expected) => {
    expect(placeOf(text, language)).toBe(expected);
  });

  it('point to the words they stand on', () => {
    const text = foldForMatching('Herd links, PZ, Apex');
    const { spans } = readLocation(text, { start: 0, end: text.length }, 'de');
    expect([spans.side, spans.zone, ...spans.levels].map((span) => text.slice(span?.start, span?.end))).toEqual([
      'links',
      'pz',
      'apex',
    ]);
  });

  it('never fail, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        const { levels } = readLocation(text, { start: 0, end: text.length }, 'en').location;
        return levels.length <= 3;
      }),
    );
  });
});

describe('sectors of PI-RADS v2.1', () => {
  const place = { side: 'right', zone: 'PZ', levels: ['mid'], positions: ['posterior', 'lateral'] } as const;
  const sectors = (changes: object): string[] =>
    sectorsOf({ ...place, levels: ['mid'], positions: ['posterior', 'lateral'], ...changes });

  it.each([
    [{}, ['R PZpl mid']],
    [{ levels: ['mid', 'apex'], positions: ['posterior', 'medial'] }, ['R PZpm mid', 'R PZpm apex']],
    [{ side: 'left', zone: 'TZ', positions: ['anterior'] }, ['L TZa mid']],
    [{ zone: 'AFS', levels: ['base'], positions: [] }, ['R AFS base']],
    [{ zone: 'CZ', levels: [], positions: [] }, ['R CZ base']],
    [{ side: 'bilateral', zone: 'AFS', levels: ['mid'] }, ['R AFS mid', 'L AFS mid']],
    [{ positions: ['posterior'] }, []],
    [{ side: 'midline' }, []],
    [{ levels: [] }, []],
    [{ zone: null }, []],
  ])('%j', (changes, expected) => {
    expect(sectors(changes)).toEqual(expected);
  });
});

describe('target names', () => {
  it.each([
    ['LPZplMid', 'left PZ', null, false],
    ['RAntBase', 'right null', null, false],
    ['MidlineAntMid', 'midline null', null, false],
    ['R_PZ_pl_mid', 'right PZ', null, false],
    ['Target 1', 'null null', '1', false],
    ['ROI2', 'null null', '2', false],
    ['Target A RPZ', 'right PZ', 'A', false],
    ['1 - left apex', 'left null', '1', false],
    ['F-1', 'null null', null, true],
    ['MarkupsFiducial_1-1', 'null null', null, true],
  ])('%s', (label, place, targetNumber, junk) => {
    const read = parseTargetLabel(label);
    expect([`${read.location.side} ${read.location.zone}`, read.targetNumber, read.junk]).toEqual([
      place,
      targetNumber,
      junk,
    ]);
  });
});
