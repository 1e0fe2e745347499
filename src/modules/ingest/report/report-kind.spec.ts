import { describe, expect, it } from '@jest/globals';
import type { DiagnosticReport } from '@medplum/fhirtypes';
import { reportKindOf } from './report-kind.js';

const radiology: [string, string][] = [
  [
    'en, with an earlier biopsy',
    'MRI PROSTATE WITH CONTRAST. History: prior biopsy 2019, Gleason 3+3=6 adenocarcinoma in 2 of 12 cores. Findings: T2 hypointense lesion, restricted diffusion on ADC, left peripheral zone, 12 mm. PI-RADS 4. Seminal vesicles normal. No lymphadenopathy.',
  ],
  ['en, terse', 'mpMRI prostate. Volume 45 cc. 9 mm lesion right PZ mid, ADC low. PI-RADS 4.'],
  [
    'en, normal',
    'MR pelvis prostate. T2 and DWI. Peripheral zone and transition zone without focal lesion. PI-RADS 1.',
  ],
  ['de', 'MRT der Prostata. T2w, DWI, DCE. Herd in der peripheren Zone rechts, 12 mm. Samenblasen frei. PI-RADS 4.'],
  [
    'nl',
    'MRI prostaat. Volume 40 ml. Laesie in de perifere zone links, diffusierestrictie, 10 mm, PI-RADS 4. Zaadblaasjes normaal.',
  ],
  [
    'fr',
    'IRM de la prostate. Séquences T2, diffusion. Lésion de la zone périphérique droite, hyposignal T2, 12 mm, PI-RADS 4. Vésicules séminales normales.',
  ],
  [
    'es',
    'RM de próstata. Secuencias T2 y difusión. Lesión en zona periférica izquierda de 11 mm, PI-RADS 4. Vesículas seminales normales.',
  ],
];
const pathology: [string, string][] = [
  [
    'en, after an MRI',
    'SURGICAL PATHOLOGY. Clinical data: PI-RADS 4 lesion on MRI, left peripheral zone. A. Prostate, left mid, needle core biopsy: prostatic adenocarcinoma, Gleason 3+4=7, Grade Group 2, 2 of 3 cores, 40 %. No perineural invasion.',
  ],
  [
    'en, benign',
    'Pathology report. Prostate, right base, needle biopsy: benign prostatic tissue, no carcinoma in two cores.',
  ],
  [
    'en, prostatectomy',
    'Radical prostatectomy specimen: acinar adenocarcinoma, Gleason score 4+3=7, pT3a, margins negative. Prostate 45 g.',
  ],
  [
    'de',
    'Histologie. Prostatastanzbiopsie rechts: Adenokarzinom, Gleason 3+4=7, ISUP-Gradgruppe 2, 2 von 6 Stanzen befallen.',
  ],
  ['nl', 'Pathologie. Prostaatbiopten rechts: adenocarcinoom, Gleason 3+4=7, ISUP graad 2, 2 van 6 biopten.'],
  [
    'fr',
    'Anatomie pathologique. Biopsies prostatiques droites : adénocarcinome, Gleason 3+4=7, groupe de grade 2, 2 carottes sur 6.',
  ],
  [
    'es',
    'Anatomía patológica. Biopsia de próstata derecha: adenocarcinoma, Gleason 3+4=7, grupo de grado 2, 2 de 6 cilindros.',
  ],
  [
    'en, terse and all benign',
    'Prostate biopsy, collected 05/10/2024. DIAGNOSIS A) Target 1 (left peripheral zone): Benign, 0/2 cores. B) right base: Benign, 0/2 cores.',
  ],
  [
    'de, terse and all benign',
    'Prostatabiopsie. 1. rechts Basis: 0/2 Stanzen, gutartig. 2. links Basis: 0/2 Stanzen, gutartig.',
  ],
];
const neither: [string, string][] = [
  ['nothing', ''],
  [
    'knee',
    'MRI left knee. History: prostate cancer 2015. T2 hyperintense signal in the medial meniscus. No diffusion sequence. Joint effusion.',
  ],
  [
    'spine',
    'MRI lumbar spine with contrast. Known prostate cancer, Gleason 9. T2 and STIR sequences, 3 T. Metastasis in L3, hypointense signal. No lymphadenopathy.',
  ],
  [
    'CT',
    'CT abdomen and pelvis with contrast. Prostate enlarged, volume 60 ml. Seminal vesicles normal. No lymphadenopathy.',
  ],
  [
    'CT in a letter, with a stage',
    'Dear Mr Smith, CT abdomen with contrast. Known prostate cancer T2 N0. Prostate volume 60 ml. Seminal vesicles normal. No lymphadenopathy.',
  ],
  [
    'PSMA PET/CT',
    'PSMA PET/CT. Prostate cancer, Gleason 4+4=8 on biopsy. Uptake in the prostate, SUV 12. No lymph node metastases.',
  ],
  ['bone scan', 'Bone scintigraphy. Prostate carcinoma, Gleason 8. No metastases.'],
  ['chest x-ray', 'Chest radiograph. No infiltrate.'],
  [
    'colon biopsy',
    'Surgical pathology. Colon, sigmoid, biopsy: tubular adenoma. Clinical data: prostate cancer 2010. Microscopic description: atypical glands.',
  ],
  [
    'breast core biopsy',
    'Pathology. Breast, core needle biopsy: invasive carcinoma, 3 of 3 cores. Specimen in formalin.',
  ],
  ['PSA', 'PSA 7.2 ng/ml, prostate specific antigen. Laboratory.'],
  [
    'ultrasound',
    'Transrectal ultrasound of the prostate. Volume 45 ml. Hypoechoic area left. Seminal vesicles normal.',
  ],
];

describe('the words decide', () => {
  it.each(radiology)('radiology: %s', (_name, text) => expect(reportKindOf(text)).toBe('radiology'));
  it.each(pathology)('pathology: %s', (_name, text) => expect(reportKindOf(text)).toBe('pathology'));
  it.each(neither)('neither: %s', (_name, text) => expect(reportKindOf(text)).toBeNull());

  it('whatever the codes say', () => {
    const coded = (code: string): DiagnosticReport => ({
      resourceType: 'DiagnosticReport',
      status: 'final',
      code: {},
      category: [{ coding: [{ code }] }],
    });
    for (const [, text] of radiology) expect(reportKindOf(text, coded('SP'))).toBe('radiology');
    for (const [, text] of pathology) expect(reportKindOf(text, coded('RAD'))).toBe('pathology');
  });

  it('in capitals and with other line breaks', () => {
    for (const [, text] of radiology)
      expect(reportKindOf(text.toUpperCase().replaceAll(' ', '\r\n'))).toBe('radiology');
    for (const [, text] of pathology)
      expect(reportKindOf(text.toUpperCase().replaceAll(' ', '\r\n'))).toBe('pathology');
  });
});

it('takes time in proportion to the length', () => {
  const [, text = ''] = radiology[0] ?? [];
  expect(reportKindOf(text.repeat(8000))).toBe('radiology');
  for (const filler of ['prostate ', 'MRI a ', 'gland a', '0'.repeat(9), 'biops a', 'volume ']) {
    expect([null, 'radiology', 'pathology']).toContain(reportKindOf(`prostate ${filler.repeat(200_000)}`));
  }
});
