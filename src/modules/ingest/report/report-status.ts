import type { DiagnosticReport } from '@medplum/fhirtypes';

export type ReportState = 'read' | 'wait' | 'withdrawn';

/** What the status of a report asks for (FHIR R4, DiagnosticReport.status). An unknown word waits for a person's care. */
export function reportState(status: DiagnosticReport['status'] | undefined): ReportState {
  switch (status) {
    case 'final':
    case 'amended':
    case 'corrected':
    case 'appended':
      return 'read';
    case 'entered-in-error':
    case 'cancelled':
      return 'withdrawn';
    default:
      return 'wait';
  }
}
