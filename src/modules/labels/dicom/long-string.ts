/**
 * LO holds 64 characters, however many bytes they take (PS3.5 6.2). dciodvfy and some archives count bytes, so a text is
 * kept to 64 bytes of UTF-8: nobody refuses or cuts it then.
 */
export const LO_BYTES = 64;

/** As many whole characters from the beginning of a text as fit into so many bytes of UTF-8. */
export const beginningOf = (text: string, bytes = LO_BYTES): string =>
  text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(bytes)).read);
