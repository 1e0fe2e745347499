/**
 * The number or letter by which reports, targets and pathology call a lesion: `1` for "Lesion 1", "ROI #1" and "Index 1".
 * A word alone stays.
 */
export const plainName = (label: string): string =>
  label
    .trim()
    .toLowerCase()
    .replace(/^(lesion|target|roi|focus|index|nr|no)?[\s.:#-]*(?=.)/, '');
