import { createHash } from 'node:crypto';
import { z } from 'zod';
import { reportKindSchema, type Extraction, type ReportKind } from './extraction.js';
import { LlmError } from './llm/llm-error.js';
import * as placeWords from './location/place-lexicon.js';
import { withoutOrders } from './orders.js';
import { readPathologyReport } from './pathology/pathology-report.js';
import * as pathologyWords from './pathology/pathology-words.js';
import { readRadiologyReport } from './radiology/radiology-report.js';
import * as invasionWords from './radiology/invasion-words.js';
import * as radiologyWords from './radiology/words.js';
import { foldForMatching, toCanonicalText } from './text/canonical-text.js';
import { dropUngrounded } from './text/grounding.js';
import { detectLanguage } from './text/language.js';

/** Raised with every change of the rules that may change a value, so that reports are read again. */
const RULES_VERSION = '1.53.0';

/** The lexicons as one text: the same in every build, whatever the compiler makes of the code around them. */
function fingerprint(value: unknown): string {
  if (value instanceof RegExp) return value.source;
  if (value instanceof Set || value instanceof Map) return [...value].map(fingerprint).join(' ');
  if (Array.isArray(value)) return value.map(fingerprint).join(' ');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => `${key}:${fingerprint(entry)}`)
      .join('\n');
  return typeof value === 'function' ? '' : String(value);
}

/** Which rules read a report. */
export const RULES_ENGINE = {
  name: 'rules',
  version: RULES_VERSION,
  rulesetHash: createHash('sha256')
    .update([RULES_VERSION, radiologyWords, invasionWords, placeWords, pathologyWords].map(fingerprint).join('\n'))
    .digest('hex'),
};

/**
 * Reads one report by rules. Offsets in the evidence are into `toCanonicalText(rawText)`. Any text is read; one that
 * says nothing of a prostate gives an extraction without values.
 */
export function extractReport(kind: ReportKind, rawText: string): Extraction {
  const text = toCanonicalText(rawText);
  const shadow = withoutOrders(foldForMatching(text));
  const language = detectLanguage(shadow);
  const read = kind === 'radiology' ? readRadiologyReport : readPathologyReport;
  return { kind, language, engine: { ...RULES_ENGINE }, ...dropUngrounded(read(text, shadow, language)) };
}

const lineSchema = z.object({
  id: z.union([z.string(), z.number()]),
  kind: reportKindSchema,
  text: z.string(),
});

type Reader = (kind: ReportKind, text: string) => Extraction | Promise<Extraction>;

async function answerLine(line: string, read: Reader): Promise<unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return { id: null, error: 'The line is not JSON.' };
  }
  const request = lineSchema.safeParse(parsed);
  if (request.success) {
    try {
      return { id: request.data.id, extraction: await read(request.data.kind, request.data.text) };
    } catch (error) {
      if (!(error instanceof LlmError)) throw error;
      return { id: request.data.id, error: error.message };
    }
  }
  const id = z.object({ id: lineSchema.shape.id }).safeParse(parsed);
  const wrong = [...new Set(request.error.issues.map((issue) => issue.path[0] ?? 'the line'))].join(', ');
  return {
    id: id.success ? id.data.id : null,
    error: `Not usable: ${wrong}. A line is {"id", "kind": "radiology" or "pathology", "text"}.`,
  };
}

/** Answers JSON lines `{id, kind, text}` with lines `{id, extraction}`, in order; a bad line gives `{id, error}`. */
export async function* extractJsonl(lines: AsyncIterable<string>, read: Reader = extractReport): AsyncIterable<string> {
  for await (const line of lines) if (line.trim() !== '') yield JSON.stringify(await answerLine(line, read));
}
