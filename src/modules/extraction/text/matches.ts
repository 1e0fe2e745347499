/**
 * All matches of a global expression, in the order of the text, as `matchAll` gives them; but that copies the expression
 * for each call, which for one of a thousand words takes far longer than to search a sentence.
 */
export function matchesOf(text: string, expression: RegExp): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  expression.lastIndex = 0;
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    found.push(match);
    if (match[0] === '') expression.lastIndex += (text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1;
  }
  return found;
}
