import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { caseFolderOf, factsOfCase, sourceNameOf, type CaseFacts } from './case-folder.js';
import { isTargetFileName, parseTargetFile } from './parse-targets.js';
import type { ParsedTargets, TargetContext } from './parsed-target.js';

export interface TargetFileResult extends ParsedTargets {
  file: string;
}

const MAX_BYTES = 20_000_000;

/**
 * The target files at a path, one result each, in the order of their names. Patient and date come from the overrides,
 * else from DICOM files of the case folder, else from its name; rows of a CSV may state their own. Files of other kinds
 * are passed over, unless the path names one directly. Never throws for what lies in the tree.
 */
export async function* readTargetTree(path: string, overrides: TargetContext): AsyncGenerator<TargetFileResult> {
  const root = resolve(path);
  const known = new Map<string, Promise<CaseFacts>>();
  const factsOf = (folder: string) => {
    const facts = known.get(folder) ?? factsOfCase(folder);
    known.set(folder, facts);
    return facts;
  };
  for await (const { file, reason } of targetFiles(root)) {
    const folder = caseFolderOf(file, root);
    const parsed = reason === undefined ? await readTargetFile(file, folder, overrides, factsOf) : refuseFile(reason);
    yield { file, ...parsed };
  }
}

async function readTargetFile(
  file: string,
  folder: string,
  overrides: TargetContext,
  factsOf: (folder: string) => Promise<CaseFacts>,
): Promise<ParsedTargets> {
  let bytes: Buffer;
  try {
    const stats = await stat(file);
    if (!stats.isFile()) return refuseFile('It is not an ordinary file.');
    if (stats.size > MAX_BYTES) return refuseFile(`The file is larger than ${MAX_BYTES / 1e6} MB.`);
    bytes = await readFile(file);
  } catch {
    return refuseFile('The file cannot be read.');
  }
  const name = sourceNameOf(file);
  const parsed = parseTargetFile(name, bytes, overrides);
  if (parsed.refused.length === 0) return parsed;

  const { contradiction, ...facts } = await factsOf(folder);
  const again = parseTargetFile(name, bytes, {
    patientId: overrides.patientId || facts.patientId,
    // An issuer belongs to its number.
    issuer: overrides.issuer || (overrides.patientId ? undefined : facts.issuer),
    procedureDate: overrides.procedureDate || facts.procedureDate,
  });
  if (contradiction === undefined || again.refused.length === 0) return again;
  return { ...again, refused: [{ row: null, reason: contradiction }, ...again.refused] };
}

interface Found {
  file: string;
  /** Why it cannot even be opened. */
  reason?: string;
}

const refuseFile = (reason: string): ParsedTargets => ({ targets: [], refused: [{ row: null, reason }] });

/** Each real folder once, so that links cannot lead in circles. */
async function* targetFiles(path: string, visited = new Set<string>(), isRoot = true): AsyncGenerator<Found> {
  try {
    const real = await realpath(path);
    if (!(await stat(real)).isDirectory()) {
      if (isRoot || isTargetFileName(path)) yield { file: path };
      return;
    }
    if (visited.has(real)) return;
    visited.add(real);
    const names = (await readdir(path)).sort();
    for (const name of names) yield* targetFiles(join(path, name), visited, false);
  } catch {
    if (isRoot || isTargetFileName(path)) yield { file: path, reason: 'The file cannot be read.' };
  }
}
