import { NOWHERE, type Location } from '../extraction.js';
import { foldForMatching } from '../text/canonical-text.js';
import { readLocation } from './location-phrase.js';

export interface TargetLabel {
  readonly location: Location;
  /** The lesion, target or ROI number that the name holds, as printed. */
  readonly targetNumber: string | null;
  /** The name is one that software gave and says nothing. */
  readonly junk: boolean;
}

const JUNK =
  /^(?:f|markupsfiducial|markups|fiducial|point|p|target list|targets?|roi|new|test|untitled|unnamed|unknown|none|n\/?a)?[-_ .]*(?:\d+[-_ .]*)*$/;
const NUMBER =
  /(?:target|tgt|roi|lesion|lsn|zielvolumen|ziel|herd|lasion|laesion|laesie|afwijking|cible|lesie|objetivo|diana|index)[-_ .#:]*(?:no|nr)?[-_ .#:]*(\d{1,2}|[a-h](?![a-z]))|^t[-_ ]?(\d{1,2})\b|^#?(\d{1,2})[-_ .):]/;

/** Reads a biopsy target's name: `LPZplMid`, `RAntBase`, `Target 1`, `ROI2 left apex`; `F-1` says nothing. */
export function parseTargetLabel(label: string): TargetLabel {
  const shadow = foldForMatching(label.trim()).replace(/_/g, ' ');
  const numbered = NUMBER.exec(shadow);
  const at = numbered ? (numbered[1] ?? numbered[2] ?? numbered[3]) : undefined;
  const rest = numbered ? shadow.replace(numbered[0], ' ') : shadow;
  const { location } = readLocation(rest, { start: 0, end: rest.length }, 'en');
  const placed =
    location.side !== null || location.zone !== null || location.levels.length > 0 || location.positions.length > 0;
  const targetNumber = at === undefined ? null : at.toUpperCase();
  return {
    location: placed ? location : NOWHERE,
    targetNumber,
    junk: !placed && targetNumber === null && JUNK.test(shadow),
  };
}
