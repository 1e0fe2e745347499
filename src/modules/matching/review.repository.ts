import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager, In } from 'typeorm';
import { uuidFrom } from '../../platform/ids.js';
import type { PatientEvidence } from './evidence.js';
import {
  ReviewEntity,
  type ReviewEvent,
  type ReviewRequest,
  type ReviewState,
  type StoredDecision,
} from './review.entity.js';
import type { Review } from './settle.js';

export interface ReviewFilter {
  states?: ReviewState[] | undefined;
  patientIds?: string[] | undefined;
  /** Go on behind this one. */
  after?: ReviewEntity | undefined;
}

const reviewId = ({ target, kind }: Review) => uuidFrom('review', target.id, kind);

@Injectable()
export class ReviewRepository {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * What people said about the targets of a patient: an input of matching. Where a target was corrected since, the new one
   * has the decision as well, to be held against what it rested on, unless it has one of its own.
   */
  async inputsOf(patientId: string): Promise<Pick<PatientEvidence, 'decisions' | 'doubtedTargetIds'>> {
    const rows = await this.database.getRepository(ReviewEntity).find({ where: { patientId }, order: { id: 'ASC' } });
    const heirs = await this.heirsOf(patientId);
    const decisions = rows
      .flatMap(({ decision, target, kind }) => (decision ? [{ ...decision, targetId: target.id, kind }] : []))
      .sort((a, b) => b.decidedAt.localeCompare(a.decidedAt));
    const inherited = decisions.flatMap((decision) => {
      const heir = heirs.get(decision.targetId);
      return heir === undefined ? [] : [{ ...decision, targetId: heir }];
    });
    return {
      decisions: [...decisions, ...inherited],
      doubtedTargetIds: rows.flatMap(({ request, target }) => (request ? [target.id] : [])),
    };
  }

  /** The active target that took the place of a corrected one, perhaps by way of others. */
  private async heirsOf(patientId: string): Promise<Map<string, string>> {
    const rows = await this.database.query<{ id: string; heir: string }[]>(
      `WITH RECURSIVE place AS (
         SELECT id, replaced_by AS heir FROM target WHERE patient_id = $1 AND replaced_by IS NOT NULL
         UNION SELECT place.id, target.replaced_by FROM place
           JOIN target ON target.id = place.heir AND target.replaced_by IS NOT NULL)
       SELECT place.id, heir FROM place JOIN target ON target.id = heir AND target.withdrawn_at IS NULL`,
      [patientId],
    );
    return new Map(rows.map(({ id, heir }) => [id, heir]));
  }

  /** Makes these the questions of the patient; the same ones again change nothing. */
  async replace(manager: EntityManager, patientId: string, reviews: Review[], now: Date): Promise<void> {
    const repository = manager.getRepository(ReviewEntity);
    const known = await repository.findBy({ patientId });
    for (const review of reviews) {
      const before = known.find(({ id }) => id === reviewId(review));
      const row = toRow(patientId, review, before, now);
      if (row !== before) await repository.save(row);
    }
    const ids = new Set(reviews.map(reviewId));
    for (const row of known.filter(({ id, state }) => !ids.has(id) && state !== 'closed')) {
      const event = eventAt(now, 'closed', 'The question no longer arises.');
      await repository.save({ ...row, state: 'closed', history: [...row.history, event], updatedAt: now });
    }
  }

  /** Opens a question that a person asks. */
  async open(patientId: string, review: Review, request: ReviewRequest): Promise<ReviewEntity> {
    return this.database.transaction(async (manager) => {
      await lockPatient(manager, patientId);
      const repository = manager.getRepository(ReviewEntity);
      const now = new Date(request.at);
      const before = (await repository.findOneBy({ id: reviewId(review) })) ?? undefined;
      const row = toRow(patientId, review, before, now);
      const text = request.note ?? 'A review was asked for.';
      const event = { ...eventAt(now, 'requested', text), by: request.reviewer };
      await touchPatient(manager, patientId);
      return repository.save({ ...row, request, history: [...row.history, event], updatedAt: now });
    });
  }

  /**
   * Stores a decision on the review as the reviewer saw it, and marks the patient as changed.
   * @returns false if it was decided or changed by another meanwhile
   */
  async decide(seen: ReviewEntity, decision: StoredDecision): Promise<boolean> {
    const chosen = seen.candidates.find(({ key }) => key === decision.chosen)?.name;
    const text = [`${decision.answer}${chosen === undefined ? '' : `: ${chosen}`}`, decision.note ?? []]
      .flat()
      .join('; ');
    const at = new Date(decision.decidedAt);
    const event = { ...eventAt(at, 'decided', text), by: decision.reviewer };
    return this.database.transaction(async (manager) => {
      // In the order in which curation takes its locks.
      await lockPatient(manager, seen.patientId);
      const { affected } = await manager
        .getRepository(ReviewEntity)
        .update(
          { id: seen.id, state: In(['open', 'reopened']), shownDigest: seen.shownDigest, updatedAt: seen.updatedAt },
          { state: 'decided', decision, request: null, changes: [], history: [...seen.history, event], updatedAt: at },
        );
      if (affected === 0) return false;
      await touchPatient(manager, seen.patientId);
      return true;
    });
  }

  async findById(id: string): Promise<ReviewEntity | null> {
    return this.database.getRepository(ReviewEntity).findOneBy({ id });
  }

  /** A page, the oldest questions first. */
  async page({ states, patientIds, after }: ReviewFilter, limit: number): Promise<ReviewEntity[]> {
    const query = this.database.getRepository(ReviewEntity).createQueryBuilder('review').where('true');
    if (states) query.andWhere('review.state IN (:...states)', { states });
    if (patientIds) query.andWhere('review.patient_id = ANY(:patientIds)', { patientIds });
    if (after) query.andWhere('(review.opened_at, review.id) > (:openedAt, :id)', after);
    return query.orderBy({ 'review.opened_at': 'ASC', 'review.id': 'ASC' }).limit(limit).getMany();
  }
}

const lockPatient = async (manager: EntityManager, patientId: string) =>
  manager.query('SELECT FROM patient WHERE id = $1 FOR UPDATE', [patientId]);

const touchPatient = async (manager: EntityManager, patientId: string) =>
  manager.query('UPDATE patient SET input_revision = input_revision + 1 WHERE id = $1', [patientId]);

const eventAt = (now: Date, what: ReviewEvent['what'], text: string): ReviewEvent => ({
  at: now.toISOString(),
  what,
  by: null,
  text,
});

/** The row as it should be; `before` itself where that says the same. */
function toRow(patientId: string, review: Review, before: ReviewEntity | undefined, now: Date): ReviewEntity {
  const { state, kind, changes } = review;
  const event = eventAt(now, state === 'open' ? 'opened' : state, eventText(review));
  const { target, asked, candidates, proposed, shownDigest, sourceDigest } = review;
  const content = { target, asked, candidates, proposed, changes, shownDigest, sourceDigest };
  const fresh = { id: reviewId(review), patientId, kind, state, ...content, decision: null, request: null };
  if (!before) return { ...fresh, history: [event], openedAt: now, updatedAt: now };
  // What was decided stays as it was shown.
  const row = { ...before, state, ...(state === 'decided' ? { changes } : content) };
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(row)), JSON.parse(JSON.stringify(before)))) return before;
  const isChanged = state !== before.state || !isDeepStrictEqual(changes, before.changes);
  return { ...row, history: isChanged ? [...before.history, event] : before.history, updatedAt: now };
}

function eventText({ state, asked, changes }: Review): string {
  if (state === 'open') return asked;
  return state === 'reopened' ? changes.join('; ') : 'The decision holds again.';
}
