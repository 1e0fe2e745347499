import { describe, expect, it } from '@jest/globals';
import { itemsOf, textOf } from './dicom-json.js';
import { parseNativeDicomXml } from './native-dicom-xml.js';
import { isUid, outcomesOfBody, sopInstanceUidOf } from './store-outcome.js';

const XML = `<?xml version="1.0" encoding="utf-8"?>
<!-- <DicomAttribute tag="00081155" vr="UI"> -->
<native:NativeDicomModel xmlns:native="http://dicom.nema.org/PS3.19/models/NativeDICOM">
  <DicomAttribute tag="00081190" vr="UR"><Value number="1">http://pacs.example/a?b&amp;c</Value></DicomAttribute>
  <DicomAttribute tag="00081198" vr="SQ" keyword="FailedSOPSequence">
    <Item number="1">
      <DicomAttribute keyword="FailureReason" vr='US' tag='00081197'><Value number="1">272</Value></DicomAttribute>
      <DicomAttribute tag="00081155" vr="UI"><Value number="1">1.2.2</Value></DicomAttribute>
    </Item>
    <Value number="1" />
  </DicomAttribute>
  <DicomAttribute tag="00081199" vr="SQ">
    <Item number="1"><DicomAttribute tag="00081155" vr="UI"><Value number="1">1.2.1</Value></DicomAttribute></Item>
    <Item number="2"><DicomAttribute tag="00081155" vr="UI"><Value number="1">1.2.3</Value></DicomAttribute></Item>
  </DicomAttribute>
</native:NativeDicomModel>`;

const ui = (uid: string) => ({ vr: 'UI', Value: [uid] });
const json = (stored: string[], failed: string[]) =>
  JSON.stringify({
    '00081199': { vr: 'SQ', Value: stored.map((uid) => ({ '00081155': ui(uid) })) },
    '00081198': {
      vr: 'SQ',
      Value: failed.map((uid) => ({ '00081155': ui(uid), '00081197': { vr: 'US', Value: [49152] } })),
    },
  });

describe('outcomesOfBody', () => {
  it('reads the XML form', () => {
    expect(outcomesOfBody(['1.2.1', '1.2.2', '1.2.3', '1.2.4'], XML).map(({ state }) => state)).toEqual([
      'stored',
      'rejected',
      'stored',
      'unknown',
    ]);
    expect(outcomesOfBody(['1.2.2'], XML)[0]!.failureReason).toBe(272);
  });

  it('reads the JSON form, alone or in a list', () => {
    for (const body of [json(['1.1'], ['1.2']), `[${json(['1.1'], ['1.2'])}]`])
      expect(outcomesOfBody(['1.1', '1.2', '1.3'], body)).toMatchObject([
        { state: 'stored' },
        { state: 'rejected', failureReason: 49152 },
        { state: 'unknown' },
      ]);
  });

  it('knows nothing of an instance that is both stored and failed', () => {
    expect(outcomesOfBody(['1.1'], json(['1.1'], ['1.1']))).toEqual([{ sopInstanceUid: '1.1', state: 'unknown' }]);
  });

  it.each(['', 'null', '[]', '{"00081199":', '<html><body>Stored!</body></html>', '<NativeDicomModel>', '3'])(
    'knows nothing from %j',
    (body) => {
      expect(outcomesOfBody(['1.1'], body)).toEqual([{ sopInstanceUid: '1.1', state: 'unknown' }]);
    },
  );

  it('passes a warning on', () => {
    const body = JSON.stringify({
      '00081199': { vr: 'SQ', Value: [{ '00081155': ui('1.1'), '00081196': { vr: 'US', Value: [45056] } }] },
    });
    expect(outcomesOfBody(['1.1'], body)).toMatchObject([{ state: 'stored', warningReason: 45056 }]);
  });
});

describe('parseNativeDicomXml', () => {
  it('keeps items apart, decodes entities and skips comments', () => {
    const dataset = parseNativeDicomXml(XML);
    expect(Object.keys(dataset).sort()).toEqual(['00081190', '00081198', '00081199']);
    expect(textOf(dataset, '00081190')).toBe('http://pacs.example/a?b&c');
    expect(itemsOf(dataset, '00081199').map((item) => textOf(item, '00081155'))).toEqual(['1.2.1', '1.2.3']);
  });
});

describe('sopInstanceUidOf', () => {
  const meta = (tag: number, vr: string, value: string) => {
    const text = Buffer.from(value.length % 2 ? `${value}\0` : value, 'latin1');
    const head = Buffer.alloc(8);
    head.writeUInt16LE(0x0002, 0);
    head.writeUInt16LE(tag, 2);
    head.write(vr, 4, 'latin1');
    head.writeUInt16LE(text.length, 6);
    return Buffer.concat([head, text]);
  };
  const version = Buffer.from([2, 0, 1, 0, 0x4f, 0x42, 0, 0, 2, 0, 0, 0, 0, 1]);
  const preamble = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);

  it('reads the meta header, a padded UID and an OB before it', () => {
    const file = Buffer.concat([preamble, version, meta(2, 'UI', '1.2.840'), meta(3, 'UI', '1.2.3'), Buffer.alloc(20)]);
    expect(sopInstanceUidOf(file)).toBe('1.2.3');
    expect(sopInstanceUidOf(new Uint8Array([0, ...file]).subarray(1))).toBe('1.2.3');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no preamble', meta(3, 'UI', '1.2.3')],
    ['no such element', Buffer.concat([preamble, meta(2, 'UI', '1.2.840'), Buffer.alloc(20)])],
    ['cut off', Buffer.concat([preamble, version])],
    ['a UID that is none', Buffer.concat([preamble, meta(3, 'UI', '1.2/../3'), Buffer.alloc(20)])],
  ])('gives nothing for %s', (_, file) => {
    expect(sopInstanceUidOf(file)).toBeUndefined();
  });
});

describe('isUid', () => {
  it.each([
    ['1.2.840.10008', true],
    ['', false],
    ['.', false],
    ['..', false],
    ['1.2/3', false],
    ['1'.repeat(65), false],
  ])('%s: %s', (text, expected) => expect(isUid(text)).toBe(expected));
});
