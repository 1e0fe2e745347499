import { wordAt, type ReportText } from './report-text.js';

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH =
  /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|mei|maa|okt|dez|ene|abr|ago|dic|janv|fev|avr|juin|juil|aou)[a-z]*$/;
const MONTH_OF: Readonly<Record<string, number>> = {
  mai: 5,
  mei: 5,
  maa: 3,
  okt: 10,
  dez: 12,
  ene: 1,
  abr: 4,
  ago: 8,
  dic: 12,
  janv: 1,
  fev: 2,
  avr: 4,
  juin: 6,
  juil: 7,
  aou: 8,
};

/** Months in full, which need no year beside them. */
const WHOLE_MONTH =
  /^(?:januar[yi]?|februar[yi]?|march|april|june|july|august|september|october|november|december|marz|mai|juni|juli|oktober|dezember|maart|mei|augustus|janvier|fevrier|mars|avril|juin|juillet|aout|septembre|octobre|novembre|decembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)$/;

/** The date that stands right behind or before a value in its bracket or phrase, as months since year 0; a month alone counts as of one year. */
export function dateNear(report: ReportText, from: number, to: number): number | null {
  let month = 0;
  let alone: number | null = null;
  for (let i = from; i < to; i++) {
    const word = wordAt(report, i);
    const named = MONTH.exec(word)?.[1];
    if (named) month = MONTH_OF[named] ?? MONTHS.indexOf(named.slice(0, 3)) + 1;
    if (WHOLE_MONTH.test(word)) alone = month;
    const dotted = /^(?:\d{1,2}[.,])?(\d{1,2})[.,]((?:19|20)\d\d)$/.exec(word);
    if (dotted) return Number(dotted[2]) * 12 + Number(dotted[1]);
    if (/^(?:19|20)\d\d$/.test(word)) {
      const slash = /^[/-]$/.test(wordAt(report, i - 1)) && /^\d{1,2}$/.test(wordAt(report, i - 2));
      const usual = slash && /^[/-]$/.test(wordAt(report, i - 3)) && /^\d{1,2}$/.test(wordAt(report, i - 4));
      if (usual) {
        const [first, second] = [Number(wordAt(report, i - 4)), Number(wordAt(report, i - 2))];
        month =
          (report.language === 'en' && first <= 12 ? first : second) +
          (report.language === 'en' ? second : first) / 100;
      } else if (slash) month = Number(wordAt(report, i - 2));
      return Number(word) * 12 + month;
    }
  }
  return alone;
}
