import { type Command, UsageError } from '../../platform/cli/command.js';
import { STATES } from './review-view.js';
import { ReviewsService, type ReviewView } from './reviews.service.js';

type State = (typeof STATES)[number];

export const reviewsCommand: Command = {
  usage: 'reviews [--state STATE,…] [--json]',
  summary: 'questions that wait for a person; --state open, reopened, decided, closed',
  options: { state: { type: 'string' }, json: { type: 'boolean' } },
  async run({ options, app, write }) {
    const states = String(options['state'] ?? 'open,reopened').split(',');
    if (!states.every((state): state is State => STATES.some((known) => known === state)))
      throw new UsageError(`--state must be of ${STATES.join(', ')}, parted by commas.`);
    const service = (await app()).get(ReviewsService);
    for await (const review of service.all(states)) {
      await write(options['json'] === true ? `${JSON.stringify(review)}\n` : reviewText(review));
    }
    return 0;
  },
};

/** What is asked, and below it the candidates. */
function reviewText({
  id,
  state,
  patient,
  target,
  asked,
  proposed,
  candidates,
  decision,
  changes,
}: ReviewView): string {
  const issuer = patient.issuer === '' ? '' : ` (${patient.issuer})`;
  return [
    `${state} ${id}: patient ${patient.mrn}${issuer}, biopsy of ${target.procedureDate}. ${asked}`,
    ...candidates.map(({ key, name, score, sentence }) => {
      const weighed = score === null ? '' : ` ${score.toFixed(2)}`;
      return `  ${key === proposed ? '*' : '-'} ${name}${weighed}: ${sentence} [${key}]`;
    }),
    ...(decision ? [`  ${decision.decision} by ${decision.reviewer} on ${decision.decidedAt.slice(0, 10)}`] : []),
    ...changes.map((change) => `  changed since: ${change}`),
    '',
  ].join('\n');
}
