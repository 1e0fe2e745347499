import { charsetOf, decodeText } from './plain-text.js';
import { readDocument } from './read-document.js';

/** Text of a rendering. Throws UnreadableDocument, whose message becomes part of the reason. */
export type TextReader = (bytes: Uint8Array, contentType: string) => string | Promise<string>;

/** What can be read, best first: where a report has several renderings, the first kind of this list is preferred. */
export const TEXT_READERS: ReadonlyMap<string, TextReader> = new Map<string, TextReader>([
  ['text/plain', (bytes, contentType) => decodeText(bytes, charsetOf(contentType))],
  ['text/html', readHtml],
  ['application/xhtml+xml', readHtml],
  ['application/hl7-cda+xml', readCda],
  ['application/rtf', (content) => readDocument({ kind: 'rtf', content })],
  ['application/pdf', (content) => readDocument({ kind: 'pdf', content })],
]);

function readHtml(bytes: Uint8Array, contentType: string): Promise<string> {
  const declared = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(startOf(bytes))?.[1];
  return readDocument({ kind: 'html', content: decodeText(bytes, charsetOf(contentType) ?? declared) });
}

function readCda(bytes: Uint8Array, contentType: string): Promise<string> {
  const declared = /^[^<]*<\?xml[^>]+encoding\s*=\s*["']([\w-]+)/i.exec(startOf(bytes))?.[1];
  return readDocument({ kind: 'cda', content: decodeText(bytes, declared ?? charsetOf(contentType)) });
}

const startOf = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, 2048)).toString('latin1');

/**
 * What the bytes are: by their first characters where these are certain, since servers deliver a PDF as text/plain or
 * HTML as application/octet-stream; else what the sender says.
 */
export function mediaTypeOf(bytes: Uint8Array, contentType: string): string {
  const start = startOf(bytes)
    .replace(/^(\xEF\xBB\xBF)?\s*/, '')
    .toLowerCase();
  if (start.startsWith('%pdf-')) return 'application/pdf';
  if (start.startsWith('{\\rtf')) return 'application/rtf';
  if (/^(<\?xml[^>]*>\s*)?(<\?[^>]*>\s*|<!--.*?-->\s*)*<(\w+:)?clinicaldocument\b/s.test(start))
    return 'application/hl7-cda+xml';
  if (/^(<\?xml[^>]*>\s*)?(<!doctype html|<html\b)/.test(start)) return 'text/html';
  const stated = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return ALIASES[stated] ?? stated;
}

const ALIASES: Record<string, string> = {
  '': 'text/plain',
  text: 'text/plain',
  'application/text': 'text/plain',
  'application/octet-stream': 'text/plain',
  'text/rtf': 'application/rtf',
  'text/richtext': 'application/rtf',
  'application/x-rtf': 'application/rtf',
  'application/x-pdf': 'application/pdf',
};
