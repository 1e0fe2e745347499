import type { ExtractionParts } from '../extraction-parts.js';
import type { Evidence, Extraction, Flag, ReportKind } from '../extraction.js';
import { extractReport, RULES_ENGINE } from '../extract-report.js';
import { withoutOrders } from '../orders.js';
import { foldForMatching, toCanonicalText } from '../text/canonical-text.js';
import { dropUngrounded } from '../text/grounding.js';
import { detectLanguage, type Language } from '../text/language.js';
import { sha256Of } from '../../../platform/ids.js';
import { mergeReadings } from './hybrid.js';
import { SAMPLING, type LlmClient } from './llm-client.js';
import { LlmError } from './llm-error.js';
import { groundPathology } from './pathology-grounding.js';
import { PATHOLOGY_INSTRUCTIONS, pathologyAnswer } from './pathology-question.js';
import { fenced, systemPrompt } from './prompt.js';
import { groundRadiology } from './radiology-grounding.js';
import { RADIOLOGY_INSTRUCTIONS, radiologyAnswer } from './radiology-question.js';
import { askForShape, jsonSchemaOf } from './structured-answer.js';

export type EngineName = 'rules' | 'llm' | 'hybrid';

/** Reads reports: by rules, by a language model, or by both. */
export interface ReportEngine {
  readonly name: EngineName;
  /** Everything that can change a value of a report of this kind: an extraction stored under it stays good. */
  readonly keys: Readonly<Record<ReportKind, string>>;
  /**
   * @throws LlmError if the model could not be asked; the report is then not read at all. A model that answers, but
   * nothing usable, leaves an extraction that says so in a flag.
   */
  read(kind: ReportKind, rawText: string): Promise<Extraction>;
}

/** Raised with every change of grounding or merging that may change a value. */
const GROUNDING_VERSION = '1.0.0';
/** Far longer than any report of one examination; a longer text would cost the model's whole window. */
const MOST_ASKED = 60_000;

export const RULES: ReportEngine = {
  name: 'rules',
  keys: { radiology: keyOf(RULES_ENGINE), pathology: keyOf(RULES_ENGINE) },
  read: async (kind, rawText) => extractReport(kind, rawText),
};

/** Reads by a model; `hybrid` brings its values together with the rules'. */
export function llmEngine(name: 'llm' | 'hybrid', client: Pick<LlmClient, 'ask' | 'model'>): ReportEngine {
  const identities = {
    radiology: identityOf(name, 'radiology', client),
    pathology: identityOf(name, 'pathology', client),
  };
  return {
    name,
    keys: { radiology: keyOf(identities.radiology), pathology: keyOf(identities.pathology) },
    async read(kind, rawText) {
      const text = toCanonicalText(rawText);
      const shadow = withoutOrders(foldForMatching(text));
      const language = detectLanguage(shadow);
      const rules = extractReport(kind, rawText);
      try {
        const model = asOfModel(dropUngrounded(await readByModel(client, kind, text, shadow, language)));
        const parts = name === 'llm' ? model : mergeReadings(rules, model);
        return { ...parts, kind, language, engine: { ...identities[kind] } };
      } catch (error) {
        if (!(error instanceof LlmError) || !error.isOfAnswer) throw error;
        const parts = name === 'llm' ? NOTHING : rules;
        return { ...parts, kind, language, engine: { ...identities[kind] }, flags: [...parts.flags, unusable(error)] };
      }
    },
  };
}

async function readByModel(
  client: Pick<LlmClient, 'ask'>,
  kind: ReportKind,
  text: string,
  shadow: string,
  language: Language,
): Promise<ExtractionParts> {
  if (text.length > MOST_ASKED) throw new LlmError('too-long');
  const user = fenced(text);
  if (kind === 'radiology') {
    const question = { system: systemPrompt(RADIOLOGY_INSTRUCTIONS), user };
    return groundRadiology(text, shadow, language, await askForShape(client, question, kind, radiologyAnswer));
  }
  const question = { system: systemPrompt(PATHOLOGY_INSTRUCTIONS), user };
  return groundPathology(text, shadow, language, await askForShape(client, question, kind, pathologyAnswer));
}

/** The same readers as the rules', but pointed at their words by the model. */
const asOfModel = (parts: ExtractionParts): ExtractionParts => ({
  ...parts,
  evidence: parts.evidence.map((entry): Evidence => (entry.source === 'rule' ? { ...entry, source: 'llm' } : entry)),
});

const unusable = ({ message }: LlmError): Flag => ({
  code: 'incomplete',
  path: '',
  message: `${message} It has no part in these values.`,
});

const NOTHING: ExtractionParts = {
  psaNgMl: null,
  psaDensity: null,
  prostateVolumeMl: null,
  priorBiopsy: null,
  overallPirads: null,
  derived: {},
  lesions: [],
  specimens: [],
  evidence: [],
  flags: [],
};

function identityOf(name: 'llm' | 'hybrid', kind: ReportKind, { model }: Pick<LlmClient, 'model'>) {
  const [instructions, shape] =
    kind === 'radiology' ? [RADIOLOGY_INSTRUCTIONS, radiologyAnswer] : [PATHOLOGY_INSTRUCTIONS, pathologyAnswer];
  return {
    name,
    version: GROUNDING_VERSION,
    // The quotes are read by the rules' readers.
    rulesetHash: RULES_ENGINE.rulesetHash,
    model,
    promptHash: sha256Of(systemPrompt(instructions), fenced(''), SAMPLING),
    schemaHash: sha256Of(jsonSchemaOf(shape)),
  };
}

function keyOf(identity: Record<string, string>): string {
  return Object.values(identity).join(' ');
}
