import type { Language } from '../text/language.js';
import { readLocation } from '../location/location-phrase.js';
import type { Location } from '../extraction.js';
import type { Span } from '../text/span.js';
import { readFindings, type PartFindings } from './part-findings.js';
import { LABEL_LIST, parseLabelList } from './part-label.js';
import { referencesIn, styleOf } from './part-references.js';
import { RANK, type ReportPart, type ReportText } from './part-sources.js';
import { clausesOf } from './clauses.js';
import { matchesOf } from '../text/matches.js';

/** A place that an addendum corrects, with the words it stands on. */
export interface CorrectedSide {
  readonly side: NonNullable<Location['side']>;
  readonly span: Span;
}

const WRONG =
  /mislabel|\bmistak|by mistake|versehentlich|irrtumlich|falschlich|per ongeluk|abusivement|por equivocacion|swapped|switched|interchang|erreur de lateral|wrong|incorrect|erroneous|in error|should (?:read|be|have)|correct|falsch|irrtum|vertausch|verwechsel|richtig|korrig|verkeerd|foutief|ten onrechte|verwissel|gecorrig|juiste|errone|par erreur|inverse|rectif|error|equivoc|correg|not (?:the |on the )?(?:left|right)|nicht (?:links|rechts)|niet (?:links|rechts)|(?:et )?non (?:a )?(?:gauche|droit)|(?:y )?no (?:a la )?(?:izq|der)/;
/** The right place stands behind these words, or before "not left". */
const RIGHT_AFTER =
  /(?:\bcorrect(?:ed)?(?: (?:site|side|location|label))?(?: is| to| as|:)?|should (?:read|be|have (?:been|read))|\bit is\b|\b(?:is|was) (?:in fact |actually )?(?:from|the|on|in)\b|\brichtig(?: ist)?:?|korrekt(?: ist)?:?|\bjuiste? (?:zijde|plaats|locatie)? ?(?:is|:)?|en realite|correct[oa]:?|debe (?:decir|leerse)|lire\b|moet zijn|muss heissen|statt dessen|sondern|but (?:from )?the)/g;
const WITHDRAWN =
  /[,(]?\s*(?:and |und |en |et |y )?(?:\bnot\b|instead of|rather than|statt\b|anstatt|nicht\b|\bniet\b|in plaats van|\bnon\b|au lieu de|\bno\b|en lugar de|en vez de)[^.;]*[.;]?\s*$/;

export interface Corrections {
  /** By label in lower case. */
  readonly sides: ReadonlyMap<string, CorrectedSide>;
  /** Two labels that were exchanged: the part of one comes from the place of the other. */
  readonly exchanged: ReadonlyMap<string, string>;
}

/** Applies the addenda: what they say of a part outranks all else; corrected places are returned by label. */
export function addAddenda(report: ReportText, parts: readonly ReportPart[], language: Language): Corrections {
  const sides = new Map<string, CorrectedSide>();
  const exchanged = new Map<string, string>();
  const known = new Set(parts.map((part) => part.label.toLowerCase()));
  const style = styleOf([...known]);
  for (const section of report.sections) {
    if (section.kind !== 'addendum') continue;
    let labels: string[] = parts.length === 1 ? [...known] : [];
    let wrong = false;
    for (const clause of clausesOf(report.shadow, section)) {
      const named = referencesIn(report.text, report.shadow, clause, known, style);
      const headed = /^\s*[([]?([a-z]\d?|\d{1,2}|[ivx]{1,4})[)\].:]/.exec(
        report.shadow.slice(clause.start, clause.end),
      )?.[1];
      const owner = OF_PART.exec(report.text.slice(clause.start, clause.end))?.[1]?.toLowerCase();
      const before = labels.join();
      if (named.length > 0) labels = named;
      else if (owner !== undefined && known.has(owner)) labels = [owner];
      else if (headed !== undefined && known.has(headed)) labels = [headed];
      const words = report.shadow.slice(clause.start, clause.end);
      if (labels.join() !== before) wrong = false;
      wrong ||= WRONG.test(words);
      const [one, other, ...more] = EXCHANGED.test(words) ? labelsOf(report, clause, known, named) : [];
      if (one !== undefined && other !== undefined && more.length === 0) exchanged.set(one, other).set(other, one);
      const title = { start: clause.start, end: clause.start };
      const findings = readFindings(report.text, report.shadow, clause, title, {
        group: labels.length > 1,
        alone: true,
        wholeGland: false,
        nodes: false,
      });
      const judged =
        findings.grades.scores.length > 0 ||
        findings.grades.groups.length > 0 ||
        findings.diagnosis?.value === 'adenocarcinoma' ||
        findings.signs.length > 0 ||
        findings.percentPattern4 !== null ||
        (findings.diagnosis !== null && CHANGED.test(words));
      const side = wrong ? readCorrectedSide(report.shadow, clause, language) : null;
      for (const part of parts) {
        if (!labels.includes(part.label.toLowerCase())) continue;
        if (judged)
          part.sources.unshift({
            rank: RANK.addendum,
            labelSpan: clause,
            title,
            context: null,
            group: labels.length > 1,
            findings: mild(findings, words),
          });
        if (side) sides.set(part.label.toLowerCase(), side);
      }
    }
  }
  return { sides, exchanged };
}

/** "The conclusion of E", "de conclusie van E". */
const OF_PART = /\b(?:of|van|von|de|del|for|für|voor|pour|para) ([A-Z]\d?)(?![A-Za-zÀ-ÿ'’.-])/;

/** "Bottle 1 was labeled left by mistake": the side that is wrong. */
const MISLABELLED =
  /(?:labell?ed|marked|designated|submitted|bezeichnet|beschriftet|gelabeld|etiquetad[oa]|rotulad[oa]|etiquetee?)(?: as)?(?: from)?(?: the)? (?:left|right)\b|\b(?:links?|rechts|gauche|droite?|izquierd[oa]|derech[oa]) (?:bezeichnet|beschriftet|gelabeld)|\b(?:left|right|links?|rechts|gauche|droite?|izquierd[oa]|derech[oa]) (?:by mistake|in error|par erreur|por error|por equivocacion|per ongeluk|versehentlich|irrtumlich)/;

/** "The labels of D and E were exchanged." */
const EXCHANGED =
  /swapped|switched|exchanged|interchanged|vertauscht|verwechselt|verwisseld|omgewisseld|intervert|inversion|inverses|echange|intercambi|permut/;
const OF_LABELS = new RegExp(
  `\\b(?:of|von|der|van|des?|del|entre|between|zwischen|tussen) (?:los |les |the |den )?(${LABEL_LIST})(?![a-z0-9])`,
);

function labelsOf(
  report: ReportText,
  clause: Span,
  known: ReadonlySet<string>,
  named: readonly string[],
): readonly string[] {
  if (named.length > 0) return named;
  const match = OF_LABELS.exec(report.shadow.slice(clause.start, clause.end));
  const list = match?.[1] ?? '';
  const labels = parseLabelList(list, styleOf([...known])) ?? [];
  return labels.map((label) => label.toLowerCase()).filter((label) => known.has(label));
}

const CHANGED =
  /\b(?:changed|revised|amended|corrected|reclassified|downgraded|final diagnosis|geandert|revidiert|korrigiert|gewijzigd|herzien|gecorrigeerd|modifie|corrige|rectifie|cambi[ao]|modifica|corrige)/;

/** An addendum makes a diagnosis milder only in plain words: "negative" of a stain is no diagnosis. */
function mild(findings: PartFindings, words: string): PartFindings {
  const worse = findings.diagnosis?.value === 'adenocarcinoma' || findings.diagnosis?.value === 'other-malignancy';
  return worse || CHANGED.test(words) ? findings : { ...findings, diagnosis: null };
}

function readCorrectedSide(shadow: string, clause: Span, language: Language): CorrectedSide | null {
  const text = shadow.slice(clause.start, clause.end);
  let from = 0;
  for (const match of matchesOf(text, RIGHT_AFTER)) from = match.index + match[0].length;
  if (from === 0 && MISLABELLED.test(text)) return null;
  const kept = text.slice(from).replace(WITHDRAWN, '');
  const stretch = { start: clause.start + from, end: clause.start + from + kept.length };
  const { location, spans } = readLocation(shadow, stretch, language);
  return location.side !== null && location.side !== 'bilateral' && spans.side
    ? { side: location.side, span: spans.side }
    : null;
}
