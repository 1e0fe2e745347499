import { wordAt, type ReportText } from './report-text.js';
import type { Statement } from './statements.js';
import { GLAND, OTHER_ORGAN, remembered } from './words.js';

export type Topic = 'organ' | 'gland';

/** What grows somewhere is the lesion, whatever organ is named behind it. */
const GROWS =
  /^(?:extend(?:s|ing)|invad(?:es?|ing)|infiltrat(?:es|ing)|infiltriert|infiltreert|infiltre|infiltra|involves|involving|reaches|reaching|abuts|contacts|reicht|wachst|groeit|envahit|atteint|alcanza)$/;

const isOrgan = remembered((word) => OTHER_ORGAN.test(word));
const grows = remembered((word) => GROWS.test(word));

const LEVEL =
  /^(?:mid|middle|mittler\w*|mitte|medi[ao]|moyen\w*|midden|middelste|apex|apical\w*|base|basal\w*|third|drittel|tiers|tercio|derde)$/;

/** What a statement begins with, other than a lesion; null where that is nothing else. */
export function topicOf(report: ReportText, statement: Statement): Topic | null {
  let steps = 0;
  for (let i = statement.from; i < statement.to && steps < 7; i++) {
    const token = report.tokens[i]!;
    if (token.kind === 'break') continue;
    if (/^[:.,;(]$/.test(token.text) && steps > 0) break;
    steps++;
    if (token.kind !== 'word') continue;
    if (grows(token.text)) return null;
    if (isOrgan(token.text)) return 'organ';
    if (
      /^(?:staging|stadiering|stadieringsonderzoek|stadification|estadificacion|estadiaje|extraprostatic)$/.test(
        token.text,
      ) &&
      wordAt(report, i + 1) === ':'
    )
      return 'gland';
    if (token.text === 'extraprostatic' && /^findings?$/.test(wordAt(report, i + 1))) return 'gland';
    if (
      /^(?:seminal|samenblas\w*|zaadbla\w*|svs?)$/.test(token.text) ||
      (/^vesicul/.test(token.text) && /^seminal/.test(wordAt(report, i + 1)))
    ) {
      const next = wordAt(report, i + (/^(?:samenblas|zaadbla|sv)/.test(token.text) ? 1 : 2));
      return /^(?:invasion|involvement|infiltration|invasie|ingroei)$/.test(next) ||
        /^samenblasen(?:inf|inv|bef|ein)/.test(token.text)
        ? null
        : 'organ';
    }
    if (
      GLAND.has(token.text) &&
      // "within the left mid gland": a level of it
      ![1, 2, 3].some((back) => i - back >= statement.from && LEVEL.test(wordAt(report, i - back))) &&
      // "In the left central gland there is a lesion of 19 mm": a zone of it
      !(
        /^(?:central|inner)$/.test(wordAt(report, i - 1)) &&
        /\b(?:lesion|focus|nodule|mass|tumou?r)\b/.test(report.shadow.slice(statement.start, statement.end))
      ) &&
      !/^(?:mri|mpmri|mr|mrt|irm|rm|examination|imaging)$/.test(wordAt(report, statement.from)) &&
      /\b(?:ml|cc|cm3|ccm|volum\w*|size|gro(?:e)?s{1,2}e|mes(?:ure|urant)|measur\w*|mis{1,2}t|enlarged|vergro(?:e)?s{1,2}ert|vergroot|weigh\w*|dimension\w*|\d ?x ?\d)/.test(
        report.shadow.slice(statement.start, statement.end),
      )
    )
      return 'gland';
    if (/^(?:volumen?|psa|psad|prostatavolumen|prostaatvolume)$/.test(token.text)) return 'gland';
  }
  return null;
}
