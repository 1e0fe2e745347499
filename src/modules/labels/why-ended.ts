import type { Exclusion } from '../matching/match-patient.js';
import type { EndReason } from './label.entity.js';
import type { LabelSegment } from './label-segment.js';

/** Why targets that were on a label are on none any more: the reason of their exclusion, or that they are gone. */
export const whyEnded =
  (exclusions: Exclusion[]) =>
  (segments: LabelSegment[]): EndReason[] =>
    segments.flatMap(({ target, furtherTargets }) =>
      [target, ...furtherTargets].map(({ id, label }) => {
        const exclusion = exclusions.find(({ entity, entityKey }) => entity === 'target' && entityKey === id);
        return {
          target: label,
          reason: exclusion?.reason ?? 'target-gone',
          detail: exclusion?.detail ?? 'the target is there no more',
        };
      }),
    );
