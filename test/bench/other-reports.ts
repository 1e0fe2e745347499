import type { Random } from '../fixtures/cohort/random.js';

/** Reports that a prostate service must pass over, as most of a hospital's are; some of them name the prostate. */
export interface OtherReport {
  readonly code: string;
  readonly text: string;
}

export const otherRadiology = (chance: Random): OtherReport => compose(chance, chance.pick(RADIOLOGY));
export const otherPathology = (chance: Random): OtherReport => compose(chance, chance.pick(PATHOLOGY));

interface Template {
  readonly code: string;
  readonly head: string;
  readonly findings: readonly string[];
  readonly conclusions: readonly string[];
}

/** A head, most of the findings with a number filled in, and one conclusion. */
function compose(chance: Random, { code, head, findings, conclusions }: Template): OtherReport {
  const said = findings
    .filter(() => chance.chance(0.8))
    .map((finding) => finding.replace('#', String(chance.integer(3, 48))));
  return { code, text: `${head}\n\nFINDINGS:\n${said.join(' ')}\n\nIMPRESSION:\n${chance.pick(conclusions)}\n` };
}

const RADIOLOGY: readonly Template[] = [
  {
    code: 'CT chest',
    head: 'CT OF THE CHEST WITH CONTRAST\n\nINDICATION: Cough for six weeks.\nTECHNIQUE: 1 mm slices after 80 ml of contrast medium.',
    findings: [
      'Solid nodule of # mm in the right upper lobe.',
      'No pleural effusion.',
      'Mediastinal lymph nodes of up to # mm in the short axis.',
      'Heart and great vessels are of normal size.',
      'Emphysema of the upper lobes.',
      'Degenerative changes of the thoracic spine.',
      'Small hiatal hernia.',
      'The adrenal glands are not enlarged.',
    ],
    conclusions: ['Pulmonary nodule; control in three months.', 'No pneumonia. Emphysema.'],
  },
  {
    code: 'CT abdomen and pelvis',
    head: 'CT ABDOMEN AND PELVIS\n\nINDICATION: Abdominal pain.\nTECHNIQUE: Portal venous phase.',
    findings: [
      'Liver without focal lesion.',
      'Simple cyst of # mm in the left kidney.',
      'Diverticula of the sigmoid without inflammation.',
      'The prostate is enlarged to # mm and indents the bladder floor.',
      'No free fluid.',
      'Calcifications of the abdominal aorta.',
      'Inguinal hernia on the left.',
      'No enlarged lymph nodes.',
    ],
    conclusions: ['Diverticulosis. Enlarged prostate.', 'No cause of the pain is found.'],
  },
  {
    code: 'MRI brain',
    head: 'MRI OF THE BRAIN\n\nINDICATION: Headache.\nTECHNIQUE: T1, T2, FLAIR, DWI, susceptibility-weighted images at 1.5 Tesla.',
    findings: [
      'No restricted diffusion.',
      'About # small white matter lesions, most likely vascular.',
      'Ventricles are of normal width.',
      'No space-occupying lesion.',
      'Mucosal swelling of # mm in the left maxillary sinus.',
      'Vessels show normal flow voids.',
    ],
    conclusions: ['No acute infarction.', 'Microangiopathy, Fazekas 1.'],
  },
  {
    code: 'MRI lumbar spine',
    head: 'MRT DER LENDENWIRBELSÄULE\n\nFragestellung: Lumboischialgie.\nTechnik: T1 und T2 sagittal, T2 axial.',
    findings: [
      'Bandscheibenvorfall L4/5 rechts, # mm.',
      'Spinalkanal regelrecht weit.',
      'Facettengelenksarthrose L5/S1.',
      'Hämangiom von # mm in LWK 2.',
      'Kein Knochenmarködem.',
    ],
    conclusions: ['Bandscheibenvorfall L4/5 mit Kontakt zur Nervenwurzel.', 'Degenerative Veränderungen.'],
  },
  {
    code: 'Ultrasound abdomen',
    head: 'ULTRASOUND OF THE ABDOMEN\n\nINDICATION: Raised liver values.',
    findings: [
      'Echogenic liver, # mm above the costal margin.',
      'Gallstone of # mm without wall thickening.',
      'Kidneys without dilatation.',
      'The prostate measures # ml; residual urine none.',
      'Spleen not enlarged.',
    ],
    conclusions: ['Fatty liver. Gallstone.', 'Normal findings.'],
  },
];

const PATHOLOGY: readonly Template[] = [
  {
    code: 'Colon biopsy',
    head: 'SURGICAL PATHOLOGY REPORT\n\nSPECIMEN: A. Colon, sigmoid, polyp.\nGROSS: Fragments of tissue in formalin.',
    findings: [
      'Tubular adenoma of # mm with low-grade dysplasia.',
      'The margin is free.',
      'No high-grade dysplasia.',
      'Chronic inflammation of the lamina propria.',
    ],
    conclusions: ['Tubular adenoma with low-grade dysplasia.', 'Hyperplastic polyp.'],
  },
  {
    code: 'Skin excision',
    head: 'DERMATOPATHOLOGY\n\nSPECIMEN: Skin of the back, excision.\nGROSS: Spindle of skin.',
    findings: [
      'Basal cell carcinoma, nodular, # mm.',
      'Deep margin free by # mm.',
      'No perineural growth.',
      'Solar elastosis.',
    ],
    conclusions: ['Basal cell carcinoma, completely removed.', 'Compound naevus.'],
  },
  {
    code: 'Bladder biopsy',
    head: 'PATHOLOGY\n\nSPECIMEN: Urinary bladder, transurethral resection.\nGROSS: Several chips.',
    findings: [
      'Papillary urothelial carcinoma, low grade.',
      'Detrusor muscle is present and free.',
      'Chips of prostatic tissue are not included.',
      'The largest fragment measures # mm.',
    ],
    conclusions: ['Non-invasive papillary urothelial carcinoma, pTa.', 'Chronic cystitis.'],
  },
];
