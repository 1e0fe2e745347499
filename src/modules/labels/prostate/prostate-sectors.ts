import { type AnatomicRegion, LEFT, RIGHT } from '../dicom/anatomic-region.js';
import type { Code } from '../dicom/elements.js';

/** SNOMED CT codes of the sectors of PI-RADS v2.1 on the right and on the left, and their meaning (PS3.16 CID 6304). */
const SECTORS: Record<string, readonly [right: string, left: string, meaning: string]> = {
  'PZa base': ['716904003', '716905002', '# anterior basal peripheral zone of prostate'],
  'PZa mid': ['716919002', '716920008', '# anterior middle peripheral zone of prostate'],
  'PZa apex': ['716936005', '716937001', '# anterior apical peripheral zone of prostate'],
  'PZpl base': ['716906001', '716907005', '# posterolateral basal peripheral zone of prostate'],
  'PZpl mid': ['716921007', '716922000', '# posterolateral middle peripheral zone of prostate'],
  'PZpl apex': ['716938006', '716939003', '# posterolateral apical peripheral zone of prostate'],
  'PZpm base': ['836428004', '836427009', '# posteromedial basal peripheral zone of prostate'],
  'PZpm mid': ['716923005', '716924004', '# posteromedial middle peripheral zone of prostate'],
  'PZpm apex': ['716940001', '716941002', '# posteromedial apical peripheral zone of prostate'],
  'TZa base': ['716896009', '716897000', '# anterior basal transition zone of prostate'],
  'TZa mid': ['716913001', '716914007', '# anterior middle transition zone of prostate'],
  'TZa apex': ['716930004', '716931000', '# anterior apical transition zone of prostate'],
  'TZp base': ['716898005', '716899002', '# posterior basal transition zone of prostate'],
  'TZp mid': ['716915008', '716916009', '# posterior middle transition zone of prostate'],
  'TZp apex': ['716932007', '716933002', '# posterior apical transition zone of prostate'],
  'CZ base': ['716900007', '716901006', 'Central zone of # half prostate'],
  'AFS base': ['716892006', '716893001', '# basal anterior fibromuscular stroma of prostate'],
  'AFS mid': ['716909008', '716910003', '# middle anterior fibromuscular stroma of prostate'],
  'AFS apex': ['716926002', '716927006', '# apical anterior fibromuscular stroma of prostate'],
  SV: ['74308000', '42320003', '# seminal vesicle'],
};
const URETHRAL_SPHINCTER: Code = { value: '717027004', scheme: 'SCT', meaning: 'Male external urethral sphincter' };

/** The coded region of a sector such as `R PZpl mid`, `L SV` or `US`; undefined for what is none of the 41. */
export function prostateSector(sector: string): AnatomicRegion | undefined {
  if (sector === 'US') return { region: URETHRAL_SPHINCTER };
  const [, side, place] = /^([RL]) ([A-Z]{2}.*)$/.exec(sector) ?? [];
  const coded = SECTORS[place ?? ''];
  if (!coded) return undefined;
  const [right, left, meaning] = coded;
  const region = (value: string, word: string): Code => ({
    value,
    scheme: 'SCT',
    meaning: meaning.replace('#', meaning.startsWith('#') ? word : word.toLowerCase()),
  });
  return side === 'L'
    ? { region: region(left, 'Left'), laterality: LEFT }
    : { region: region(right, 'Right'), laterality: RIGHT };
}
