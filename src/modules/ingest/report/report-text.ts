import { createHash } from 'node:crypto';
import type { Attachment, DiagnosticReport } from '@medplum/fhirtypes';
import type { Refusal } from '../../reasons.js';
import type { BinaryContent } from '../fhir/fhir-client.js';
import { FhirError, type FhirErrorKind } from '../fhir/fhir-error.js';
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
/** The server answered, and what it said holds until the report or the configuration changes. */
const FINAL = new Set<FhirErrorKind>(['gone', 'too-large']);
/** The server refused: it may be set right any day, but is no fault of this run. */
const REFUSED = new Set<FhirErrorKind>(['not-found', 'foreign-origin', 'forbidden', 'refused', 'outcome', 'not-fhir']);
/** Ends the detail of a report whose rendering could not be fetched for now, and for which nothing else may stand. */
export const TEMPORARY = '(temporary)';

/** Why there is no text. */
export interface Textless extends Refusal {
  /** A rendering could not be fetched: another attempt may succeed though the report stays the same. */
  retry: boolean;
}

/**
 * The text of a report: of its best readable rendering, else its conclusion, else its narrative. The narrative goes
 * before a conclusion that it contains. Where a rendering cannot be fetched for now, the conclusion does not stand for it.
 */
export async function readReportText(
  report: DiagnosticReport,
  readBinary: ReadBinary,
  readers: ReadonlyMap<string, TextReader> = TEXT_READERS,
): Promise<ReportText | Textless> {
  const obstacles: Obstacle[] = [];
  for (const rendering of byPreference(report.presentedForm ?? [], readers)) {
    const result = await readRendering(rendering, readBinary, readers);
    if ('text' in result) return result;
    obstacles.push(result);
  }
  const detail = [...new Set(obstacles.map(({ obstacle }) => obstacle))].join('; ');
  if (obstacles.some(({ again }) => again === 'soon'))
    return { refused: 'report-unreadable', detail: `${detail} ${TEMPORARY}`, retry: true };
  const conclusion = report.conclusion?.trim() ?? '';
  const narrative = report.text?.div ? await readNarrative(report.text.div, readers) : '';
  if (narrative !== '' && squeezed(narrative).includes(squeezed(conclusion))) {
    return reportText(narrative, 'text/html', 'text', Buffer.from(report.text?.div ?? ''));
  }
  if (conclusion !== '')
    return reportText(conclusion, 'text/plain', 'conclusion', Buffer.from(report.conclusion ?? ''));
  return obstacles.length > 0
    ? { refused: 'report-unreadable', detail, retry: obstacles.some(({ again }) => again !== 'never') }
    : { refused: 'report-without-text', detail: 'no presentedForm, conclusion or text', retry: false };
}

function byPreference(renderings: Attachment[], readers: ReadonlyMap<string, TextReader>): Attachment[] {
  const order = [...readers.keys()];
  const rank = ({ contentType = '' }: Attachment) => {
    const place = order.indexOf(mediaTypeOf(new Uint8Array(), contentType));
    return place < 0 ? order.length : place;
  };
  return [...renderings].sort((a, b) => rank(a) - rank(b));
}

/** What stood in the way, in a media type and a few words, never content; and whether it may go away by itself. */
interface Obstacle {
  obstacle: string;
  again: 'never' | 'perhaps' | 'soon';
}

const lasting = (obstacle: string): Obstacle => ({ obstacle, again: 'never' });

async function readRendering(
  rendering: Attachment,
  readBinary: ReadBinary,
  readers: ReadonlyMap<string, TextReader>,
): Promise<ReportText | Obstacle> {
  const content = await contentOf(rendering, readBinary);
  if ('obstacle' in content) return content;
  const { bytes, contentType } = content;
  const mediaType = mediaTypeOf(bytes, contentType);
  const reader = readers.get(mediaType);
  if (reader === undefined) return lasting(`${printable(mediaType)}: no reader for this media type`);
  try {
    const text = await reader(bytes, contentType);
    return text.trim() === ''
      ? lasting(`${mediaType}: no text in it`)
      : reportText(text, mediaType, 'presentedForm', bytes);
  } catch (error) {
    if (error instanceof UnreadableDocument) return lasting(`${mediaType}: ${error.message}`);
    throw error;
  }
}

async function contentOf(
  { data, url, contentType = '' }: Attachment,
  readBinary: ReadBinary,
): Promise<BinaryContent | Obstacle> {
  const type = printable(contentType);
  if (data !== undefined) {
    const base64 = data.replace(/\s+/g, '');
    if (base64.length > (MAX_BYTES * 4) / 3) return lasting(`${type}: larger than ${MAX_BYTES / 1e6} MB`);
    if (!BASE64.test(base64) || base64.length % 4 === 1) return lasting(`${type}: data is not base64`);
    return { contentType, bytes: Buffer.from(base64, 'base64') };
  }
  if (url === undefined) return lasting(`${type}: neither data nor url`);
  try {
    const binary = await readBinary(url);
    // A server that knows no better type has nothing to say against the attachment's.
    const isVague = /^(application\/octet-stream|)$/i.test(binary.contentType.split(';')[0]?.trim() ?? '');
    return isVague ? { ...binary, contentType } : binary;
  } catch (error) {
    if (!(error instanceof FhirError)) throw error;
    const again = FINAL.has(error.kind) ? 'never' : REFUSED.has(error.kind) ? 'perhaps' : 'soon';
    return { obstacle: `${type}: ${error.kind}`, again };
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
