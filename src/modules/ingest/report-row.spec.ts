import { describe, expect, it } from '@jest/globals';
import type { DiagnosticReport } from '@medplum/fhirtypes';
import { emptyRow } from './report-row.js';

const report = (more: Partial<DiagnosticReport>): DiagnosticReport => ({
  resourceType: 'DiagnosticReport',
  id: '1',
  status: 'final',
  code: {},
  ...more,
});
const first = emptyRow(report({ issued: '2024-03-05T10:00:00Z' }), 'first');

describe('the day of a report', () => {
  it.each<[string, Partial<DiagnosticReport>, string | null]>([
    ['an instant', { effectiveDateTime: '2024-03-01T23:30:00-05:00', issued: '2024-03-04T08:00:00Z' }, '2024-03-01'],
    ['the start of a period', { effectivePeriod: { start: '2024-03-02' } }, '2024-03-02'],
    ['else when it was issued', { issued: '2024-03-04T08:00:00Z' }, '2024-03-04'],
    ['no day', { effectiveDateTime: '2024' }, null],
  ])('%s', (_, more, day) => {
    expect(emptyRow(report(more), 'hash').effectiveDate).toBe(day);
  });

  // An amendment half a year later lost its study.
  it('stays that of the first version when an amendment states only when it was issued', () => {
    const amended = { status: 'amended', issued: '2024-09-30T10:00:00Z' } as const;
    expect(emptyRow(report(amended), 'second', first).effectiveDate).toBe('2024-03-05');
    expect(emptyRow(report({ ...amended, effectiveDateTime: '2024-03-01' }), 'third', first).effectiveDate).toBe(
      '2024-03-01',
    );
  });
});
