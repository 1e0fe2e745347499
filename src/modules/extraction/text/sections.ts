import { foldForMatching } from './canonical-text.js';
import type { Language } from './language.js';
import { findLegends } from './legend.js';
import type { Span } from './span.js';
import { matchesOf } from './matches.js';

export type SectionKind =
  | 'header'
  | 'clinical'
  | 'technique'
  | 'comparison'
  | 'findings'
  | 'impression'
  | 'addendum'
  | 'legend'
  | 'specimens'
  | 'gross'
  | 'microscopy'
  | 'diagnosis'
  | 'summary'
  | 'comment'
  | 'other';

export interface Section {
  readonly kind: SectionKind;
  /** Empty where the section has no heading (text before the first one, a legend). */
  readonly heading: Span;
  readonly body: Span;
}

/** Heading words (folded) of the five languages; a heading may continue ("findings and measurements"). */
const HEADINGS: readonly [SectionKind, string][] = [
  [
    'addendum',
    'addend(?:um|a)(?= (?:dictated|added|by|dated|issued)\\b)[^\\n:]{1,48}|addend(?:um|a)|addendum report|corrected report|correction|nachtrag|nachbefund|korrektur|erganzung|berichtigung|' +
      'nota (?:aclaratoria|complementaria)(?= del?\\b)[^\\n:]{1,24}|nota (?:aclaratoria|complementaria)|note (?:complementaire|rectificative)|zusatz(?:befund)?|aanvullend verslag|aanvulling|correctie|rectificatie|additif|addendum au compte[- ]rendu|rectificatif|correctif|adenda|anexo|rectificacion|correccion',
  ],
  [
    'clinical',
    'additional information|clinical(?: (?:data|history|information|indication|details|question|notes?|background))?|' +
      '(?:reason|indication)s?(?: for (?:exam|study|examination|the study|procedure))?|(?:patient )?history|risk|patient data|' +
      'request(?: details)?|presentation|relevant history|' +
      'ang\\.?|klin(?:ische|\\.)? (?:ang\\.?|angaben?|fragestellung|information(?:en)?|daten)|klinik|anamnese|indikation|fragestellung|rechtfertigende indikation|vorgeschichte|klinische angaben und fragestellung|' +
      'zuweisungsgrund|zuweisung|frage|vraag|klinische (?:gegevens|informatie|vraagstelling|inlichtingen)|vraagstelling|indicatie|voorgeschiedenis|aanvraag|' +
      'indications?|renseignements? cliniques?|contexte(?: clinique)?|histoire clinique|motif|antecedents|donnees cliniques|' +
      'datos clinicos|informacion clinica|indicacion|historia clinica|motivo(?: de (?:consulta|la exploracion))?|antecedentes|juicio clinico',
  ],
  [
    'technique',
    'techni(?:que|cal factors|cal parameters)|protocol|procedure|sequences|limitations|image quality|quality|(?:untersuchungs)?technik|protokoll|methode|methodik|untersuchungsprotokoll|' +
      'techniek|onderzoekstechniek|protocole|technique(?: d.examen)?|tecnica(?: de exploracion)?|protocolo|metodo',
  ],
  [
    'comparison',
    'comparisons?|prior (?:studies|exams?|imaging|mri)|previous (?:studies|exams?|imaging|mri)|(?:zum )?vergleich|voraufnahmen?|voruntersuchung(?:en)?|vergelijking|' +
      'comparai?son|comparatif|examens? anterieurs?|vorbefunde|comparacion|estudios? previos?|eerder(?:e)? onderzoek(?:en)?',
  ],
  [
    'impression',
    'impressions?|imp\\.?|conclusions?|concl?\\.?|ccl\\.?|opinion|bottom line|key findings|(?:final |mri |radiological )diagnosis|summary(?: and recommendations?)?|assessment|interpretation|impression and recommendations?|overall impression|final impression|' +
      '(?:zusammenfassende )?beurteilung|beurt\\.?|zusammenfassung|fazit|ergebnis|einschatzung|conclusie|besluit|impressie|samenvatting|beoordeling|' +
      'mdt(?: summary| conclusion| opinion)?|(?:tumou?r ?board|mdt)-?(?: summary| zusammenfassung)|synthese|resume|au total|conclusion|conclusiones|sintesis|valoracion|eindoordeel|gesamtbeurteilung|bewertung|impresion(?: diagnostica)?|resumen|juicio diagnostico|diagnostico radiologico|oordeel',
  ],
  [
    'findings',
    'findings?|(?:original )?report|ursprunglicher (?:befund|bericht)|oorspronkelijk verslag|compte[- ]rendu initial|informe original|observations?|results?|mri findings|imaging findings|(?:mrt-?)?befunde?|bevindingen|verslag|resultats?|description|compte[- ]rendu|hallazgos|resultados|informe|descripcion|constatations',
  ],
  [
    'legend',
    'legende?|case discussion|(?:teaching|learning) points?|key|scoring (?:key|scale)|pi-?rads (?:legend|key|scale|assessment categories|categories|v ?2(?:\\.[01])?(?: assessment categories)?)|echelle(?: de likert| pi-?rads)?|likert[- ]s[ck]ala?e?|escala(?: de likert| pi-?rads)?|leyenda|legenda|toelichting|' +
      '(?:sector (?:code|key)|abbreviations?|abkurzungen|afkortingen|abreviations|abreviaturas)(?=: ?(?:(?:side|zone|position|level),|[a-z0-9]{1,4} ?=))',
  ],
  [
    'specimens',
    'specimens?(?: submitted| received| ?\\(s\\))?|parts? submitted|(?:untersuchungs)?material|einsendung|materiaal|ingezonden materiaal|nature du prelevement|prelevements?|materiel|muestras?(?: remitidas?)?|material remitido',
  ],
  [
    'gross',
    'gross(?: description| examination)?|macroscop(?:y|ic description|ie|ische beschrijving|ique|ia)|makroskopie|makroskopische beschreibung|examen macroscopique|descripcion macroscopica|macroscopie',
  ],
  [
    'microscopy',
    'microscop(?:y|ic (?:description|examination)|ie|ique|ia)|mikroskopie|mikroskopische beschreibung|examen microscopique|descripcion microscopica|histologie|histology',
  ],
  [
    'diagnosis',
    '(?:final |pathologic(?:al)? |histologic(?:al)? |histopathologic(?:al)? )*diagnos[ei]s|(?:pathologisch-anatomische |kritische )?diagnose|begutachtung|diagnostic(?: anatomopathologique)?|diagnostico(?: anatomopatologico| histologico)?|pathologische diagnose',
  ],
  [
    'summary',
    '(?:synoptic|case) (?:report|summary)|synopsis|summary of (?:findings|results|biopsy results)|zusammenfassung der befunde|tabel|tableau recapitulatif|tabla resumen',
  ],
  [
    'comment',
    'comments?|notes?|remarks?|kommentar|anmerkung|opmerking|commentaire|remarque|comentarios?|nota|observaciones',
  ],
];

const HEADING = new RegExp(
  `(?:(?<=^|\\n)[ \\t]{0,40}(?:[*#>_=[-]{1,8}[ \\t]{0,8})?(?:(?:[ivx]+|\\d{1,2})[.)][ \\t]+)?|(?<=[.;:]) {1,3}|(?<= ) {2,12})(?:` +
    HEADINGS.map(([, words], index) => `(?<k${index}>${words})`).join('|') +
    `)(?<tail>(?:(?: #?\\d{1,2})? ?\\([^()\\n]{1,40}\\)| ?(?:and|und|en|et|y|&|\\/) ?(?:recommendations?|advice|advies|empfehlung(?:en)?|recommandations?|recomendacion(?:es)?|plan|procedere|beleid)| (?:of|from|dated|vom|van|du|del?|no|nr|n°)?[ .]*[\\d][\\d./: -]{0,18}\\d| (?:of |from |dated |vom |van |du |del? )?\\d{1,2}\\.? (?:de )?[a-z]{3,10}\\.? (?:de )?(?:19|20)\\d\\d| #?\\d{1,2})?[*_ ]*)(?<stop>:|(?<=\\n[ \\t]{0,40}\\n[a-z ]{3,40})\\.(?= [a-z])|(?<=\\*\\* ?)|\\]|(?=[ \\t]*(?:\\n|$))|[ \\t]+-(?=[ \\t]))`,
  'g',
);

/** Words with which a report in prose comes to its conclusion. */
const CONCLUDES =
  /\b(?:in conclusion|in summary|to (?:summari[sz]e|conclude)|zusammenfassend|samenvattend|concluderend|en conclusion|en resumen|en resume|au total|en synthese)(?: ?[,:]|(?= ))/g;

/** A line that begins with a lesion by its number is no technique and no history. */
const FIRST_LESION =
  /\n[ \t]{0,40}(?:(?:current|present|today'?s?|aktuelle[rs]?|heutige[rs]?|huidige?|actuel(?:le)?|actual) (?:exam(?:ination)?|study|mri|scan|untersuchung|mrt|onderzoek|examen|irm|estudio|rm)[^\n]{0,12}:|#\d{1,2}[ :]|(?:lesions?|rois?|targets?|herde?|lasion(?:en)?|laesion|afwijking(?:en)?|letsels?|laesies?|cibles?|dianas?) (?:list|#?\d{1,2}\b)[^\n]{0,12}:)/;

/** Sections of one paragraph: an empty line ends them, and what follows without a heading is the report itself. */
const FRONT_MATTER: ReadonlySet<SectionKind> = new Set(['clinical', 'technique', 'comparison']);

function endOfParagraph(text: string, start: number, end: number, kind: SectionKind): number {
  const content = text.slice(start, end);
  // "Comparison: MRI of 2022." is told on its line; the next line is the report.
  const line = content.indexOf('\n');
  if (kind !== 'clinical' && line > 0 && content.slice(0, line).trim().length > 1) return start + line;
  const first = content.search(/\S/);
  const blank = first < 0 ? -1 : content.slice(first).search(/\n[ \t]{0,40}\n/);
  const stop = first + blank + 1;
  const lesion = content.search(FIRST_LESION);
  if (lesion >= 0 && (blank < 0 || lesion < stop)) return start + lesion + 1;
  return blank < 0 || content.slice(stop).trim() === '' ? end : start + stop;
}

/** "Finding 1 of 2" heads a lesion and "Assessment: 4" scores it; neither begins a section. */
const isField = (heading: string, behind: string, opensLine: boolean): boolean =>
  /^(?:finding|befund|observation|result|bevinding|hallazgo|constatation) ?#?\d/.test(heading) ||
  (/^(?:finding|befund|observation|bevinding|hallazgo)s?:?$/.test(heading) &&
    /^ ?#?\d{1,2} (?:of|von|van|de|sur|\/) /.test(behind)) ||
  (/^pi-?rads[^:]*:$/.test(heading) && /^[ \t]*[1-5x](?: ?[/–-] ?[1-5])?[ \t]*(?:\n|\(|$)/.test(behind)) ||
  (/^(?:assessment|interpretation|beurteilung|einschatzung|beoordeling|oordeel|resultat|resultado|result):$/.test(
    heading,
  ) &&
    (/^[ \t]*[1-5x](?: ?\/ ?5)?[ \t]*(?:\n|\(|$)/.test(behind) ||
      (!opensLine && /^[ \t]*(?:pi-?rads|likert)[^a-z\n]{0,8}[1-5](?: ?\/ ?5)?(?![^\s.;,])/.test(behind))));

/** "… 12 mm. Voruntersuchung 2020: 10 mm.": an earlier value of the lesion at hand. */
const EARLIER_VALUE = /^ ?(?:ca\.? )?\d{1,2}(?:[.,]\d)? ?(?:mm|cm|x)(?![a-z])/;

function kindOf(groups: Record<string, string | undefined>): SectionKind {
  const index = HEADINGS.findIndex((_, at) => groups[`k${at}`] !== undefined);
  return HEADINGS[index]?.[0] ?? 'other';
}

/**
 * Cuts a report into its sections. Headings count in any case and language, at the start of a line (with a colon or
 * alone on it) or behind a full stop (with a colon). Printed scales become sections of kind `legend` wherever they
 * stand, so a section that a legend interrupts comes in two pieces of the same kind.
 */
export function splitSections(text: string, _language?: Language): Section[] {
  const shadow = foldForMatching(text);
  const marks: { at: number; kind: SectionKind; heading: Span }[] = [
    { at: 0, kind: 'header', heading: { start: 0, end: 0 } },
  ];
  for (const match of matchesOf(shadow, HEADING)) {
    const lead = /^[ \t]*/.exec(match[0])?.[0].length ?? 0;
    const atLineStart = match.index === 0 || shadow[match.index - 1] === '\n';
    if (!atLineStart && match.groups?.['stop'] !== ':') continue;
    const end = match.index + match[0].length;
    const kind = kindOf(match.groups ?? {});
    const behind = shadow.slice(end, end + 24);
    if (isField(match[0].slice(lead), behind, atLineStart) || (kind === 'comparison' && EARLIER_VALUE.test(behind)))
      continue;
    const start = match.index + lead;
    marks.push({ at: start, kind, heading: { start, end: match.index + match[0].length } });
  }
  for (const match of matchesOf(shadow, CONCLUDES)) {
    if (!/(?:^|\n)[ \t]*$|[.;] $/.test(shadow.slice(Math.max(0, match.index - 40), match.index))) continue;
    const end = match.index + match[0].length;
    if (!marks.some(({ heading }) => heading.start < end && match.index <= heading.end && heading.end > 0))
      marks.push({ at: match.index, kind: 'impression', heading: { start: match.index, end } });
  }
  marks.sort((a, b) => a.at - b.at);
  const legends = findLegends(shadow);
  const sections: Section[] = [];
  let legendAt = 0;
  marks.forEach((mark, index) => {
    const end = marks[index + 1]?.at ?? shadow.length;
    let { heading } = mark;
    let start = heading.end;
    const paragraph = FRONT_MATTER.has(mark.kind) ? endOfParagraph(shadow, start, end, mark.kind) : end;
    while (legends[legendAt] && legends[legendAt]!.end <= start) legendAt++;
    for (let at = legendAt; at < legends.length && legends[at]!.start < end; at++) {
      const legend = legends[at]!;
      const from = Math.max(legend.start, start);
      const to = Math.min(legend.end, end);
      if (from > start || heading.end > heading.start)
        sections.push({ kind: mark.kind, heading, body: { start, end: from } });
      sections.push({ kind: 'legend', heading: { start: from, end: from }, body: { start: from, end: to } });
      heading = { start: to, end: to };
      start = to;
    }
    if (paragraph > start || heading.end > heading.start) {
      const stop = Math.max(start, paragraph);
      sections.push({ kind: mark.kind, heading, body: { start, end: stop } });
      heading = { start: stop, end: stop };
      start = stop;
    }
    if (end > start)
      sections.push({ kind: FRONT_MATTER.has(mark.kind) ? 'other' : mark.kind, heading, body: { start, end } });
  });
  return sections;
}
