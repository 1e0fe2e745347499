import type { Exclusion } from '../matching/match-patient.js';
import type { ReasonCode } from '../reasons.js';
import type { EndReason } from './label.entity.js';
import type { LabelLesion } from './label-segment.js';

/**
 * Why targets that were on a label are on none any more: the report of their lesion was withdrawn, or the reason of
 * their exclusion, or they are gone.
 *
 * @param withdrawn why reports count no more that were cancelled, entered in error or deleted, by DiagnosticReport/<id>
 */
export const whyEnded =
  (exclusions: Exclusion[], withdrawn: Map<string, ReasonCode>) =>
  (segments: LabelLesion[]): EndReason[] =>
    segments.flatMap(({ target, furtherTargets, lesion }) =>
      [target, ...furtherTargets].map(({ id, label }): EndReason => {
        const reason = withdrawn.get(lesion.report);
        if (reason) return { target: label, reason, detail: lesion.report };
        const exclusion = exclusions.find(({ entity, entityKey }) => entity === 'target' && entityKey === id);
        return exclusion
          ? { target: label, reason: exclusion.reason, detail: exclusion.detail }
          : { target: label, reason: 'target-gone', detail: 'the target is there no more' };
      }),
    );
