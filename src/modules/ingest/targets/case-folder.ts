import { open, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, sep } from 'node:path';
import { toDate } from './parsed-target.js';

// dcmjs brings no type declarations; this is the part of it that reading a header needs.
const { DicomMessage } = (
  createRequire(import.meta.url)('dcmjs') as {
    data: {
      DicomMessage: {
        readFile(bytes: ArrayBuffer, options: { untilTag: string }): { dict: Record<string, { Value?: unknown[] }> };
      };
    };
  }
).data;

/** What a case folder says about its targets. */
export interface CaseFacts {
  patientId?: string | undefined;
  issuer?: string | undefined;
  procedureDate?: string | undefined;
  /** Why the DICOM files of the folder say nothing certain. */
  contradiction?: string | undefined;
}

const CASE_NAME = /^(.+)-(\d{8})$/;
const MAX_FOLDERS = 300;
const MAX_FILES_TRIED_PER_FOLDER = 5;
const HEADER_BYTES = 1 << 18;

/**
 * The case folder of a file: the nearest folder above it that is named `<patient id>-<YYYYMMDD>`; else the folder right
 * under `root` that the file lies in; else the folder of the file itself.
 */
export function caseFolderOf(file: string, root: string): string {
  return namedFolderOf(file) ?? foldersAbove(file).find((folder) => dirname(folder) === root) ?? dirname(file);
}

/**
 * What a file is known by, wherever its tree lies and whichever part of it is read: its path below the folder named
 * `<patient id>-<YYYYMMDD>`; else a table, which may speak of many cases, by its name, and another file also by its folder.
 */
export function sourceNameOf(file: string): string {
  const named = namedFolderOf(file);
  if (named !== undefined) return relative(named, file).replaceAll(sep, '/');
  const name = basename(file);
  return name.toLowerCase().endsWith('.csv') ? name : `${basename(dirname(file))}/${name}`;
}

const namedFolderOf = (file: string): string | undefined =>
  foldersAbove(file).find((folder) => factsOfName(basename(folder)).procedureDate !== undefined);

/** The nearest first. */
function foldersAbove(file: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) folders.push(folder);
  return folders;
}

/** DICOM first, then the folder's name. */
export async function factsOfCase(folder: string): Promise<CaseFacts> {
  const byName = factsOfName(basename(folder));
  const headers = await dicomHeaders(folder);
  const patients = new Map(headers.map((header) => [`${header.patientId}\n${header.issuer}`, header]));
  const [header] = patients.values();
  if (header === undefined) return byName;
  if (patients.size > 1) {
    return { contradiction: 'The DICOM files of the case folder belong to several patients.' };
  }
  // A case folder may hold the planning MR beside the procedure, which is the later one.
  const procedureDate =
    headers
      .flatMap(({ studyDate }) => studyDate ?? [])
      .sort()
      .at(-1) ?? byName.procedureDate;
  return { patientId: header.patientId, issuer: header.issuer, procedureDate };
}

export function factsOfName(name: string): CaseFacts {
  const [, patientId, day] = CASE_NAME.exec(name) ?? [];
  const procedureDate = toDate(day ?? '');
  return procedureDate === undefined ? {} : { patientId, procedureDate };
}

interface DicomHeader {
  patientId: string;
  issuer: string;
  studyDate: string | undefined;
}

/** One header per folder is enough: a folder holds one series. */
async function dicomHeaders(top: string): Promise<DicomHeader[]> {
  const headers: DicomHeader[] = [];
  const folders = [top];
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const subfolders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
    folders.push(...subfolders.slice(0, MAX_FOLDERS - folders.length));
    const candidates = entries.filter((entry) => entry.isFile() && /(\.dcm|\.ima|^[^.]*|\.\d+)$/i.test(entry.name));
    for (const { name } of candidates.slice(0, MAX_FILES_TRIED_PER_FOLDER)) {
      const header = await dicomHeader(join(folder, name));
      if (header) {
        headers.push(header);
        break;
      }
    }
  }
  return headers;
}

/** Undefined when the file is not DICOM (PS3.10) or names no patient. */
async function dicomHeader(file: string): Promise<DicomHeader | undefined> {
  const start = await readStart(file);
  if (start?.toString('latin1', 128, 132) !== 'DICM') return undefined;
  try {
    const bytes = new Uint8Array(start).buffer;
    const { dict } = DicomMessage.readFile(bytes, { untilTag: '0020000D' });
    const text = (tag: string) => String(dict[tag]?.Value?.[0] ?? '').trim();
    const patientId = text('00100020');
    if (patientId === '') return undefined;
    return { patientId, issuer: text('00100021'), studyDate: toDate(text('00080020')) };
  } catch {
    return undefined;
  }
}

async function readStart(file: string): Promise<Buffer | undefined> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return undefined;
  }
}
