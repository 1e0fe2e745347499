import { itemsOf, numberOf, textOf, type DicomJson } from './dicom-json.js';
import { parseNativeDicomXml } from './native-dicom-xml.js';

const FAILED_SOP_SEQUENCE = '00081198';
const REFERENCED_SOP_SEQUENCE = '00081199';
const REFERENCED_SOP_INSTANCE_UID = '00081155';
const FAILURE_REASON = '00081197';
const WARNING_REASON = '00081196';

/**
 * What became of one instance. `stored` is the server's word, not proof that the bytes are these: a server may keep an
 * older instance of the same UID, so read it back. `unknown`: only a query can tell.
 */
export interface StoreOutcome {
  sopInstanceUid: string | undefined;
  state: 'stored' | 'rejected' | 'unknown';
  /** Of the response (PS3.18 table 10.5.3-1) for a rejected instance; undefined if it was refused before sending. */
  failureReason?: number;
  /** Of the response for an instance stored with a warning, such as 45056 (B000, elements coerced). */
  warningReason?: number;
  /** HTTP status; undefined if no whole answer came. */
  status?: number;
  retryAfterMs?: number;
}

/** The HTTP answer to a STOW request; status 0 if no whole answer came. */
export interface StoreAnswer {
  status: number;
  body: string;
  retryAfterMs?: number;
}

/**
 * The outcome of each file of a request, in order: from the answer for those that were sent, and rejected for those
 * without a UID, which were not.
 */
export function outcomesOf(sopInstanceUids: readonly (string | undefined)[], answer: StoreAnswer): StoreOutcome[] {
  const { status, body, retryAfterMs } = answer;
  const http = { ...(status !== 0 && { status }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
  const sent = outcomesOfBody(
    sopInstanceUids.filter((uid) => uid !== undefined),
    body,
  ).values();
  return sopInstanceUids.map((sopInstanceUid) =>
    sopInstanceUid === undefined ? { sopInstanceUid, state: 'rejected' } : { ...sent.next().value!, ...http },
  );
}

/**
 * The outcome of each sent instance from the body of the STOW response (PS3.18 10.5.3.2), JSON or XML: named as
 * referenced, it is stored; named as failed, rejected; in both or neither, unknown. The HTTP status decides nothing:
 * Orthanc answers 400 and names the stored ones when another part was bad, and others answer 200 with failures.
 */
export function outcomesOfBody(sopInstanceUids: readonly string[], body: string): StoreOutcome[] {
  const response = parseStoreResponse(body);
  const byUid = (sequence: string) =>
    new Map(itemsOf(response, sequence).map((item) => [textOf(item, REFERENCED_SOP_INSTANCE_UID), item]));
  const stored = byUid(REFERENCED_SOP_SEQUENCE);
  const failed = byUid(FAILED_SOP_SEQUENCE);
  return sopInstanceUids.map((sopInstanceUid): StoreOutcome => {
    const reference = stored.get(sopInstanceUid);
    const failure = failed.get(sopInstanceUid);
    if (reference && !failure)
      return { sopInstanceUid, state: 'stored', warningReason: numberOf(reference, WARNING_REASON) };
    if (failure && !reference)
      return { sopInstanceUid, state: 'rejected', failureReason: numberOf(failure, FAILURE_REASON) };
    return { sopInstanceUid, state: 'unknown' };
  });
}

function parseStoreResponse(body: string): DicomJson {
  if (body.trimStart().startsWith('<')) return parseNativeDicomXml(body);
  try {
    const parsed: unknown = JSON.parse(body);
    const dataset: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return typeof dataset === 'object' && dataset !== null ? (dataset as DicomJson) : {};
  } catch {
    return {};
  }
}

const LONG_LENGTH_VRS = new Set(['OB', 'OW', 'UN', 'UT']);

/** MediaStorageSOPInstanceUID (0002,0003) of a Part 10 file (PS3.10 7.1), or undefined if this is no such file. */
export function sopInstanceUidOf(file: Uint8Array): string | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.toString('latin1', 128, 132) !== 'DICM') return undefined;
  let offset = 132;
  while (offset + 12 <= bytes.length && bytes.readUInt16LE(offset) === 0x0002) {
    const isLong = LONG_LENGTH_VRS.has(bytes.toString('latin1', offset + 4, offset + 6));
    const length = isLong ? bytes.readUInt32LE(offset + 8) : bytes.readUInt16LE(offset + 6);
    const start = offset + (isLong ? 12 : 8);
    if (bytes.readUInt16LE(offset + 2) === 0x0003) {
      const uid = bytes.toString('latin1', start, start + length).replace(/[\0 ]+$/, '');
      return isUid(uid) ? uid : undefined;
    }
    offset = start + length;
  }
  return undefined;
}

/** Whether a text may stand as a UID in a URL: digits and dots, at most 64 (PS3.5 9.1). */
export function isUid(text: string): boolean {
  return /^[0-9][0-9.]{0,63}$/.test(text);
}
