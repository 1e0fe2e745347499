import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { pickSeries } from './series-pick.js';
import { classifySeries } from './series-role.js';

const TAGS = [
  '00080005',
  '00080008',
  '00080016',
  '00080032',
  '00080060',
  '00080070',
  '0008103E',
  '00180010',
  '00180020',
  '00180022',
  '00180023',
  '00180024',
  '00180050',
  '00180080',
  '00180081',
  '00180082',
  '00180088',
  '00180091',
  '00181030',
  '00181314',
  '00189087',
  '0019100C',
  '00190010',
  '00200011',
  '00200037',
  '00200100',
  '00200105',
  '00204000',
  '00280010',
  '00280011',
  '00280030',
  '00281054',
  '00409096',
  '00431039',
  '20011003',
  '52009229',
  '52009230',
  '00189117',
  '00081115',
  '00189112',
];
const ROLES = ['T2W', 'DWI', 'ADC', 'DCE', 'T1W', 'LOCALIZER', 'DERIVED', 'OTHER'];
const PLANES = ['axial', 'sagittal', 'coronal', 'oblique', null];

const words = fc.constantFrom(
  'ORIGINAL',
  'DERIVED',
  'DIFFUSION',
  'ADC',
  'MR',
  'EP',
  'SE',
  'GR',
  't2_tse_tra',
  'b1400',
  'ep_b800t',
  '1000001400\\8',
  'dyn',
  '3D',
);
const value = fc.oneof(words, fc.string(), fc.integer(), fc.double(), fc.jsonValue());
const element = (nested: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        vr: fc.string({ maxLength: 2 }),
        Value: fc.array(fc.oneof(value, nested), { maxLength: 6 }),
      }),
    },
    fc.record({ vr: fc.constant('OB'), InlineBinary: fc.oneof(fc.base64String(), value) }),
    fc.record({ vr: fc.constant('DS'), Value: value }),
    fc.jsonValue(),
  );
const datasetOf = (nested: fc.Arbitrary<unknown>): fc.Arbitrary<DicomJson> =>
  fc.dictionary(fc.oneof(fc.constantFrom(...TAGS), fc.string()), element(nested), {
    maxKeys: 12,
  }) as fc.Arbitrary<DicomJson>;
const leaf = datasetOf(words);
/** Functional groups hold sequences, which hold data sets. */
const dataset = fc.oneof(leaf, datasetOf(datasetOf(leaf)));
const series = fc.record({
  id: fc.string(),
  dicom: fc.oneof(dataset, fc.array(dataset, { maxLength: 4 })),
  instances: fc.nat(),
});

it('answers any DICOM JSON with a valid classification', () => {
  fc.assert(
    fc.property(series, (input) => {
      const answer = classifySeries(input);
      expect(answer.id).toBe(input.id);
      expect(ROLES).toContain(answer.role);
      expect(PLANES).toContain(answer.plane);
      expect(answer.bValues).toEqual([...new Set(answer.bValues)].sort((a, b) => a - b));
      expect(answer.bValues.every((bValue) => Number.isInteger(bValue) && bValue >= 0)).toBe(true);
      if (answer.role !== 'DWI') expect(answer).toMatchObject({ bValues: [], calculated: false });
      expect(answer.reason).toMatch(/^\w+: .+\.$/s);
      expect(classifySeries(input)).toEqual(answer);
    }),
    { numRuns: 500 },
  );
});

it('answers any study with series of that study', () => {
  fc.assert(
    fc.property(fc.array(series, { maxLength: 5 }), (all) => {
      const ids = [...all.map(({ id }) => id), null];
      const { t2w, highB, adc } = pickSeries({ id: 'study', series: all });
      for (const picked of [t2w, highB, adc]) expect(ids).toContain(picked);
    }),
    { numRuns: 100 },
  );
});
