import { createHash } from 'node:crypto';
import type { Attachment, DiagnosticReport } from '@medplum/fhirtypes';
import type { Refusal } from '../../reasons.js';
import type { BinaryContent } from '../fhir/fhir-client.js';
import { FhirError } from '../fhir/fhir-error.js';
import { UnreadableDocument } from './read-document.js';
import { mediaTypeOf, TEXT_READERS, type TextReader } from './text-readers.js';

export interface ReportText {
  text: string;
  /** What the text was read from, without parameters. */
  mediaType: string;
  source: 'presentedForm' | 'conclusion' | 'text';
  /** SHA-256 of the bytes that were read, in hex. */
  rawSha256: string;
}

type ReadBinary = (url: string) => Promise<BinaryContent>;

const MAX_BYTES = 16_000_000;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** These may be gone tomorrow as well; others, such as a timeout, are thrown so that the report is tried again. */
const LASTING = new Set([
  'not-found',
  'gone',
  'foreign-origin',
  'forbidden',
  'refused',
  'outcome',
  'not-fhir',
  'too-large',
]);

/**
 * The text of a report: of its best readable rendering, else its conclusion, else its narrative. The narrative goes
 * before a conclusion that it contains.
 * @throws FhirError when a rendering cannot be fetched now but may be later
 */
export async function readReportText(
  report: DiagnosticReport,
  readBinary: ReadBinary,
  readers: ReadonlyMap<string, TextReader> = TEXT_READERS,
): Promise<ReportText | Refusal> {
  const obstacles: string[] = [];
  for (const rendering of byPreference(report.presentedForm ?? [], readers)) {
    const result = await readRendering(rendering, readBinary, readers);
    if (typeof result !== 'string') return result;
    obstacles.push(result);
  }
  const conclusion = report.conclusion?.trim() ?? '';
  const narrative = report.text?.div ? await readNarrative(report.text.div, readers) : '';
  if (narrative !== '' && squeezed(narrative).includes(squeezed(conclusion))) {
    return reportText(narrative, 'text/html', 'text', Buffer.from(report.text?.div ?? ''));
  }
  if (conclusion !== '')
    return reportText(conclusion, 'text/plain', 'conclusion', Buffer.from(report.conclusion ?? ''));
  return obstacles.length > 0
    ? { refused: 'report-unreadable', detail: [...new Set(obstacles)].join('; ') }
    : { refused: 'report-without-text', detail: 'no presentedForm, conclusion or text' };
}

function byPreference(renderings: Attachment[], readers: ReadonlyMap<string, TextReader>): Attachment[] {
  const order = [...readers.keys()];
  const rank = ({ contentType = '' }: Attachment) => {
    const place = order.indexOf(mediaTypeOf(new Uint8Array(), contentType));
    return place < 0 ? order.length : place;
  };
  return [...renderings].sort((a, b) => rank(a) - rank(b));
}

/** The text, or what stood in the way: a media type and a few words, never content. */
async function readRendering(
  rendering: Attachment,
  readBinary: ReadBinary,
  readers: ReadonlyMap<string, TextReader>,
): Promise<ReportText | string> {
  const content = await contentOf(rendering, readBinary);
  if (typeof content === 'string') return content;
  const { bytes, contentType } = content;
  const mediaType = mediaTypeOf(bytes, contentType);
  const reader = readers.get(mediaType);
  if (reader === undefined) return `${printable(mediaType)}: no reader for this media type`;
  try {
    const text = await reader(bytes, contentType);
    return text.trim() === '' ? `${mediaType}: no text in it` : reportText(text, mediaType, 'presentedForm', bytes);
  } catch (error) {
    if (error instanceof UnreadableDocument) return `${mediaType}: ${error.message}`;
    throw error;
  }
}

async function contentOf(
  { data, url, contentType = '' }: Attachment,
  readBinary: ReadBinary,
): Promise<BinaryContent | string> {
  if (data !== undefined) {
    const base64 = data.replace(/\s+/g, '');
    if (base64.length > (MAX_BYTES * 4) / 3) return `${printable(contentType)}: larger than ${MAX_BYTES / 1e6} MB`;
    if (!BASE64.test(base64) || base64.length % 4 === 1) return `${printable(contentType)}: data is not base64`;
    return { contentType, bytes: Buffer.from(base64, 'base64') };
  }
  if (url === undefined) return `${printable(contentType)}: neither data nor url`;
  try {
    const binary = await readBinary(url);
    // A server that knows no better type has nothing to say against the attachment's.
    const isVague = /^(application\/octet-stream|)$/i.test(binary.contentType.split(';')[0]?.trim() ?? '');
    return isVague ? { ...binary, contentType } : binary;
  } catch (error) {
    if (error instanceof FhirError && LASTING.has(error.kind)) return `${printable(contentType)}: ${error.kind}`;
    throw error;
  }
}

/** Empty where it cannot be read: the report is then as good as without it. */
async function readNarrative(div: string, readers: ReadonlyMap<string, TextReader>): Promise<string> {
  try {
    const text = await readers.get('text/html')?.(Buffer.from(div), 'text/html; charset=utf-8');
    return text?.trim() ?? '';
  } catch (error) {
    if (error instanceof UnreadableDocument) return '';
    throw error;
  }
}

function reportText(text: string, mediaType: string, source: ReportText['source'], raw: Uint8Array): ReportText {
  return { text, mediaType, source, rawSha256: createHash('sha256').update(raw).digest('hex') };
}

const squeezed = (text: string) => text.replace(/\s+/g, '');

/** A media type is a stranger's text: kept only as far as it looks like one. */
const printable = (contentType: string) => /^[\w.+-]+\/[\w.+-]+/.exec(contentType)?.[0] ?? 'unknown media type';
