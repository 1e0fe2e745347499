/** No FHIR resource nests nearly as deep; walking through deeper ones would overflow the stack. */
const MAX_DEPTH = 100;

/** Escapes of characters that no text column takes: NUL, and halves of surrogate pairs. */
const ODD_ESCAPE = /\\u(0000|d[89a-f]..)/i;

/**
 * The JSON in a body, or undefined where it is none or nests without measure. Says nothing of what it holds. NUL and
 * lone surrogates become U+FFFD, since one such letter would keep the whole page out of the database.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (depthOf(text) > MAX_DEPTH) return undefined;
  try {
    return ODD_ESCAPE.test(text) ? JSON.parse(text, storable) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function storable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\ufffd') : value;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === '"') i = endOfString(text, i + 1);
    else if (sign === '[' || sign === '{') deepest = Math.max(deepest, ++depth);
    else if (sign === ']' || sign === '}') depth--;
  }
  return deepest;
}

/** Where the closing quote is: the next one that an even number of backslashes precedes. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let before = quote;
    while (text[before - 1] === '\\') before--;
    if ((quote - before) % 2 === 0) return quote;
  }
  return text.length;
}
