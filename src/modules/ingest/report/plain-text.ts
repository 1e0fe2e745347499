/**
 * Text from bytes. The charset that the sender names is followed unless the bytes contradict it: bytes that are valid
 * UTF-8 beyond ASCII are hardly ever Latin-1, and bytes that are not valid UTF-8 are most often Windows-1252.
 */
export function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  const named = byteOrderMark(bytes) ?? charset ?? (looksLikeUtf16(bytes) ? 'utf-16le' : 'utf-8');
  const label = encodingOf(named) ?? 'utf-8';
  if (label.startsWith('utf-16')) return clean(new TextDecoder(label).decode(bytes));
  const isUtf8 = label === 'utf-8' || label === 'windows-1252';
  return clean(
    (isUtf8 ? strictUtf8(bytes) : undefined) ??
      new TextDecoder(label === 'utf-8' ? 'windows-1252' : label).decode(bytes),
  );
}

/** The charset of a media type such as `text/plain; charset=iso-8859-1`. */
export function charsetOf(mediaType: string): string | undefined {
  return /charset\s*=\s*"?([^\s;"]+)/i.exec(mediaType)?.[1];
}

function byteOrderMark([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return undefined;
}

/** Latin letters in UTF-16 without a mark: every second byte is zero. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 400);
  return start.filter((byte, i) => i % 2 === 1 && byte === 0).length > start.length / 3;
}

/** The name that the Encoding Standard gives a charset label; undefined if it knows no such label. */
function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Line breaks as HL7 v2 writes them reach FHIR through careless bridges; NUL cannot be stored as text. */
function clean(text: string): string {
  return text.replace(/\\\.br\\/g, '\n').replaceAll('\0', '');
}
