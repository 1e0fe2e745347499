import { describe, expect, it } from '@jest/globals';
import { itemsOf, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import { readLabel } from '../../src/modules/labels/dicom/label-reader.js';
import { encodeRejectionNote } from '../../src/modules/labels/rejection-note.js';
import { labelContentDigest } from '../../src/modules/labels/label-digest.js';
import { readDataset } from './read-back.js';
import { encode, matrix } from './seg-matrix.js';
import { dcentvfy, dciodvfy } from './validators.js';

/** One label of each vendor's spelling and more. */
const examples = matrix.filter((_, index) => index % 6 === 0);
const SUCCESSOR = '2.25.4711';

describe.each([
  ['superseded', SUCCESSOR, '113001', `Superseded by ${SUCCESSOR}`],
  ['retracted', null, '113037', 'The evidence no longer supports it'],
])('the rejection note of a %s label', (_, supersededBy, title, words) => {
  it.each(examples)('has no error in dciodvfy and agrees with the label in dcentvfy: $name', async (example) => {
    const label = encode(example).seg;
    const { bytes } = encodeRejectionNote(label.bytes, supersededBy);
    expect(await dciodvfy(bytes)).toMatchObject({ errors: [], exitCode: 0 });
    expect(await dcentvfy([label.bytes, bytes])).toMatchObject({ errors: [], exitCode: 0 });
  });

  it('names the label and nothing else, says why, and is the same every time', () => {
    const label = encode(examples[0]!).seg;
    const note = encodeRejectionNote(label.bytes, supersededBy);
    expect(encodeRejectionNote(label.bytes, supersededBy)).toEqual(note);
    const dataset = readDataset(note.bytes);
    expect(textOf(dataset, '00080016')).toBe('1.2.840.10008.5.1.4.1.1.88.59');
    expect(textOf(itemsOf(dataset, '0040A043')[0]!, '00080100')).toBe(title);
    const [study, ...studies] = itemsOf(dataset, '0040A375');
    const [series, ...more] = itemsOf(study!, '00081115');
    expect([studies, more]).toEqual([[], []]);
    expect(textOf(series!, '0020000E')).toBe(label.seriesInstanceUid);
    const [description, image] = itemsOf(dataset, '0040A730');
    expect(textOf(description!, '0040A160')).toBe(words);
    for (const reference of [itemsOf(series!, '00081199'), itemsOf(image!, '00081199')])
      expect(reference.map((item) => textOf(item, '00081155'))).toEqual([label.sopInstanceUid]);
  });

  it('lies in the study of the label, under its patient, in a series of its own, and reads back with its digest', () => {
    const label = encode(examples[0]!).seg;
    const note = encodeRejectionNote(label.bytes, supersededBy);
    const [before, after] = [readLabel(label.bytes), readLabel(note.bytes)];
    for (const tag of ['00080020', '00080050', '00100010', '00100020', '00100030', '00100040', '0020000D'])
      expect([tag, after[tag]?.Value]).toEqual([tag, before[tag]?.Value]);
    expect(textOf(after, '00100010')).toBeDefined();
    expect(note.seriesInstanceUid).not.toBe(label.seriesInstanceUid);
    expect(labelContentDigest(note.bytes)).toBe(note.contentDigest);
  });
});

it('two reasons, two labels: two notes', () => {
  const [first, second] = examples.map((example) => encode(example).seg.bytes);
  const uids = [
    encodeRejectionNote(first!, null),
    encodeRejectionNote(first!, SUCCESSOR),
    encodeRejectionNote(second!, null),
  ].map(({ sopInstanceUid }) => sopInstanceUid);
  expect(new Set(uids).size).toBe(3);
});
