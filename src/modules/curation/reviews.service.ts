import { BadRequestException, ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { PatientRepository } from '../ingest/patient.repository.js';
import { ReportRepository } from '../ingest/report.repository.js';
import { TargetRepository } from '../ingest/target.repository.js';
import type { Candidate } from '../matching/decision.js';
import type { ReviewEntity, ReviewState, StoredDecision } from '../matching/review.entity.js';
import { type ReviewFilter, ReviewRepository } from '../matching/review.repository.js';
import { REASONS } from '../reasons.js';
import { CurationService } from './curation.service.js';
import type { DecisionInput, RequestInput } from './review-view.js';
import type { RunEntity } from './run.entity.js';
import { RunService } from './run.service.js';

const PAGE_SIZE = 500;

/** A review as the outside sees it. */
export type ReviewView = Awaited<ReturnType<ReviewsService['views']>>[number];

export const unknownReview = () => new NotFoundException('There is no review of this id.');
const unknownTarget = () => new NotFoundException('There is no target of this id.');

/** What a person has to decide, and what they decided. */
@Injectable()
export class ReviewsService {
  constructor(
    private readonly reviews: ReviewRepository,
    private readonly patients: PatientRepository,
    private readonly reports: ReportRepository,
    private readonly targets: TargetRepository,
    private readonly curation: CurationService,
    private readonly runs: RunService,
  ) {}

  async page(filter: ReviewFilter, limit: number): Promise<ReviewView[]> {
    return this.views(await this.reviews.page(filter, limit));
  }

  /** All in these states, read in pages. */
  async *all(states: ReviewState[]): AsyncGenerator<ReviewView> {
    let after: ReviewEntity | undefined;
    for (;;) {
      const page = await this.reviews.page({ states, after }, PAGE_SIZE);
      yield* await this.views(page);
      if (page.length < PAGE_SIZE) return;
      after = page.at(-1);
    }
  }

  async get(id: string): Promise<ReviewEntity> {
    const review = await this.reviews.findById(id);
    if (!review) throw unknownReview();
    return review;
  }

  /** @throws ConflictException where it was decided, or has changed, meanwhile */
  async decide(
    id: string,
    input: DecisionInput,
    principal: string | null,
    now: Date,
  ): Promise<{ review: ReviewEntity; run: RunEntity }> {
    const review = await this.get(id);
    if (review.state === 'closed') throw new ConflictException('The question no longer arises.');
    if (review.state === 'decided')
      throw new ConflictException('It is decided already; open it again with POST /reviews.');
    if (input.digest !== undefined && input.digest !== review.shownDigest) throw changedMeanwhile();
    const { target, candidates, shownDigest, sourceDigest } = review;
    const decision: StoredDecision = {
      answer: input.decision,
      chosen: chosenBy(input, review)?.key ?? null,
      note: input.note ?? null,
      reviewer: input.reviewer,
      principal,
      decidedAt: now.toISOString(),
      target,
      candidates,
      shownDigest,
      sourceDigest,
    };
    if (!(await this.reviews.decide(review, decision))) throw changedMeanwhile();
    const run = await this.runs.startPatient(await this.patients.get(review.patientId));
    return { review: await this.get(id), run };
  }

  /** Opens the link of a target to a decision, whatever the rules make of it. */
  async request(input: RequestInput, principal: string | null, now: Date): Promise<ReviewEntity> {
    const target = await this.targets.findById(input.target);
    if (!target || target.withdrawnAt !== null) throw unknownTarget();
    const patient = await this.patients.get(target.patientId);
    const { reviews, exclusions } = await this.curation.matchInDoubt(patient, target.id);
    const review = reviews.findLast((one) => one.target.id === target.id);
    if (!review || review.state === 'decided') {
      const reason = exclusions.find(({ entityKey }) => entityKey === target.id)?.reason;
      const why = reason ? REASONS[reason] : 'The target is no longer looked at.';
      throw new ConflictException(`There is nothing to decide: ${why}`);
    }
    const { note = null, reviewer = null } = input;
    return this.reviews.open(patient.id, review, { note, reviewer, principal, at: now.toISOString() });
  }

  async views(reviews: ReviewEntity[]) {
    const patients = await this.patients.findByIds(reviews.map(({ patientId }) => patientId));
    const candidates = reviews.flatMap((review) => (review.kind === 'study' ? [] : review.candidates));
    const reports = await this.reports.namesOf(candidates.map(reportIdOf));
    return reviews.map((review) => {
      const { issuer, mrn } = patients.get(review.patientId)!;
      const { decision } = review;
      return {
        id: review.id,
        state: review.state,
        question: review.kind,
        patient: { issuer, mrn },
        target: { ...review.target, pointLps: [...review.target.pointLps] as [number, number, number] },
        asked: review.asked,
        proposed: review.proposed,
        candidates: review.candidates.map((candidate) => ({
          ...candidate,
          report: reports.get(reportIdOf(candidate)) ?? null,
        })),
        digest: review.shownDigest,
        changes: review.changes,
        decision: decision && {
          decision: decision.answer,
          candidate: decision.chosen,
          candidateName: decision.candidates.find(({ key }) => key === decision.chosen)?.name ?? null,
          note: decision.note,
          reviewer: decision.reviewer,
          principal: decision.principal,
          decidedAt: decision.decidedAt,
        },
        request: review.request,
        history: review.history,
        openedAt: review.openedAt.toISOString(),
        updatedAt: review.updatedAt.toISOString(),
      };
    });
  }
}

const changedMeanwhile = () =>
  new ConflictException('The review was decided or changed meanwhile; read it again before deciding.');

/** A report's own key, or that of a lesion in it. */
const reportIdOf = ({ key }: Candidate): string => key.split('/')[0]!;

/** @throws BadRequestException where the answer does not fit the question */
function chosenBy(
  { decision, candidate: key, note }: DecisionInput,
  { candidates, proposed }: ReviewEntity,
): Candidate | null {
  if (decision !== 'choose' && key !== undefined)
    throw new BadRequestException('candidate: goes with the decision choose only');
  if (decision === 'reject') return null;
  if (decision === 'accept' && proposed === null)
    throw new BadRequestException('decision: no candidate is likelier than the others; choose one, or reject all');
  const candidate = candidates.find((one) => one.key === (decision === 'accept' ? proposed : key));
  if (!candidate) throw new BadRequestException('candidate: must be the key of a candidate of this review');
  if (!candidate.isContradicted) return candidate;
  if (decision === 'accept')
    throw new BadRequestException('decision: target and lesion are on opposite sides; choose it, with a note');
  if (note === undefined)
    throw new BadRequestException('note: must say why, where target and lesion are on opposite sides');
  return candidate;
}
