import type { Span } from '../text/span.js';

/**
 * Sentences (folded) that speak to whoever reads the report by machine, not of a patient: no finding stands in them,
 * nor behind them on the same line.
 */
const ORDER = new RegExp(
  [
    '\\b(?:ignore|disregard|forget|override|ignoriere[n]?|missachte|negeer|ignore[zr]|oublie[zr]?|ignora[rd]?|olvida)\\b[^\\n]{0,60}\\b(?:above|previous|prior|all|everything|instructions?|prompt|report|text|rules|vorherige[nrs]?|obige[nrs]?|alles|anweisung(?:en)?|bovenstaande|vorige|instructies?|precedent[a-z]*|ci-dessus|consignes?|anterior(?:es)?|todo|instrucciones)\\b',
    '\\b(?:output|respond|reply|answer|return|print|write|set|report|gib|antworte|schreibe|geef|antwoord|reponds|repondez|ecris|responde|escribe|devuelve)\\b[^.\\n]{0,40}\\b(?:json|pi-?rads|gleason|isup|category|schema|instead|only|kategorie|categorie|categoria)\\b[^.\\n]{0,30}\\b(?:instead|only|always|json|for (?:every|all|each)|[1-5])\\b',
    '\\b(?:you are|act as|du bist|je bent|tu es|eres)\\b[^.\\n]{0,30}\\b(?:assistant|ai|model|modell|chatbot|assistent|ki|modele|modelo|asistente)\\b',
    '\\b(?:system|assistant|user|developer)\\s?(?:prompt|message|instruction)?\\s?:\\s?(?=\\S)|<\\/?(?:system|assistant|user|instructions?|im_start|im_end)\\b|\\[\\/?inst\\]',
    '\\b(?:language model|sprachmodell|taalmodel|modele de langage|modelo de lenguaje|llm)\\b',
  ].join('|'),
  'g',
);

/** From each order to the end of its line. */
export function findOrders(shadow: string): Span[] {
  return [...shadow.matchAll(ORDER)].map(({ index }) => {
    const end = shadow.indexOf('\n', index);
    const head = Math.max(shadow.lastIndexOf('\n', index), shadow.lastIndexOf('. ', index)) + 1;
    return { start: head, end: end < 0 ? shadow.length : end };
  });
}
