import { z } from 'zod';

/**
 * What one report says. Values that the report does not state are null (or an empty array), never a guess; every value
 * has evidence whose quote is the exact slice [start, end) of the canonical report text, in UTF-16 code units.
 */
const invasion = z.enum(['present', 'absent', 'indeterminate']).nullable();

export const locationSchema = z.object({
  side: z.enum(['left', 'right', 'bilateral', 'midline']).nullable(),
  zone: z.enum(['PZ', 'TZ', 'CZ', 'AFS', 'SV', 'urethra', 'extraprostatic']).nullable(),
  /** Every level that the lesion is said to reach, base first. */
  levels: z.array(z.enum(['base', 'mid', 'apex'])),
  /** posterolateral is posterior + lateral, posteromedial is posterior + medial. */
  positions: z.array(z.enum(['anterior', 'posterior', 'medial', 'lateral'])),
  /** PI-RADS v2.1 sectors where the words determine them: `R PZpl mid`, `L TZa apex`, `L AFS base`. */
  sectors: z.array(z.string()),
});

export const lesionSchema = z.object({
  label: z.string(),
  pirads: z.union([z.int().min(1).max(5), z.literal('X')]).nullable(),
  piradsRange: z.array(z.int()).nullable(),
  likert: z.int().nullable(),
  subscores: z
    .object({ t2: z.int().nullable(), dwi: z.int().nullable(), dce: z.enum(['+', '-']).nullable() })
    .nullable(),
  /** Largest stated current dimension. */
  sizeMm: z.number().nullable(),
  /** All stated current dimensions in the order given. */
  dimsMm: z.array(z.number()),
  sizeComparator: z.enum(['<', '<=', '>', '>=', '~']).nullable(),
  location: locationSchema,
  imageRefs: z.array(z.object({ series: z.int(), image: z.int() })),
  epe: invasion,
  svi: invasion,
  prior: z.object({ pirads: z.union([z.int(), z.literal('X')]).nullable(), sizeMm: z.number().nullable() }).nullable(),
});

export const specimenSchema = z.object({
  label: z.string(),
  kind: z.enum(['target', 'systematic', 'resection', 'other']).nullable(),
  targetLabel: z.string().nullable(),
  location: locationSchema,
  diagnosis: z.enum(['adenocarcinoma', 'benign', 'hgpin', 'asap', 'other-malignancy', 'insufficient']).nullable(),
  gleason: z
    .object({
      primary: z.int().nullable(),
      secondary: z.int().nullable(),
      tertiary: z.int().nullable(),
      sum: z.int().nullable(),
    })
    .nullable(),
  /** ISUP grade group. */
  isup: z.int().min(1).max(5).nullable(),
  gradable: z.boolean().nullable(),
  coresPositive: z.int().nullable(),
  coresTotal: z.int().nullable(),
  percentInvolved: z.number().nullable(),
  lengthMm: z.number().nullable(),
  percentPattern4: z.number().nullable(),
  perineuralInvasion: invasion,
  cribriform: invasion,
  intraductal: invasion,
});

export const evidenceSchema = z.object({
  /** JSON pointer to the value, e.g. `/lesions/0/pirads`. */
  path: z.string(),
  start: z.int().min(0),
  end: z.int(),
  quote: z.string(),
  source: z.enum(['rule', 'llm', 'derived']),
});

export const flagSchema = z.object({
  code: z.enum([
    'conflict',
    'ambiguous',
    'range',
    'arithmetic',
    'incomplete',
    'implausible',
    'engine-disagreement',
    'ungrounded',
  ]),
  path: z.string(),
  message: z.string(),
});

export const reportKindSchema = z.enum(['radiology', 'pathology']);

export const extractionSchema = z.object({
  kind: reportKindSchema,
  /** ISO 639-1. */
  language: z.string(),
  engine: z.object({ name: z.string(), version: z.string(), rulesetHash: z.string() }).catchall(z.unknown()),
  psaNgMl: z.number().nullable(),
  psaDensity: z.number().nullable(),
  prostateVolumeMl: z.number().nullable(),
  priorBiopsy: z.enum(['none', 'negative', 'positive']).nullable(),
  overallPirads: z.int().min(1).max(5).nullable(),
  derived: z.record(z.string(), z.unknown()),
  lesions: z.array(lesionSchema),
  specimens: z.array(specimenSchema),
  evidence: z.array(evidenceSchema),
  flags: z.array(flagSchema),
});

export type ReportKind = z.infer<typeof reportKindSchema>;
export type Location = z.infer<typeof locationSchema>;
export type Lesion = z.infer<typeof lesionSchema>;
export type Specimen = z.infer<typeof specimenSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type Flag = z.infer<typeof flagSchema>;
export type Extraction = z.infer<typeof extractionSchema>;

export const NOWHERE: Location = { side: null, zone: null, levels: [], positions: [], sectors: [] };
