import type { Span } from '../text/span.js';
import { PART_NOUN } from './pathology-words.js';
import { findPartFields } from './part-fields.js';
import { DIAGNOSTIC_WORD } from './site-words.js';
import { matchesOf } from '../text/matches.js';

/** `open` is text under no heading; `summary` repeats the parts, `synoptic` is a structured block that does so. */
export type PathologySectionKind =
  | 'diagnosis'
  | 'microscopy'
  | 'synoptic'
  | 'summary'
  | 'comment'
  | 'addendum'
  | 'specimens'
  | 'clinical'
  | 'gross'
  | 'legend'
  | 'open';

export interface PathologySection extends Span {
  readonly kind: PathologySectionKind;
  /** From the heading's first letter to where the text of the section begins; empty under no heading. */
  readonly heading: Span;
}

/** How a heading begins (folded); the first kind that fits wins. */
const STARTS: readonly [PathologySectionKind, RegExp][] = [
  [
    'microscopy',
    /^(?:(?:examen|description|descripcion) )?(?:ma[ck]ros[ck]op[a-z]*|gross) ?(?:,|&|\/|\+|and|und|en|et|y)? ?(?:examen |description )?mi[ck]ros[ck]op/,
  ],
  [
    'addendum',
    /^(?:addend|amend|added (?=on |\d)|nachgetragen|toegevoegd|ajoute le|anadido|corrected (?:report|diagnos)|correction|revised|supplement|nachtrag|nachbericht|korrektur|erganzung|berichtigung|aanvull(?!end onderzoek)|correctie|rectific|herziening|additif|complement|correctif|adenda|anexo|ampliacion|correccion|nota aclaratoria|errat)/,
  ],
  [
    'clinical',
    /^(?:pre-?op|post-?op|clinical(?! stage| t\b)|klin\.? |klinisch|klini(?:k|ek)|anamnes|renseignements?|contexte|donnees cliniques|datos clinicos|informacion clinica|hist(?:ory|oria|orial|oire)\b|(?:relevant |medical |patient )+history|indication|indikation|indicacion|indicatie|vraagstelling|fragestellung|operati(?:on|ve)|antecedent|motivo|motif|vorgeschichte|voorgeschiedenis|prior |previous |(?:outside|submitted|referring|contributor'?s|externe?[rs]?|auswartige[rs]?|fremd-?|verwijzend[a-z]*) ?(?:[a-z]+ )?(?:diagnos|report|befund|bericht|pathol|interpret)|diagnos[a-z]* (?:extern|de origen|previ|d'origine|initial externe)|vorbefund|biopsy method|psa\b|imaging|bildgebung|(?:(?:mp)?(?:mri|mrt|irm)|mprm|rm(?! - |$)) ?(?:findings?|befund|report)?\b(?![ -]?(?:target|lesion|laesie|roi|lasion|herd|fus|guided|gezielt|gericht|ziel|cible|cogn|biops|biopt))|juicio clinico|informations? cliniques?|clinicals\b|hx\b|reason for)/,
  ],
  [
    'legend',
    /^(?:reference|legend|key\b|abbrev|abkurzung|leyenda|grading (?:system|key|scheme)|(?:grade group|gleason|isup)[a-z ]*(?:key|legend|definition|system|scheme|explan)|about |explanation|disclaimer|literatur|bibliogra|anmerkung zur|hinweis zur|nota sobre)/,
  ],
  [
    'synoptic',
    /^(?:(?:[a-z/()-]+ ){0,5}(?:synop[st]|sinoptic|synoptisch|checklist|case summary|cancer (?:summary|protocol|case summary|template|dataset)|minimum data ?set|data ?set\b|datensatz|tumor summary)|cap\b|iccr|rcpath|protocol(?:o|e)? cap)/,
  ],
  [
    'summary',
    /^(?:(?:additional|other|further) (?:tumou?r )?(?:features|findings|information|data)|tumou?r features|weitere (?:tumor)?(?:merkmale|befunde|angaben)|zusatzliche (?:tumor)?(?:angaben|befunde|merkmale)|(?:overige|aanvullende) (?:tumor)?(?:kenmerken|bevindingen|gegevens)|autres (?:caracteristiques|elements)|otr[oa]s (?:hallazgos|caracteristicas)|hallazgos adicionales|summary|(?:[a-z]+ ){0,2}summary$|in summary|overall (?:gleason|grade|isup|diag|assess|impress|conclu|$)|(?:highest|maximum) (?:gleason|grade|isup|gg|who|score)|global|composite|worst|zusammenfass|gesamt(?:beurteilung|befund|ergebnis|diagnose|[- ]?gleason|[- ]?grad|[- ]?score|[- ]?isup|$)|insgesamt|samenvatt|resume\b|resumen|synthese|en resume|tabellarisch|ubersicht|tabla|overzicht|tableau|recap|diagnostico (?:global|final global)|hochste[rs]? (?:isup|gleason|grad)|hoogste (?:isup|gleason|graad)|totaal$|total (?:positive|cores (?:positive|involved))|number of (?:positive|involved) (?:parts|sites))/,
  ],
  [
    'comment',
    /^(?:comment|note|remark|(?:microscopic|microscopy|diagnostic|pathologist'?s?) (?:note|comment)|toelichting|erlauterung|observaciones|kommentar|anmerkung|bemerkung|hinweis|opmerking|nota|comentario|commentaire|remarque|observacion|immun|inmun|ihc\b|ihk\b|iqh\b|special stain|spezialfarb|additional stud|estudios? (?:complement|adicion)|techniques? complement|zusatzunters|aanvullend onderzoek|ancillary|molecular|molekular|intraoperat|frozen|electronic|signed|authori[sz]ed|reported by|geautoriseerd|gevalideerd|validad[oa]|valide par|firmad[oa]|firma\b|unterschrift|unterzeichn|vidiert|patholoog|pathologe|pathologiste|patolog[oa]\b|icd|recommendation|empfehlung|advies|recomendacion|pathologist|attestation|billing|cpt|codes?\b|snomed|palga(?![- ]?protocol)|stains?\b|staging|ptnm|tnm)/,
  ],
  [
    'gross',
    /^(?:gross|macro|makro|examen macro|descripcion macro|description macro|cassette|block (?:key|summary)|sectioning|zuschnitt|uitname)/,
  ],
  [
    'diagnosis',
    /^(?:(?:[a-z*-]+ ){0,4}(?:diagnos(?:is|es|e|en|tic|tico|ticos|tique)|conclusi(?:on|e|ones|es)|besluit|beurteilung|begutachtung|fazit|schlussfolgerung(?:en)?|slotsom|slotconclusie|valoracion final|impresion diagnostica)|(?:[a-z]+ ){0,2}results?\b|final\b|result|ergebnis|uitslag|compte[- ]rendu|descripcion y|dictamen|(?:palga[- ])?protocol|protokoll|verslag|informe|beoordeling|befund|pathologi(?:e|sch)[a-z]* (?:befund|gutachten)|epi[ck]rise|opinion|interpretation|impression|dx\b|diag\b|concl\b|kritische[rs]? (?:bericht|stellungnahme)|stellungnahme|critical report|juicio (?:diagnostico|anatomo|histo|pato)|hallazgos|constatations|avis\b|conclusion|eindoordeel|oordeel|report$|materiaal en conclusie|resultado|resultat)/,
  ],
  [
    'microscopy',
    /^(?:micro|mikro|examen micro|descripcion micro|description micro|histolog(?!(?:ic|ical|ischer|isch|isches|ique|ico) (?:type|typ|grade?|subtype|tumou?r|tipo|tipus|findings? type))(?!i(?:c|cal|sch|scher)? ?typ)|histopathol|descripcion|description|histologie|patholog(?:ischer|ischer befund))/,
  ],
  [
    'specimens',
    /^(?:tissues? (?:submitted|removed|received)|staalname|specimens?(?: ?\(s\))?|source of|parts? (?:submitted|received)|parts$|nature (?:du|des)|(?:[a-z]+)?material|(?:aard (?:van het )?)?materiaal|ingezonden|omschrijving materiaal|muestras?|tejido|eingesandt|einsendung|entnahmeorte|prelevements?|type de prelevement|tipo de muestra|containers?$)/,
  ],
];

/** A word of the lexicon, a colon, and a place where a heading may stand inside a line. */
const INLINE =
  /(?:[.;)\]] {1,4}| {2,}|\t)((?:clinical (?:data|history|information|diagnosis|details)|history|gross(?: description)?|microscopic(?: description)?|comment|note|addendum|(?:final |pathologic |surgical )*diagnosis|tissue submitted|specimens? (?:submitted|received)|case summary|synoptic(?: report)?|summary|immunohistochemistry|reference|klinische (?:angaben|gegevens)|ma[ck]roskopie|mikroskopie|macroscop(?:ie|y|e)|microscop(?:ie|y|e)|conclusi(?:e|on|ones)|conclusion|impression|diagnose|beurteilung|kommentar|zusammenfassung|gesamt|samenvatting|resumen|renseignements cliniques|datos clinicos|diagnostico(?: global)?|nota|comentario|opmerking|descripcion (?:macroscopica|microscopica)|nachtrag|aanvulling|adenda|omschrijving materiaal|materiaal) ?:)/g;

/** A paragraph of its own that speaks of all parts. */
const WHOLE_CASE =
  /^(?!\s*[([]?[a-z0-9]{1,3}[.):\]])(?![^\n]*\((?:[a-z]+ )?(?:[a-z]|\d{1,2})(?:[ ,-][^()\n]{0,40})?\))[^\n]*\b(?:in (?:any|all|each|none) (?:of )?(?:the |these )?(?:[a-z-]+ )?(?:parts?|cores?|specimens?|biops[a-z]*|samples?)|(?:all|any) (?:parts|specimens|cores|biopsies)\b|in (?:keine[rmn]|allen?) (?:der )?(?:stanz|prob|zylind|gefa|biops)[a-z]*|in geen (?:enkel |van de )?(?:biopt|potje)[a-z]*|in alle biopten|dans (?:aucun|tou[ts])[a-z]* (?:des |les |de )?(?:prelev|carott|biops)[a-z]*|en (?:ningun[oa]?|todos|todas) (?:de )?(?:los |las )?(?:cilindr|frasc|muestr|biops)[a-z]*)(?! ?\d)/;

/** Such a line needs no empty line above where it begins with a sign of growth. */
const OF_GROWTH =
  /^\s*(?:no |kein[a-z]* |geen |pas d'|absence d'|sin )?(?:perineur|invasion peri|engainement|[ck]ribrif|intra-?du|pni\b|idc\b)/;

/** A closing paragraph of dictated prose. */
const IN_SUMMARY =
  /^\s*(?:in (?:summary|conclusion)|to summari[sz]e|taken together|zusammenfassend|insgesamt|samenvattend|concluderend|en (?:resume|conclusion|resumen)|au total)\b[^:]{0,12}/;

/** The title of a College template: "PROSTATE GLAND: Radical Prostatectomy", "Needle Biopsy (CAP v4.2)". */
const TEMPLATE_TITLE =
  /^[\s*=#_(-]*(?:prostate gland ?: ?(?:radical|needle|transurethral|enucleation|simple|suprapubic)(?:[^.;\n]|\.(?=\d)){0,60}|[^.;\n]{0,60}\((?:based on )?cap\b[^\n)]{0,40}\))[\s)*=_:-]*$/;

/** Alone on a line, such a word needs neither a colon nor an empty line before it. */
const ONE_WORD =
  /^(?:(?:final |histological |pathologische )?(?:diagnos[a-z]*|conclusi[a-z]*)|besluit|beurteilung|befund|comment[a-z]*|kommentar|comentario|opmerking|dx|(?:additional|further|weitere|zusatzliche|aanvullende|overige) [a-z ]{4,30}|(?:examen |description |descripcion )?m(?:i[ck]r|a[ck]r)os[ck]op[a-z]*(?: description| examination| findings?| befund| beschreibung| onderzoek| beschrijving)?|zusammenfassung|summary|nachtrag)$/;

/** Only these end a synoptic block, whose own lines look like headings ("Procedure: …"). */
const ENDS_SYNOPTIC =
  /^(?:clinical (?:data|history|info|diag|details)|clinical ?:|history|gross|macro|micro|makro|mikro|(?:examen|description|descripcion) m[ai]|comment|coment|opmerking|toelichting|note|addend|amend|nachtrag|aanvull|final diag|diagnos|reference|immun|inmun|electronic|klinische|kommentar|renseignements|informations? clin|informacion clin|datos clin|conclusi|besluit|beurteilung)/;

/** A section with its text behind the heading ends at an empty line. */
const ONE_PARAGRAPH: ReadonlySet<PathologySectionKind> = new Set([
  'clinical',
  'legend',
  'comment',
  'specimens',
  'summary',
]);

/** "Insufficient tissue for diagnosis" is one, and heads none. */
const NO_HEADING = /\bfor (?:an? )?(?:definit[a-z]+ )?diagnos|^(?:insufficient|inadequate|non-?diagnos)/;

const kindOf = (phrase: string): PathologySectionKind | null =>
  NO_HEADING.test(phrase) ? null : (STARTS.find(([, start]) => start.test(phrase))?.[0] ?? null);

interface Mark {
  readonly kind: PathologySectionKind;
  readonly heading: Span;
}

/** "Microscopie. Les carottes …": a heading of one word that a full stop ends. */
const STOPPED =
  /^(?:mi[ck]ros[ck]op(?:ie|y|ic|ia)|ma[ck]ros[ck]op(?:ie|y|ic|ia)|histologie|conclusi(?:on|e|ones)|diagnos(?:e|is|tic|tico|es)|beurteilung|besluit|befund|zusammenfassung|samenvatting|kommentar|comment(?:aire)?|gross|clinical(?: details| history)?|klinik)\.(?= \S)/;

/** "Immunohistochemistry has been done on part 2: …": a sentence, no heading. */
const TELLS =
  / (?:has|have|had|was|were|is|are|been|wurden?|ist|sind|werd(?:t|en)?|zijn|a ete|ont ete|est|sont|se ha|ha sido|fue|fueron|shows?|showed)(?= |$)/;

/** "Material insufficient for diagnosis". */
const TOO_LITTLE = /insuff?i[cs]|inadequate|onvoldoende|unzureichend|nicht ausreichend|non-?diagnostic/;

/** A heading line, and which section it opens; null for any other line. */
function readHeadingLine(text: string, shadow: string, line: Span, apart: boolean): Mark | null {
  const raw = shadow.slice(line.start, Math.min(line.end, line.start + 120));
  const lead = /^[\s*=#_~<>-]*(?:(?:[ivx]{1,4}|\d)[.)] (?=[a-z ]{4,40}:? *$))?/.exec(raw)?.[0].length ?? 0;
  const body = raw.slice(lead);
  if (TEMPLATE_TITLE.test(raw) && line.end - line.start < 110)
    return { kind: 'synoptic', heading: { start: line.start + lead, end: line.end } };
  const colon =
    /^((?:\([^()\n]{0,60}\)|[^:\n.|(]|\((?![^\n]*\))|(?<=\d)\.(?=\d)){2,75}?)[\s*]*(?::|\.{3,}| -{1,2} )/.exec(body);
  const start = line.start + lead;
  const stopped = STOPPED.exec(body);
  if (stopped && text[start] !== shadow[start]) {
    const kind = kindOf(stopped[0]);
    if (kind) return { kind, heading: { start, end: start + stopped[0].length } };
  }
  if (
    colon?.[1] !== undefined &&
    !TELLS.test(colon[1]) &&
    !isPartName(/^[^:\n]*: ?[a-z0-9]{1,4} *$/.test(body) ? body : colon[1])
  ) {
    const kind = kindOf(colon[1]);
    // "Muestra no valorable: solo mucosa rectal".
    if (kind && !(kind === 'specimens' && DIAGNOSTIC_WORD.test(colon[1])))
      return { kind, heading: { start, end: start + colon[0].length } };
  }
  const dated =
    /^(?:addend|amend|added (?=on |\d)|nachgetragen|toegevoegd|ajoute le|anadido|nachtrag|nachbericht|aanvull|additif|adenda)[a-z]*[^:\n]{1,50}:(?= )/.exec(
      body,
    )?.[0];
  if (dated !== undefined) return { kind: 'addendum', heading: { start, end: start + dated.length } };
  // "ADDENDUM #1 (issued 5/2/2024)" needs no colon.
  if (
    line.end - line.start < 80 &&
    /^(?:addend|amend|nachtrag|nachbericht|aanvull|additif|adenda)(?:[^.;]|\d\.(?=\d))*$/.test(body) &&
    (apart || lead === 0)
  )
    return { kind: 'addendum', heading: { start, end: line.end } };
  // "Erstbefund vom 17.10.2024" below an addendum.
  if (/^(?:erstbefund|erstbericht|original report|initial report)\b(?:[^.;:]|\d\.(?=\d)){0,40}:?$/.test(body))
    return { kind: 'diagnosis', heading: { start, end: line.end } };
  const alone = body.replace(/(?:\s*\([^()\n]*\d[./-]\d[^()\n]*\))?[\s*=#_~<>:-]*$/, '');
  if (
    (alone.length < 3 && alone !== 'dx') ||
    alone.length > 75 ||
    /[.;|]|\d{2}/.test(alone) ||
    line.end - line.start > 110
  )
    return null;
  const capitals = text.slice(start, start + alone.length) === text.slice(start, start + alone.length).toUpperCase();
  // "Materiaal en diagnose" right above the first part needs no empty line either.
  const overParts = (): boolean =>
    kindOf(alone) === 'diagnosis' && FIRST_PART.test(shadow.slice(line.end, line.end + 40));
  if (!apart && !capitals && lead === 0 && !ONE_WORD.test(alone) && !overParts()) return null;
  if (
    isPartName(alone) ||
    /insuf|onvoldoende|unzureich|nicht ausreich|inadequate/.test(alone) ||
    /^(?:histologic|tumou?r|final grade|total |maxim|global|site|specimen (?:type|size))/.test(alone)
  )
    return null;
  const kind = kindOf(alone);
  // "- Tejido prostático benigno".
  if ((kind === 'specimens' && DIAGNOSTIC_WORD.test(alone)) || TOO_LITTLE.test(alone)) return null;
  return kind ? { kind, heading: { start, end: line.end } } : null;
}

/** "Specimen A", "Prélèvement 3", "Gross 4": a part, not a section. */
const isPartName = (phrase: string): boolean =>
  /^(?:specimens?|parts?|containers?|prelevements?|muestras?|einsendung|material|materiaal|site)(?![a-z])\s*(?:nr|no|n°|#|:)?\.?\s*(?:[a-z]|\d{1,2}|[ivx]{1,5})(?![a-z])/.test(
    phrase,
  );

/** Sections that end where a title stands over the first part. */
const BEFORE_PARTS: ReadonlySet<PathologySectionKind | null> = new Set([
  'clinical',
  'gross',
  'comment',
  'legend',
  'specimens',
]);
const TITLE_OF_PARTS =
  /^[\s*=#_-]*(?!.*(?:\d{4}|\b(?:prior|previous|earlier|fruher|vor(?:befund|biops)|eerder|vorige|anterieur|previ[oa])))[^.;:\n]{0,50}(?:report|proforma|template|result|finding|histolog|histopath|patholog|biops|specimen|sample|cores?|parts?|data|befund|probe|stanz|verslag|uitslag|biopt|protocol|informe|resultado|hallazgo|cilindro|frasco|muestra|compte|constatation|prelevement|flacon|carotte|inzending|potje|overzicht|ubersicht|tabell)[^.;:\n]{0,40}:?\s*$/;
const FIRST_PART = new RegExp(`^\\s*(?:${PART_NOUN} )?[([]?(?:a|1|i)(?:[.):\\]]| [-|(]| {2,}|, |\\s*\\n|: )`);

/** A title that no list of headings knows, right above the first part. */
const opensList = (shadow: string, line: Span, kind: PathologySectionKind | null): boolean =>
  BEFORE_PARTS.has(kind) &&
  line.end - line.start < 90 &&
  TITLE_OF_PARTS.test(shadow.slice(line.start, line.end)) &&
  FIRST_PART.test(shadow.slice(line.end, line.end + 40));

const NAMES_A_PART = new RegExp(`\\b${PART_NOUN} (?:[a-z]|\\d{1,2}|[ivx]{1,5}) ?:\\s*$`);

export interface SplitReport {
  readonly sections: readonly PathologySection[];
  /** The shadow without what a part's own gross or clinical line says ("Specimen A … Gross: two cores"). */
  readonly shadow: string;
}

/** Cuts a pathology report into its sections, in any of the five languages and in any case. */
export function splitPathologyReport(text: string, shadow: string): SplitReport {
  const marks = findMarks(text, shadow);
  const fields = findPartFields(shadow, marks);
  let plain = '';
  let at = 0;
  for (const { kind, heading } of fields) {
    if (kind !== 'gross' && kind !== 'clinical') continue;
    const newline = shadow.indexOf('\n', heading.end);
    const end = newline < 0 ? shadow.length : newline;
    plain += shadow.slice(at, heading.start) + ' '.repeat(end - heading.start);
    at = end;
  }
  return {
    sections: toSections(
      shadow,
      marks.filter((mark) => !fields.has(mark)),
    ),
    shadow: plain + shadow.slice(at),
  };
}

/** The sections alone. */
export const splitPathologySections = (text: string, shadow: string): readonly PathologySection[] =>
  splitPathologyReport(text, shadow).sections;

/** All lines and inline phrases that read like the heading of a section. */
function findMarks(text: string, shadow: string): Mark[] {
  const marks: Mark[] = [];
  let inSynoptic = false;
  const add = (mark: Mark): void => {
    const phrase = shadow.slice(mark.heading.start, mark.heading.start + 40);
    if (inSynoptic && !ENDS_SYNOPTIC.test(phrase) && !/synop|case summary|checklist/.test(phrase)) return;
    inSynoptic = mark.kind === 'synoptic';
    marks.push(mark);
  };
  let blankBefore = true;
  let at = 0;
  while (at <= shadow.length) {
    const newline = shadow.indexOf('\n', at);
    const end = newline < 0 ? shadow.length : newline;
    const blank = !/\S/.test(shadow.slice(at, Math.min(end, at + 200)));
    if (!blank) {
      if (blankBefore && WHOLE_CASE.test(shadow.slice(at, Math.min(end, at + 160))))
        add({ kind: 'summary', heading: { start: at, end: at } });
      if (/^\s*[(y]?p?t[0-4][a-d]?\b[ ,;(]/.test(shadow.slice(at, Math.min(end, at + 20))))
        add({ kind: 'summary', heading: { start: at, end: at } });
      else if (blankBefore && IN_SUMMARY.test(shadow.slice(at, Math.min(end, at + 40))))
        add({ kind: 'summary', heading: { start: at, end: at } });
      if (
        !blankBefore &&
        WHOLE_CASE.test(shadow.slice(at, Math.min(end, at + 160))) &&
        OF_GROWTH.test(shadow.slice(at, at + 40))
      )
        add({ kind: 'summary', heading: { start: at, end: at } });
      const mark = readHeadingLine(text, shadow, { start: at, end }, blankBefore);
      if (
        !mark &&
        (blankBefore || shadow[at - 2] === '.') &&
        opensList(shadow, { start: at, end }, marks.at(-1)?.kind ?? null)
      )
        add({ kind: 'open', heading: { start: at, end: at } });
      // "Revised diagnosis of part B: …" inside an addendum opens no new section.
      const within = marks.at(-1)?.kind === 'addendum' && mark?.kind === 'diagnosis';
      if (mark && !(within && NAMES_A_PART.test(shadow.slice(mark.heading.start, mark.heading.end)))) add(mark);
      const lineShadow = end - at > 40 ? shadow.slice(at, end) : '';
      for (const match of matchesOf(lineShadow, INLINE)) {
        const phrase = match[1] ?? '';
        const stop = at + match.index + match[0].length;
        const kind = kindOf(phrase);
        if (kind && stop - phrase.length > (mark?.heading.end ?? 0))
          add({ kind, heading: { start: stop - phrase.length, end: stop } });
      }
    }
    blankBefore = blank;
    at = end + 1;
  }
  return marks;
}

function toSections(shadow: string, marks: readonly Mark[]): PathologySection[] {
  const sections: PathologySection[] = [];
  const add = (kind: PathologySectionKind, heading: Span, start: number, end: number): void => {
    if (end > start || heading.end > heading.start) sections.push({ kind, heading, start, end });
  };
  const first = marks[0]?.heading.start ?? shadow.length;
  add('open', { start: 0, end: 0 }, 0, first);
  marks.forEach((mark, index) => {
    const end = marks[index + 1]?.heading.start ?? shadow.length;
    const start = mark.heading.end;
    const withText = /^[^\n]*\S/.test(shadow.slice(start, Math.min(end, start + 80)));
    const gap = ONE_PARAGRAPH.has(mark.kind) && withText ? /\n[ \t]*\n/.exec(shadow.slice(start, end)) : null;
    const stop = gap ? start + gap.index : end;
    add(mark.kind, mark.heading, start, stop);
    if (stop < end) add('open', { start: stop, end: stop }, stop, end);
  });
  return sections;
}
