import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Candidate, Decision, Question, QuestionKind } from './decision.js';

/** reopened: decided once, but what that rested on has changed; closed: the question no longer arises. */
export type ReviewState = 'open' | 'decided' | 'reopened' | 'closed';

export type StoredDecision = Omit<Decision, 'targetId' | 'kind'> & {
  /** Who was logged in, as far as the token says. */
  principal: string | null;
};

/** Of a person who wants the link of a target to be reviewed. */
export interface ReviewRequest {
  note: string | null;
  reviewer: string | null;
  principal: string | null;
  /** ISO 8601 */
  at: string;
}

export interface ReviewEvent {
  /** ISO 8601 */
  at: string;
  what: 'opened' | 'requested' | 'decided' | 'reopened' | 'closed';
  /** null: the service */
  by: string | null;
  /** Reads as one plain sentence. */
  text: string;
}

/** A question about a target, with what a person needs to decide it and what was decided. */
@Entity('review')
export class ReviewEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'patient_id' }) patientId!: string;
  @Column('text') kind!: QuestionKind;
  @Column('text') state!: ReviewState;
  @Column('jsonb') target!: Question['target'];
  @Column('text') asked!: string;
  @Column('jsonb') candidates!: Candidate[];
  @Column('text', { nullable: true }) proposed!: string | null;
  @Column('jsonb') changes!: string[];
  @Column('text', { name: 'shown_digest' }) shownDigest!: string;
  @Column('text', { name: 'source_digest' }) sourceDigest!: string;
  @Column('jsonb', { nullable: true }) decision!: StoredDecision | null;
  @Column('jsonb', { nullable: true }) request!: ReviewRequest | null;
  @Column('jsonb') history!: ReviewEvent[];
  @Column('timestamptz', { name: 'opened_at' }) openedAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}
