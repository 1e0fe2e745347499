import { type Command, UsageError } from '../../platform/cli/command.js';
import { PatientRepository } from '../ingest/patient.repository.js';
import { MatchingRepository, type TargetExplanation } from '../matching/matching.repository.js';
import { REASONS } from '../reasons.js';

export const explainCommand: Command = {
  usage: 'explain --patient MRN [--issuer ISSUER] [--json]',
  summary: 'for each target of a patient, what it was linked to and why, or why it led to no label',
  options: { patient: { type: 'string' }, issuer: { type: 'string' }, json: { type: 'boolean' } },
  async run({ options, app, write }) {
    const mrn = options['patient'] as string | undefined;
    if (mrn === undefined) throw new UsageError('Name a patient with --patient.');
    const context = await app();
    const patients = await context.get(PatientRepository).findByMrn(mrn, options['issuer'] as string | undefined);
    const [patient, ...others] = patients;
    if (!patient) throw new UsageError('No patient of this number is known.');
    if (others.length > 0) throw new UsageError('Several issuers gave this number; name one with --issuer.');
    const targets = await context.get(MatchingRepository).explain(patient.id);
    const lines = targets.length > 0 ? targets.map(explanationLine).join('') : 'No biopsy target of this patient.\n';
    await write(options['json'] === true ? `${JSON.stringify(targets, null, 2)}\n` : lines);
    return 0;
  },
};

function explanationLine({ label, procedureDate, sentences, reason, detail, labelState }: TargetExplanation): string {
  const outcome = reason
    ? `no label, ${reason}: ${REASONS[reason]} (${detail})`
    : labelState === null
      ? 'not looked at yet'
      : `label ${labelState}`;
  return `target ${label} of ${procedureDate}: ${[...sentences, outcome].join('; ')}\n`;
}
