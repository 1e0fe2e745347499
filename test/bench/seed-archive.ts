import type { DiagnosticReport, Resource } from '@medplum/fhirtypes';
import { type CohortPatient, fhirBundle, generateCohort, MRN_SYSTEM } from '../fixtures/cohort/cohort.js';
import { type Dataset, element, toPart10 } from '../fixtures/cohort/dataset.js';
import { type SeriesPlan, studyFiles, type StudyPlan } from '../fixtures/cohort/mr-image.js';
import { type Random, random, uidOf } from '../fixtures/cohort/random.js';
import { otherPathology, otherRadiology } from './other-reports.js';

/** What the replaced pipeline worked on. */
export const SEED = { studies: 1916, series: 31_671, radiology: 10_788, pathology: 3286, targets: 591 };

export interface SeedArchive {
  /** The patients with targets, together as many as asked for. */
  withTargets: readonly CohortPatient[];
  /** Part 10 files without Pixel Data, built one at a time. */
  files(): Generator<Uint8Array>;
  resources(): Generator<Resource>;
  counts: typeof SEED;
}

/** Patients without targets of their own, who have a prostate MRI report and mostly a pathology report all the same. */
const PROSTATE_REPORTS_WITHOUT_TARGETS = 1000;
/** Of the studies of other regions, this share belongs to patients with targets: the service must look at them. */
const SHARE_OF_PATIENTS_WITH_TARGETS = 0.6;
const REGIONS = ['BRAIN', 'KNEE', 'LSPINE', 'LIVER', 'SHOULDER'] as const;

/** A hospital's archive at the scale of the seed, or a part of it; deterministic. */
export function seedArchive(part = 1): SeedArchive {
  const counts = Object.fromEntries(
    Object.entries(SEED).map(([name, count]) => [name, Math.round(count * part)]),
  ) as typeof SEED;
  const { patients } = generateCohort({ seed: 591, patients: counts.targets + 1000 });
  const withTargets: CohortPatient[] = [];
  let targets = 0;
  for (const patient of patients) {
    if (targets + patient.targets.length > counts.targets) continue;
    withTargets.push(patient);
    targets += patient.targets.length;
    if (targets === counts.targets) break;
  }
  const withoutTargets = patients
    .filter((patient) => !withTargets.includes(patient))
    .slice(0, Math.round(PROSTATE_REPORTS_WITHOUT_TARGETS * part));

  const prostateStudies = withTargets.flatMap(({ studies }) => studies);
  const prostateSeries = prostateStudies.reduce((sum, { series }) => sum + series.length, 0);
  const otherStudies = counts.studies - prostateStudies.length;
  const otherSeries = counts.series - prostateSeries;
  /** Of a patient with targets, in the year before the biopsy as often as at another time. */
  const ownerOf = (study: number, chance: Random): { patientId: string; date: string } => {
    const date = `20${chance.integer(10, 24)}0${chance.integer(1, 9)}${chance.integer(10, 28)}`;
    if (!chance.chance(SHARE_OF_PATIENTS_WITH_TARGETS))
      return { patientId: `N${String(study).padStart(6, '0')}`, date };
    const { patientId, biopsyDate } = chance.pick(withTargets);
    const near = new Date(Date.parse(biopsyDate) - chance.integer(1, 364) * 86_400_000);
    return { patientId, date: chance.chance(0.5) ? near.toISOString().slice(0, 10).replaceAll('-', '') : date };
  };

  return {
    withTargets,
    counts,
    *files() {
      for (const patient of withTargets)
        for (const study of patient.studies) yield* studyFiles(thinned(study), patient, patient.anatomy, false);
      for (let study = 0; study < otherStudies; study++) {
        const chance = random('seed study', study);
        const seriesOfStudy = Math.floor(otherSeries / otherStudies) + (study < otherSeries % otherStudies ? 1 : 0);
        yield* otherStudy(study, ownerOf(study, chance), seriesOfStudy, chance);
      }
    },
    *resources() {
      const left = { radiology: counts.radiology, pathology: counts.pathology };
      for (const patient of [...withTargets, ...withoutTargets]) {
        for (const { resource } of fhirBundle(patient).entry ?? []) {
          if (resource?.resourceType === 'DiagnosticReport')
            left[resource.id?.endsWith('-path') ? 'pathology' : 'radiology']--;
          yield resource!;
        }
      }
      const subjects = [...withTargets, ...withoutTargets].map(({ fhirId }) => fhirId);
      for (let stranger = 0; stranger < subjects.length; stranger++) yield strangerOf(stranger);
      subjects.push(...subjects.map((_, stranger) => `stranger-${stranger}`));
      for (const kind of ['radiology', 'pathology'] as const)
        for (let index = 0; index < left[kind]; index++) yield otherReport(kind, index, subjects);
    },
  };
}

/** All slices of what may carry a label, and one of every other series. */
const thinned = (study: StudyPlan): StudyPlan => ({ ...study, series: study.series.map(thinnedSeries) });

const thinnedSeries = (series: SeriesPlan): SeriesPlan =>
  series.kind === 't2Axial'
    ? series
    : {
        ...series,
        stacks: series.stacks.slice(0, 1).map((stack) => ({ ...stack, slices: 1 })),
        contrasts: series.contrasts.slice(0, 3),
      };

function* otherStudy(
  study: number,
  { patientId, date }: { patientId: string; date: string },
  series: number,
  chance: Random,
): Generator<Uint8Array> {
  const region = chance.pick(REGIONS);
  const common: Dataset = {
    '00080005': element('CS', 'ISO_IR 192'),
    '00080008': element('CS', 'ORIGINAL', 'PRIMARY', 'M', 'NONE'),
    '00080016': element('UI', '1.2.840.10008.5.1.4.1.1.4'),
    '00080020': element('DA', date),
    '00080030': element('TM', '101500'),
    '00080050': element('SH', `Z${study}`),
    '00080060': element('CS', 'MR'),
    '00080070': element('LO', 'SIEMENS'),
    '00081030': element('LO', `MRI ${region}`),
    '00100010': element('PN', { Alphabetic: 'Other^Person' }),
    '00100020': element('LO', patientId),
    '00180015': element('CS', region),
    '00180080': element('DS', '3500'),
    '00180081': element('DS', '90'),
    '0020000D': element('UI', uidOf('seed study', study)),
    '00200037': element('DS', '1', '0', '0', '0', '1', '0'),
    '00280010': element('US', 256),
    '00280011': element('US', 256),
    '00280030': element('DS', '0.8', '0.8'),
  };
  for (let number = 1; number <= series; number++)
    for (let instance = 1, instances = chance.pick([1, 1, 2, 3]); instance <= instances; instance++)
      yield toPart10({
        ...common,
        '00080018': element('UI', uidOf('seed instance', study, number, instance)),
        '0008103E': element('LO', `t2_tse_${chance.pick(['tra', 'sag', 'cor'])}_${number}`),
        '0020000E': element('UI', uidOf('seed series', study, number)),
        '00200011': element('IS', String(number)),
        '00200013': element('IS', String(instance)),
        '00200032': element('DS', '-100', '-100', String(instance * 4)),
      });
}

const strangerOf = (stranger: number): Resource => ({
  resourceType: 'Patient',
  id: `stranger-${stranger}`,
  identifier: [{ system: MRN_SYSTEM, value: `N${String(stranger).padStart(6, '0')}` }],
});

function otherReport(kind: 'radiology' | 'pathology', index: number, subjects: readonly string[]): DiagnosticReport {
  const chance = random('seed report', kind, index);
  const { code, text } = kind === 'radiology' ? otherRadiology(chance) : otherPathology(chance);
  const day = `20${chance.integer(10, 24)}-0${chance.integer(1, 9)}-${chance.integer(10, 28)}`;
  return {
    resourceType: 'DiagnosticReport',
    id: `other-${kind}-${index}`,
    status: 'final',
    category: [{ coding: [{ code: kind === 'radiology' ? 'RAD' : 'SP' }] }],
    code: { text: code },
    subject: { reference: `Patient/${chance.pick(subjects)}` },
    effectiveDateTime: `${day}T09:00:00Z`,
    issued: `${day}T15:00:00Z`,
    presentedForm: [{ contentType: 'text/plain; charset=utf-8', data: Buffer.from(text).toString('base64') }],
  };
}
