import { describe, expect, it } from '@jest/globals';
import { seriesOf } from './fixture-header.js';
import { classifySeriesJsonl, pickSeriesJsonl } from './series-jsonl.js';

async function* linesOf(...lines: string[]): AsyncGenerator<string> {
  yield* lines;
}

async function read(lines: AsyncIterable<string>): Promise<Record<string, unknown>[]> {
  const answers: Record<string, unknown>[] = [];
  for await (const line of lines) answers.push(JSON.parse(line) as Record<string, unknown>);
  return answers;
}

describe('series as JSON lines', () => {
  it('classifies line by line, keeps the order and goes on after a bad line', async () => {
    const t2 = JSON.stringify(seriesOf('a', { description: 'T2 tra' }));
    const adc = JSON.stringify(seriesOf('d', { description: 'ADC' }));
    const answers = await read(
      classifySeriesJsonl(linesOf(t2, '{"id": "b", "dicom": "Doe^Jane", "instances": 1}', '', 'not json', adc)),
    );
    expect(answers.map(({ id, role }) => [id, role])).toEqual([
      ['a', 'T2W'],
      ['b', undefined],
      [null, undefined],
      ['d', 'ADC'],
    ]);
    expect(answers[1]?.error).toBe('dicom: expected one DICOM JSON object or an array of them');
    expect(answers[2]?.error).toBe('not JSON');
    expect(JSON.stringify(answers)).not.toContain('Doe');
  });

  it('picks line by line', async () => {
    const study = {
      id: 'st',
      series: [seriesOf('a', { description: 'T2 tra' }), seriesOf('b', { description: 'ADC' })],
    };
    const answers = await read(pickSeriesJsonl(linesOf(JSON.stringify(study), '{"id": "x"}')));
    expect(answers).toEqual([
      expect.objectContaining({ id: 'st', t2w: 'a', highB: null, adc: 'b' }),
      { id: 'x', error: expect.stringContaining('series') },
    ]);
  });
});
