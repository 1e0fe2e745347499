import type { DiagnosticReport } from '@medplum/fhirtypes';
import type { ReportKind } from '../../extraction/extraction.js';

/**
 * Whether a report is about a prostate MRI, about prostate pathology or neither, by the words of its text in English,
 * German, Dutch, French and Spanish. Each cue counts once, however often it occurs. Category and code only break a tie:
 * they differ from hospital to hospital.
 */
export function reportKindOf(text: string, report?: DiagnosticReport): ReportKind | null {
  const words = plain(text);
  if (!/prosta/.test(words) && !PI_RADS.test(words)) return null;
  const title = words.slice(0, TITLE_LENGTH);
  const imaging = count(IMAGING, words) + 3 * count(IMAGING_TITLE, title);
  const tissue = count(TISSUE, words) + 3 * count(TISSUE_TITLE, title);
  if (imaging > tissue || (imaging === tissue && report !== undefined && !isCodedAsPathology(report))) {
    const isProstate = count(PROSTATE_ON_MRI, words) >= 2 && imaging >= 4 && MRI.test(words);
    return isProstate || PI_RADS.test(words) ? 'radiology' : null;
  }
  return tissue >= 3 && count(PROSTATE_TISSUE, words) >= 1 && FINDING.test(words) ? 'pathology' : null;
}

/** HL7 table 0074 (SP, PAT, CP …) and LOINC (LP7839-6 pathology, 11526-1 and 60568-3 reports). */
function isCodedAsPathology({ category = [], code }: DiagnosticReport): boolean {
  return [...category, code].some(({ coding = [] }) =>
    coding.some((one) => /^(SP|PAT|CP|CTH|OSL|LP7839-6|11526-1|60568-3|22634-0|66110-8)$/.test(one.code ?? '')),
  );
}

const TITLE_LENGTH = 300;

/** Lower case, without accents, one kind of white space. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/\s+/g, ' ')
    .toLowerCase();
}

const count = (cues: RegExp[], words: string) => cues.filter((cue) => cue.test(words)).length;

/** A score that only prostate MRI has. */
const PI_RADS = /pi[- ]?rads/;

/** Not a bare "MR", which is also a form of address, nor "T2", which is also a stage. */
const MRI =
  /\b(mp-?|bp-?)?(mri|mrt|irm|rmn?)\b|\bmr[- ]?(prosta|pelvi|imag|scan|of|tomo|untersuch|onderzoek|be[ck]ken)|magnetic resonance|magnetresonan|kernspin|resonan(ce|cia) magnet|magneetresonan|\bdwi\b|\badc\b|diffusion|difusion|diffusie|pi[- ]?rads/;

const IMAGING: RegExp[] = [
  PI_RADS,
  MRI,
  /\bt2w?\b(?! ?n\d)/,
  /\bdwi\b|diffusion|difusion|diffusie/,
  /\badc\b|\bcda\b/,
  /\bdce\b|contrast|kontrast|gadolinium|gadobut|dotarem|rehauss|realce/,
  /\bb[- ]?(value|wert|waarde|valeur|valor)|\bb ?= ?\d/,
  /\btesla\b|\b(1[.,]5|3([.,]0)?) ?t\b/,
  /hypointens|hipointens|hyposignal|signal|senal|signaal/,
  /sequence|sequenz|sequentie|secuencia/,
  /seminal vesicle|samenblas|samenbla|vesicules? seminal|vesiculas? seminal|zaadblas/,
  /lymph|ganglio|adenopath|lymfe/,
  /transition zone|transitional zone|transitionszone|transitiezone|overgangszone|zone de transition|zona (de )?transicion/,
  /peripheral zone|periphere zone|periphere[rn]? zone|perifere zone|zone peripherique|zona periferica|\bpz\b/,
];

const IMAGING_TITLE: RegExp[] = [
  /\b(mp-?|bp-?)?(mri|mrt|irm|rmn?)\b|magnetic resonance|magnetresonan|kernspin|resonan(ce|cia) magnet/,
];

const TISSUE: RegExp[] = [
  /gleason/,
  /\bisup\b|grade group|gradgruppe|graadgroep|groupe (de )?grade|grupo (de )?grado/,
  /adeno[ck]ar[cz]ino+m/,
  /\bcores?\b|stanz|carotte|cilindro|biopten|biopt\b|needle/,
  /specimen|praparat|materiaal|material|prelevement|piezas?\b|muestra/,
  /microscop|mikroskop|microscopi/,
  /gross description|macroscop|makroskop|macroscopi/,
  /perineural|perineuraal|perineuriel/,
  /prostatic tissue|prostatagewebe|prostaatweefsel|tissu prostatique|parenchyme prostatique|tejido prostatico|parenquima prostatico/,
  /intraepithelial|intra-epithelial|intraepiteliale?|hgpin|\bpin\b/,
  /\basap\b|small acinar|atypische|atypical/,
  /benign|gutartig|goedaardig/,
  /cribriform|kribriform|cribiforme/,
  /immunohist|\bp63\b|racemase|amacr|34betae12/,
  /formalin|formol|paraffin|cassette|kassette|block\b/,
  /patholog|histolog|anatomia patologica/,
  /pt[23][abc]?\b|margin|resektionsrand|snijvlak|marge/,
];

const TISSUE_TITLE: RegExp[] = [
  /patholog|histolog|anapath|anatomopat|anatomia patologica/,
  /^.{0,80}(prosta\w*.{0,20}(biop|stanz)|(biops|biopt)\w*.{0,20}prosta)/,
];

/** Two of these: an MRI of another organ may mention a prostate cancer of the past. */
const PROSTATE_ON_MRI: RegExp[] = [
  PI_RADS,
  /(mri|mrt|irm|rmn?|resonancia magnetica|magnetic resonance|kernspintomogra\w*)( \w+){0,4} prosta|prosta\w*[- ](mp-?)?(mri|mrt|irm|rm)\b/,
  /transition(al)? zone|transitionszone|transitiezone|overgangszone|zone de transition|zona (de )?transicion/,
  /peripheral zone|periphere[rn]? zone|perifere zone|zone peripherique|zona periferica|\bpz[a-z]*\b/,
  /seminal vesicle|samenblas|vesicules? seminal|vesiculas? seminal|zaadblas/,
  /(prostat\w*|gland|drusen?)[^.]{0,40}\b\d+([.,]\d+)? ?(ml|cc|cm3|cm³|g)\b|(prostat\w*[- ]?volum|volum\w*)/,
  /capsul|kapsel|extraprostati|extracapsul/,
];

const PROSTATE_TISSUE: RegExp[] = [
  /gleason/,
  /prostatic|prostatisch|prostatique|prostatico|prostatagewebe|prostaatweefsel/,
  /prostat\w*[- ,]{0,3}(needle|core|biop|stanz|chips|resect|resekt|adeno[ck]ar[cz]|[ck]ar[cz]ino+m)/,
  /(biops|stanz|carotte|cilindro|cores?|biopt|prostatectom|prostatekt|resect|resekt)[^.]{0,60}prosta/,
];

/** A diagnosis on tissue; the report of taking the samples has none. */
const FINDING =
  /[ck]ar[cz]ino+m|benign|gutartig|goedaardig|hgpin|intra-?epit|h[iy]perplas|asap|atyp|malign|tumou?r|prostatiti|atroph|insufficient/;
