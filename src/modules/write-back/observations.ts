import type { Observation, ObservationComponent, Patient, Reference } from '@medplum/fhirtypes';
import { uuidFrom } from '../../platform/ids.js';
import { LATERALITY, LESION, LONG_AXIS } from '../labels/dicom/finding.js';
import type { LabelLesion } from '../labels/label-segment.js';
import { prostateRegion } from '../labels/prostate/prostate-anatomy.js';
import { GLEASON_SCORE, GRADE_FINDING, GRADE_GROUP, PIRADS_CATEGORY } from '../labels/prostate/prostate-codes.js';
import { prostateEvaluations } from '../labels/prostate/prostate-evaluations.js';
import { concept, hl7Concept } from './coding.js';

/** A stored label, as far as it is told to the FHIR server. */
export interface LabelOnRecord {
  sopInstanceUid: string;
  studyInstanceUid: string;
  sourceSeriesUid: string;
  plannedAt: Date;
  segments: LabelLesion[];
}

/** A report that lesions or specimens were read from. */
export interface ReportOnRecord {
  /** DiagnosticReport/<id> */
  reference: string;
  subject: Reference<Patient>;
  /** YYYY-MM-DD */
  effectiveDate: string | null;
}

export type OwnObservation = Observation & { id: string };

const DEVICE = { display: 'lesion-curator' };

/**
 * One Observation per lesion and per specimen on the labels of one source series; specimens come first, since lesions
 * refer to them. An observation keeps its id over the versions of a label. Radiology and pathology reports are named by
 * the Provenance: derivedFrom takes no DiagnosticReport in R4.
 *
 * @param labels stored ones of one source series; the first that has a lesion speaks for it
 * @param reports by report id
 * @returns lesions that a person has confirmed as final, and specimens all of whose lesions are; else preliminary
 */
export function toObservations(labels: LabelOnRecord[], reports: Map<string, ReportOnRecord>): OwnObservation[] {
  const specimens = new Map<string, OwnObservation>();
  const lesions = new Map<string, OwnObservation>();
  for (const { sourceSeriesUid, segments } of labels) {
    for (const segment of segments) {
      const status: Observation['status'] = segment.isReviewed ? 'final' : 'preliminary';
      const parts = segment.specimens.map((specimen) => {
        const report = reports.get(specimen.reportId)!;
        const place = specimen.key.slice(specimen.reportId.length);
        const id = uuidFrom('observation', sourceSeriesUid, report.reference, place);
        const known = specimens.get(id);
        if (known) return segment.isReviewed ? known : { ...known, status };
        return toSpecimenObservation(id, specimen, report, status);
      });
      for (const part of parts) specimens.set(part.id, part);
      const id = uuidFrom('observation', sourceSeriesUid, segment.trackingUid);
      if (lesions.has(id)) continue;
      const report = reports.get(segment.lesion.reportId)!;
      lesions.set(id, { ...toLesionObservation(id, segment, report, status), ...members(parts) });
    }
  }
  return [...specimens.values(), ...lesions.values()];
}

export const ownIdentifier = (id: string) => ({ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` });

const members = (parts: OwnObservation[]): Pick<Observation, 'hasMember'> =>
  parts.length === 0 ? {} : { hasMember: parts.map(({ id }) => ({ reference: `Observation/${id}` })) };

function toLesionObservation(
  id: string,
  { trackingUid, segmentLabel, lesion, gradeGroup, specimens }: LabelLesion,
  { subject, effectiveDate }: ReportOnRecord,
  status: Observation['status'],
): OwnObservation {
  const { region, laterality } = prostateRegion(lesion.location);
  const evaluations = prostateEvaluations(lesion.pirads, gradeGroup, specimens);
  const component: ObservationComponent[] = evaluations.map(({ question, answer }) => {
    const codes = question.value === GRADE_GROUP.value ? [question, GRADE_FINDING] : [PIRADS_CATEGORY, question];
    return { code: concept(question.meaning, ...codes), valueCodeableConcept: concept(answer.meaning, answer) };
  });
  if (lesion.sizeMm !== null) {
    const mm = { unit: 'mm', system: 'http://unitsofmeasure.org', code: 'mm' };
    component.push({ code: concept('Size', LONG_AXIS), valueQuantity: { value: lesion.sizeMm, ...mm } });
  }
  if (laterality) {
    const side = concept(laterality.meaning, laterality);
    component.push({ code: concept('Laterality', LATERALITY), valueCodeableConcept: side });
  }
  return {
    resourceType: 'Observation',
    id,
    // The second names the segment in the SEG and the group in the SR.
    identifier: [ownIdentifier(id), { system: 'urn:dicom:uid', value: `urn:oid:${trackingUid}` }],
    status,
    category: [hl7Concept('observation-category', 'imaging')],
    code: concept('Lesion of the prostate', LESION),
    subject,
    ...(effectiveDate !== null && { effectiveDateTime: effectiveDate }),
    valueString: segmentLabel,
    bodySite: concept(placeWords(lesion.location) || region.meaning, region),
    device: DEVICE,
    ...(component.length > 0 && { component }),
  };
}

function toSpecimenObservation(
  id: string,
  { label, diagnosis, isup, gleason }: LabelLesion['specimens'][number],
  { subject, effectiveDate }: ReportOnRecord,
  status: Observation['status'],
): OwnObservation {
  const [grade] = prostateEvaluations(null, isup, [{ isup, gleason }]);
  const { region } = prostateRegion({ zone: null, side: null });
  const component: ObservationComponent[] = [];
  if (diagnosis !== null) component.push({ code: concept('Diagnosis'), valueCodeableConcept: concept(diagnosis) });
  const score = gleasonWords(gleason);
  if (score !== null) component.push({ code: concept('Gleason score', GLEASON_SCORE), valueString: score });
  const noGrade = diagnosis === null || diagnosis === 'adenocarcinoma' ? 'unknown' : 'not-applicable';
  return {
    resourceType: 'Observation',
    id,
    identifier: [ownIdentifier(id)],
    status,
    category: [hl7Concept('observation-category', 'laboratory')],
    code: concept('ISUP grade group', GRADE_GROUP, GRADE_FINDING),
    subject,
    ...(effectiveDate !== null && { effectiveDateTime: effectiveDate }),
    ...(grade
      ? { valueCodeableConcept: concept(grade.answer.meaning, grade.answer) }
      : { dataAbsentReason: hl7Concept('data-absent-reason', noGrade) }),
    bodySite: concept(region.meaning, region),
    ...(label !== '' && { specimen: { display: label } }),
    device: DEVICE,
    ...(component.length > 0 && { component }),
  };
}

const placeWords = ({ side, zone, levels, positions }: LabelLesion['lesion']['location']): string =>
  [side, zone, ...levels, ...positions].filter(Boolean).join(' ');

/** `3+4=7`, or what of it is known. */
function gleasonWords(gleason: LabelLesion['specimens'][number]['gleason']): string | null {
  if (gleason === null) return null;
  const { primary, secondary, sum } = gleason;
  if (primary !== null && secondary !== null) return `${primary}+${secondary}=${sum ?? primary + secondary}`;
  return sum === null ? null : String(sum);
}
