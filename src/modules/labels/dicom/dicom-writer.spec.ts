import { describe, expect, it } from '@jest/globals';
import dcmjs from 'dcmjs';
import fc from 'fast-check';
import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { writeDicomFile } from './dicom-writer.js';
import { element, lazySequence, sequence } from './elements.js';

const META = {
  '00020001': element('OB', [0, 1]),
  '00020002': element('UI', '1.2.840.10008.5.1.4.1.1.66.4'),
  '00020010': element('UI', '1.2.840.10008.1.2.1'),
};

const write = (dataset: DicomJson) => writeDicomFile(META, dataset);
const read = (bytes: Uint8Array) => dcmjs.data.DicomMessage.readFile(bytes.slice().buffer);
/** The bytes of the data set alone, in hex. */
const hexOf = (dataset: DicomJson) => Buffer.from(write(dataset)).subarray(write({}).length).toString('hex');

describe('writeDicomFile', () => {
  it('is a preamble, DICM, and a file meta group of the stated length', () => {
    const bytes = write({});
    expect(bytes.subarray(0, 128).every((byte) => byte === 0)).toBe(true);
    expect(Buffer.from(bytes.subarray(128, 132)).toString()).toBe('DICM');
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(140, true);
    expect(bytes.length).toBe(144 + length);
    expect(read(bytes).meta['00020010']!.Value).toEqual(['1.2.840.10008.1.2.1']);
  });

  it.each([
    ['room for all of it', 4096],
    ['too little room', 1],
  ])('ends in zeroed Pixel Data of even length, with %s', (_, expectedHeadBytes) => {
    const dataset = { '00080060': element('CS', 'SEG') };
    const bytes = writeDicomFile(META, dataset, { bytes: 3, expectedHeadBytes });
    const head = write(dataset);
    expect(Buffer.from(bytes.subarray(0, head.length))).toEqual(Buffer.from(head));
    const pixelData = 'e07f1000' + '4f42' + '0000' + '04000000' + '00000000';
    expect(Buffer.from(bytes.subarray(head.length)).toString('hex')).toBe(pixelData);
  });

  it('writes a sequence whose items are made while it is read as one whose items are there', () => {
    const items = [1, 2, 3].map((number) => ({ '00200013': element('IS', String(number)) }));
    const lazy = lazySequence(() => items.values());
    const bytes = writeDicomFile(META, { '00081140': lazy });
    expect(Buffer.from(bytes)).toEqual(Buffer.from(write({ '00081140': sequence(...items) })));
  });

  it.each<[string, DicomJson, string]>([
    ['text, padded with a space', { '00080060': element('CS', 'SEG') }, '08006000' + '4353' + '0400' + '53454720'],
    ['several values', { '00080008': element('CS', 'A', 'B') }, '08000800' + '4353' + '0400' + '415c4220'],
    ['a UID, padded with NUL', { '00080018': element('UI', '1.2') }, '08001800' + '5549' + '0400' + '312e3200'],
    ['nothing', { '00100020': element('LO') }, '10002000' + '4c4f' + '0000'],
    ['UTF-8', { '00100010': element('PN', { Alphabetic: 'Ö' }) }, '10001000' + '504e' + '0200' + 'c396'],
    [
      'a name in three scripts',
      { '00100010': element('PN', { Alphabetic: 'A', Phonetic: 'b' }) },
      '10001000' + '504e' + '0400' + '413d3d62',
    ],
    ['unsigned shorts', { '0062000D': element('US', 1, 65535) }, '62000d00' + '5553' + '0400' + '0100ffff'],
    ['unsigned longs', { '00209157': element('UL', 1, 258) }, '20005791' + '554c' + '0800' + '0100000002010000'],
    ['floats', { '00700022': element('FL', 1, -2.5) }, '70002200' + '464c' + '0800' + '0000803f000020c0'],
    [
      'a tag as group and element',
      { '00209165': element('AT', 0x0062000b) },
      '20006591' + '4154' + '0400' + '62000b00',
    ],
    ['a 32-bit length', { '00620020': element('UT', 'id') }, '62002000' + '5554' + '0000' + '02000000' + '6964'],
    ['an empty sequence', { '00081115': sequence() }, '08001511' + '5351' + '0000' + '00000000'],
    [
      'a sequence with its lengths',
      { '00081115': sequence({ '00080060': element('CS', 'MR') }) },
      '08001511' + '5351' + '0000' + '12000000' + 'feff00e0' + '0a000000' + '08006000' + '4353' + '0200' + '4d52',
    ],
  ])('writes %s', (_name, dataset, hex) => {
    expect(hexOf(dataset)).toBe(hex);
  });

  it('sorts the tags, in items too', () => {
    const item = { '0020000E': element('UI', '1.2'), '0008114A': sequence() };
    const hex = hexOf({ '00100020': element('LO', 'ab'), '00081115': sequence(item) });
    expect(hex.indexOf('08001511')).toBeLessThan(hex.indexOf('10002000'));
    expect(hex.indexOf('08004a11')).toBeLessThan(hex.indexOf('20000e00'));
  });

  it('is read back by dcmjs, whatever the sizes', () => {
    const ascii = fc.string({ unit: fc.constantFrom(...'ABCxyz019'), minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(ascii, { maxLength: 400 }), ascii, (labels, id) => {
        const items = labels.map((label, index) => ({
          '00620004': element('US', index),
          '00620005': element('LO', label),
        }));
        const { dict } = read(write({ '00100020': element('LO', id), '00620002': sequence(...items) }));
        expect(dict['00100020']!.Value).toEqual([id]);
        const found = (dict['00620002']!.Value as DicomJson[]).map((item) => [
          item['00620004']!.Value![0],
          item['00620005']!.Value![0],
        ]);
        expect(found).toEqual(labels.map((label, index) => [index, label]));
      }),
    );
  });

  it('refuses what does not fit, naming the tag but not the value', () => {
    expect(() => write({ '00104000': element('LT', 'x'.repeat(70_000)) })).toThrow(
      'The value of 00104000 takes 70000 bytes, too many for VR LT',
    );
    expect(() => write({ '00186011': element('FD', 1) })).toThrow('VR FD is not written');
  });
});
