import { parseFcsv } from './fcsv.js';
import { parseMarkupsJson } from './markups-json.js';
import { toTarget, type ParsedTarget, type ParsedTargets, type TargetContext } from './parsed-target.js';
import { parseTargetCsv } from './target-csv.js';

const MAX_BYTES = 20_000_000;

const PARSERS = { '.fcsv': parseFcsv, '.mrk.json': parseMarkupsJson, '.csv': parseTargetCsv };

export function isTargetFileName(name: string): boolean {
  return parserOf(name) !== undefined;
}

/**
 * The biopsy targets of one file: .fcsv or .mrk.json of 3D Slicer, or the canonical CSV. RAS becomes LPS by negating x
 * and y; nothing else is done to a point. Never throws: what cannot be read is refused, row by row.
 * @param name file name, whose ending says the format
 * @param context fills what rows leave open; a row's own patient or date wins
 */
export function parseTargetFile(name: string, bytes: Uint8Array, context: TargetContext): ParsedTargets {
  const parse = parserOf(name);
  if (parse === undefined) return refuseFile('The file must be a .fcsv, a .mrk.json or a .csv.');
  if (bytes.byteLength > MAX_BYTES) return refuseFile(`The file is larger than ${MAX_BYTES / 1e6} MB.`);
  const { rows, refused } = parse(decode(bytes));
  const results = rows.map((row) => toTarget(row, context, name));
  const all = [...refused, ...results.filter((result) => 'reason' in result)];
  return {
    targets: results.filter((result): result is ParsedTarget => !('reason' in result)),
    refused: all.sort((a, b) => (a.row ?? 0) - (b.row ?? 0)),
  };
}

function parserOf(name: string) {
  return Object.entries(PARSERS).find(([ending]) => name.toLowerCase().endsWith(ending))?.[1];
}

/** UTF-8, or UTF-16 when a byte order mark says so; the mark itself is dropped. */
function decode(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

const refuseFile = (reason: string): ParsedTargets => ({ targets: [], refused: [{ row: null, reason }] });
