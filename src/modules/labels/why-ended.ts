import type { Exclusion } from '../matching/match-patient.js';
import type { EndReason } from './label.entity.js';
import type { LabelLesion } from './label-segment.js';

/**
 * Why targets that were on a label are on none any more: the report of their lesion was withdrawn, or the reason of
 * their exclusion, or they are gone.
 *
 * @param withdrawn reports that were cancelled or entered in error, as DiagnosticReport/<id>
 */
export const whyEnded =
  (exclusions: Exclusion[], withdrawn: string[]) =>
  (segments: LabelLesion[]): EndReason[] =>
    segments.flatMap(({ target, furtherTargets, lesion }) =>
      [target, ...furtherTargets].map(({ id, label }): EndReason => {
        if (withdrawn.includes(lesion.report))
          return { target: label, reason: 'report-withdrawn', detail: lesion.report };
        const exclusion = exclusions.find(({ entity, entityKey }) => entity === 'target' && entityKey === id);
        return exclusion
          ? { target: label, reason: exclusion.reason, detail: exclusion.detail }
          : { target: label, reason: 'target-gone', detail: 'the target is there no more' };
      }),
    );
