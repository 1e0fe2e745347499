import { expect, it } from '@jest/globals';
import { parseTargetRows } from './target-rows.js';

const row = {
  patient_id: '007',
  procedure_date: '2024-03-15',
  label: 'T1',
  x: 1,
  y: '-2.5',
  z: 3,
  coordinate_system: 'RAS',
};

it('reads good rows and refuses bad ones by their number', () => {
  const { targets, refused } = parseTargetRows(
    [row, 'text', { ...row, coordinate_system: 'IJK' }, { ...row, x: null }, { ...row, patient_id: undefined }],
    {},
  );
  expect(targets).toMatchObject([{ patientId: '007', pointLps: [-1, 2.5, 3], procedureDate: '2024-03-15', row: 1 }]);
  expect(refused.map((one) => one.row)).toEqual([2, 3, 4, 5]);
});
