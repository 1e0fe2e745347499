import { z } from 'zod';
import { named } from '../../platform/http/openapi.js';
import type { ReviewView } from './reviews.service.js';
import { runSchema } from './runs.controller.js';

const uuid = z.uuid();
const factSchema = z.union([z.string(), z.number(), z.null(), z.array(z.union([z.string(), z.number()]))]);

const candidateSchema = named(
  'ReviewCandidate',
  z.object({
    key: z.string().describe('names the candidate in a decision: StudyInstanceUID, report id or lesion key'),
    name: z.string(),
    sentence: z.string().describe('what speaks for and against it'),
    score: z.number().min(0).max(1).nullable().describe('null where nothing was weighed'),
    isContradicted: z.boolean().describe('target and lesion are on opposite sides; chosen only with a note'),
    facts: z.record(z.string(), factSchema).describe('what study, report or lesion says of itself'),
    report: z.string().nullable().describe('DiagnosticReport/<id>'),
    quotes: z.array(z.object({ path: z.string(), quote: z.string(), start: z.int(), end: z.int() })),
  }),
);
const answerSchema = z.enum(['accept', 'reject', 'choose']);

/** What a review looks like from outside. */
const reviewObject = z.object({
  id: uuid,
  state: z
    .enum(['open', 'decided', 'reopened', 'closed'])
    .describe('reopened: what a decision rested on has changed; closed: the question no longer arises'),
  question: z.enum(['study', 'report', 'lesion']),
  patient: z.object({ issuer: z.string(), mrn: z.string() }),
  target: z.object({
    id: uuid,
    label: z.string(),
    procedureDate: z.iso.date(),
    pointLps: z.tuple([z.number(), z.number(), z.number()]).describe('millimetres, LPS'),
  }),
  asked: z.string().describe('the question in plain words'),
  proposed: z.string().nullable().describe('key of the candidate that would be accepted'),
  candidates: z.array(candidateSchema).describe('the likeliest first'),
  digest: z.string().describe('of target, candidates and quotes as shown'),
  changes: z.array(z.string()).describe('what changed since the decision'),
  decision: z
    .object({
      decision: answerSchema,
      candidate: z.string().nullable(),
      candidateName: z.string().nullable(),
      note: z.string().nullable(),
      reviewer: z.string(),
      principal: z.string().nullable().describe('subject of the access token'),
      decidedAt: z.iso.datetime(),
    })
    .nullable(),
  request: z
    .object({
      note: z.string().nullable(),
      reviewer: z.string().nullable(),
      principal: z.string().nullable(),
      at: z.iso.datetime(),
    })
    .nullable()
    .describe('of a person who asked for this review'),
  history: z.array(
    z.object({
      at: z.iso.datetime(),
      what: z.enum(['opened', 'requested', 'decided', 'reopened', 'closed']),
      by: z.string().nullable().describe('null: the service'),
      text: z.string(),
    }),
  ),
  openedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export const reviewSchema: z.ZodType<ReviewView> = named('Review', reviewObject);
export const decidedReviewSchema = named(
  'DecidedReview',
  reviewObject.extend({ run: runSchema.describe('curates the patient, so that the label follows') }),
);

/** Free text that people and databases can hold: no control characters but the end of a line. */
const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text.replaceAll(/[\n\r\t]/g, '')), 'must be text');
const reviewer = words(200).describe('name of who decides');
const note = words(4000).optional();

export const decisionSchema = named(
  'ReviewDecision',
  z.object({
    decision: answerSchema,
    candidate: z.string().optional().describe('key of the chosen candidate; needed by choose, and by nothing else'),
    note,
    reviewer,
    digest: z.string().optional().describe('of the review as the reviewer saw it; refused if it has changed'),
  }),
);
export type DecisionInput = z.infer<typeof decisionSchema>;

export const requestSchema = named('ReviewRequest', z.object({ target: uuid, note, reviewer: reviewer.optional() }));
export type RequestInput = z.infer<typeof requestSchema>;

export const STATES = ['open', 'decided', 'reopened', 'closed'] as const;
