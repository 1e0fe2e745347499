import type { Provenance } from '@medplum/fhirtypes';
import { uuidFrom } from '../../platform/ids.js';
import { ENCODER } from '../labels/dicom/encoder-identity.js';
import { hl7Concept } from './coding.js';
import { type LabelOnRecord, ownIdentifier, type OwnObservation } from './observations.js';

/** What read a report. */
export interface EngineOnRecord {
  name: string;
  version: string;
  rulesetHash: string;
}

export type OwnProvenance = Provenance & { id: string };

/**
 * Where the observations and labels of one source series come from: the reports, and what read, matched and encoded
 * them, each with its version. One per series, in a new version when anything of it changes.
 *
 * @param reports DiagnosticReport/<id> of each
 * @param matchingRules of everything that decides beside the evidence
 */
export function toProvenance(
  labels: LabelOnRecord[],
  observations: OwnObservation[],
  reports: string[],
  engines: EngineOnRecord[],
  matchingRules: string,
): OwnProvenance {
  const recorded = new Date(Math.max(...labels.map(({ plannedAt }) => plannedAt.getTime())));
  const id = uuidFrom('provenance', labels[0]!.sourceSeriesUid);
  const { system, value } = ownIdentifier(id);
  return {
    resourceType: 'Provenance',
    id,
    meta: { tag: [{ system, code: value }] },
    target: [
      ...observations.map(({ id }) => ({ reference: `Observation/${id}` })),
      ...labels.map(({ sopInstanceUid }) => ({
        identifier: { system: 'urn:dicom:uid', value: `urn:oid:${sopInstanceUid}` },
        display: 'DICOM label',
      })),
    ],
    recorded: recorded.toISOString(),
    activity: hl7Concept('v3-DataOperation', 'CREATE'),
    agent: [
      agent('assembler', `${ENCODER.name}, encoder ${ENCODER.version}`),
      agent('assembler', `rules of matching ${matchingRules}`, matchingRules),
      ...engines.map(({ name, version, rulesetHash }) =>
        agent('performer', `${name} ${version}, ruleset ${rulesetHash}`, rulesetHash),
      ),
    ],
    entity: reports.map((reference) => ({ role: 'source', what: { reference } })),
  };
}

const agent = (type: string, display: string, version?: string) => ({
  type: hl7Concept('provenance-participant-type', type),
  who: { ...(version !== undefined && { identifier: { value: version } }), display },
});
