/** Ways to write a field other than "Name: value", each turned into that one in the shadow. Offsets hold. */

/** "Location ....... left": dots that lead from a name to its value are a colon. */
const withoutLeaders = (shadow: string): string =>
  shadow.includes('..') ? shadow.replace(/(?<=[a-z0-9)]) ?\.{2,}(?= )/g, (dots) => ':'.padEnd(dots.length)) : shadow;

/** "Size mm   16 x 11", "PSA ng/mL: 4.8": the unit of a name stands in brackets. */
const UNIT_IN_NAME =
  /(?<=\b(?:sizes?|dimensions?|diameter|grose|durchmesser|afmeting(?:en)?|grootte|taille|tamano|diametre|diametro|psa|aps|ape|total|volumen?|vol)) (mm|cm|ml|cc|cm3|ccm|(?:ng|ug)\/m?l)(?:: | {2})(?=[ \t]*[<>~]? ?\d)/g;
const withUnitsBracketed = (shadow: string): string =>
  shadow.replace(UNIT_IN_NAME, (_, unit: string) => `(${unit}):`.padEnd(unit.length + 3));

/** "Is there a lesion?  Yes, one. Left …": a question at the beginning of a line is the name of what it asks for. */
const QUESTION = /^([ \t]*(?:[-*•] |\d{1,2}[.)] )?¿?[a-z][a-z0-9 ,'()/-]{3,70})\?( *)(?=\S)/gm;
/** An answer that only affirms is left out before the one that tells. */
const AFFIRMED =
  /(?<=^[^\n:]{3,80}: *)(?:yes|ja|oui|si)(?:[,;:] ?(?:there (?:is|are) )?(?:a single|only one|one|two|three|four|eine[rn]?|zwei|drei|een|twee|drie|une?|deux|trois|una?|dos|tres|\d)(?: (?:lesions?|targets?|herde?|lasion(?:en)?|laesies?|afwijking(?:en)?|cibles?|lesiones))?)?[.:](?= +\S)/gm;

const withNamesForQuestions = (shadow: string): string => {
  if (!shadow.includes('?')) return shadow;
  const named = shadow.replace(QUESTION, (asked) => asked.replace('¿', ' ').replace('?', ':'));
  return named === shadow ? shadow : named.replace(AFFIRMED, (yes) => ' '.repeat(yes.length));
};

/** "PSA: 10.4      Date of PSA: 02/02/2024": fields side by side in a line. */
const GAP = /(?<=[a-z0-9)%]) {2}(?= *[a-z][a-z0-9 /()'.-]{0,40}:)/g;
const withFieldsApart = (shadow: string): string =>
  shadow.includes('  ') ? shadow.split('\n').map(fieldsApart).join('\n') : shadow;

function fieldsApart(line: string): string {
  const colon = line.indexOf(':');
  if (colon < 0 || line.lastIndexOf(':') === colon || line.length > 400 || /[|\t]/.test(line)) return line;
  return line.slice(0, colon) + line.slice(colon).replace(GAP, '; ');
}

/** "SEMINAL VESICLES" on a line of its own, and what is said of them on the next. */
const ORGAN_LINE =
  /^[ \t]*(?:seminal vesicles?|samenblasen?|zaadblaa?sjes|zaadblazen|vesicules seminales|vesiculas seminales|seminal vesicle invasion|samenblaseninfiltration|svi|epe|ece|(?:extraprostatic|extracapsular) extension|(?:prostatic )?capsule|(?:prostata)?kapsel|capsula|extraprostatische(?:s|r)? (?:extensie|ausdehnung|ausbreitung|uitbreiding|wachstum)|extension extra-?prostati(?:que|ca))[ \t]*\n(?=[ \t]*[a-z])(?![^\n:]{1,40}:)/gm;
const withOrgansNamed = (shadow: string): string => shadow.replace(ORGAN_LINE, (line) => `${line.slice(0, -1)}:`);

export const withNamedFields = (shadow: string): string =>
  withFieldsApart(withOrgansNamed(withNamesForQuestions(withUnitsBracketed(withoutLeaders(shadow)))));
