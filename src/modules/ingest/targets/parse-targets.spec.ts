import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseTargetFile } from './parse-targets.js';
import { toDate } from './parsed-target.js';

const known = { patientId: 'P1', procedureDate: '2015-03-12' };
const parse = (name: string, text: string, context: Parameters<typeof parseTargetFile>[2] = known) =>
  parseTargetFile(name, Buffer.from(text), context);

const fcsv = (header: string[], ...rows: string[]) => [...header.map((line) => `# ${line}`), ...rows, ''].join('\n');
const COLUMNS = 'columns = id,x,y,z,ow,ox,oy,oz,vis,sel,lock,label,desc,associatedNodeID';
const V4 = 'Markups fiducial file version = 4.10';
const V5 = 'Markups fiducial file version = 5.4';
const row = (x: unknown, y: unknown, z: unknown, label = 'F-1') => `n0,${x},${y},${z},0,0,0,1,1,1,0,${label},,v1`;

describe('.fcsv', () => {
  it.each<[string, string, [number, number, number], string]>([
    [
      '4.x, CoordinateSystem 0 is RAS',
      fcsv([V4, 'CoordinateSystem = 0', COLUMNS], row(-1.5, -2, 3)),
      [1.5, 2, 3],
      'RAS',
    ],
    ['4.x, 1 is LPS', fcsv([V4, 'CoordinateSystem = 1', COLUMNS], row(-1.5, -2, 3)), [-1.5, -2, 3], 'LPS'],
    ['5.x, the word RAS', fcsv([V5, 'CoordinateSystem = RAS', COLUMNS], row(1, 2, 3) + ',2,0'), [-1, -2, 3], 'RAS'],
    ['5.x, the word LPS', fcsv([V5, 'CoordinateSystem = LPS', COLUMNS], row(1, 2, 3) + ',2,0'), [1, 2, 3], 'LPS'],
    ['no minus zero', fcsv([V4, 'CoordinateSystem = 0', COLUMNS], row(0, 0, 0)), [0, 0, 0], 'RAS'],
    [
      'the order of the columns line',
      fcsv([V4, 'CoordinateSystem = 0', 'columns = label,z,y,x'], 'F-1,3,2,1'),
      [-1, -2, 3],
      'RAS',
    ],
    ['no columns line: Slicer’s own order', fcsv([V4, 'CoordinateSystem = 0'], row(1, 2, 3)), [-1, -2, 3], 'RAS'],
    ['header without spaces', `#CoordinateSystem=0\n#${COLUMNS}\n${row(1, 2, 3)}`, [-1, -2, 3], 'RAS'],
    [
      'CRLF and byte order mark',
      '\uFEFF' + fcsv([V4, 'CoordinateSystem = 0', COLUMNS], row(1, 2, 3)).replaceAll('\n', '\r\n'),
      [-1, -2, 3],
      'RAS',
    ],
    ['exponents', fcsv([V4, 'CoordinateSystem = 1', COLUMNS], row('1e1', '-2.5E-3', '.5')), [10, -0.0025, 0.5], 'LPS'],
  ])('%s', (_name, text, pointLps, declaredCoordinateSystem) => {
    expect(parse('a/Targets.fcsv', text)).toEqual({
      targets: [
        {
          patientId: 'P1',
          issuer: '',
          procedureDate: '2015-03-12',
          label: 'F-1',
          pointLps,
          declaredCoordinateSystem,
          sourceName: 'a/Targets.fcsv',
          row: expect.any(Number),
        },
      ],
      refused: [],
    });
  });

  it('keeps labels as they are, quoted ones too, and counts the lines of the file', () => {
    const text = fcsv(
      [V4, 'CoordinateSystem = 0', COLUMNS],
      row(1, 2, 3, '"RPZ, mid"'),
      '',
      row(4, 5, 6, ' 5" left '),
      row(7, 8, 9, ''),
      row(7, 8, 9, '"left'),
    );
    expect(parse('t.fcsv', text).targets.map(({ row, label }) => [row, label])).toEqual([
      [4, 'RPZ, mid'],
      [6, '5" left'],
      [7, ''],
      [8, '"left'],
    ]);
  });

  it.each<[string, string, number | null, RegExp]>([
    ['no coordinate system', fcsv([V4, COLUMNS], row(1, 2, 3)), null, /not guessed/],
    ['IJK', fcsv([V4, 'CoordinateSystem = 2', COLUMNS], row(1, 2, 3)), null, /not guessed/],
    ['no x', fcsv([V4, 'CoordinateSystem = 0', 'columns = id,y,z'], 'n,1,2'), null, /x, y and z/],
    ['a word', fcsv([V4, 'CoordinateSystem = 0', COLUMNS], row('Secret', 2, 3)), 4, /must be numbers/],
    ['NaN', fcsv([V4, 'CoordinateSystem = 0', COLUMNS], row('nan', 2, 3)), 4, /must be numbers/],
    ['Infinity', fcsv([V4, 'CoordinateSystem = 0', COLUMNS], row(1, 'Infinity', 3)), 4, /must be numbers/],
    ['too large for a double', fcsv([V4, 'CoordinateSystem = 0', COLUMNS], row(1, 2, '1e999')), 4, /must be numbers/],
    ['hexadecimal', fcsv([V4, 'CoordinateSystem = 0', COLUMNS], row('0x10', 2, 3)), 4, /must be numbers/],
    ['far away', fcsv([V4, 'CoordinateSystem = 0', COLUMNS], row(1, 2, -2000.1)), 4, /2000 mm/],
    ['a short line', fcsv([V4, 'CoordinateSystem = 0', COLUMNS], 'n,1,2'), 4, /must be numbers/],
    ['an empty coordinate', fcsv([V4, 'CoordinateSystem = 0', COLUMNS], row('', 2, 3)), 4, /must be numbers/],
    ['5.x, not placed', fcsv([V5, 'CoordinateSystem = LPS', COLUMNS], row(1, 2, 3) + ',0,0'), 4, /never placed/],
  ])('refuses %s', (_name, text, expectedRow, reason) => {
    const { targets, refused } = parse('t.fcsv', text);
    expect(targets).toEqual([]);
    expect(refused).toEqual([{ row: expectedRow, reason: expect.stringMatching(reason) }]);
    expect(JSON.stringify(refused)).not.toMatch(/Secret/);
  });

  it('goes on after a bad row', () => {
    const text = fcsv([V4, 'CoordinateSystem = 0', COLUMNS], row('x', 2, 3), row(1, 2, 3));
    expect(parse('t.fcsv', text)).toMatchObject({ targets: [{ row: 5 }], refused: [{ row: 4 }] });
  });

  it.each([
    [{ procedureDate: '2015-03-12' }, /patient is not known/],
    [{ patientId: 'P1' }, /procedure date is not known/],
    [{ patientId: 'P1', procedureDate: '12.3.2015' }, /YYYY-MM-DD/],
  ])('refuses what is not known from outside: %j', (context, reason) => {
    const { refused } = parse('t.fcsv', fcsv([V4, 'CoordinateSystem = 0', COLUMNS], row(1, 2, 3)), context);
    expect(refused[0]?.reason).toMatch(reason);
  });
});

describe('.mrk.json', () => {
  const markup = (more: object, ...points: object[]) => ({
    type: 'Fiducial',
    coordinateSystem: 'LPS',
    controlPoints: points,
    ...more,
  });
  const file = (...markups: object[]) =>
    JSON.stringify({ '@schema': 'https://x/markups-schema-v1.0.3.json#', markups });
  const point = (position: unknown, more: object = {}) => ({
    id: '1',
    label: 'F-1',
    position,
    positionStatus: 'defined',
    ...more,
  });

  it('takes each markup in its own frame', () => {
    const text = file(
      markup({ coordinateUnits: 'mm' }, point([1, 2, 3])),
      markup(
        { coordinateSystem: 'RAS', coordinateUnits: ['mm', 'mm', 'mm'] },
        point([1, 2, 3], { label: undefined, positionStatus: undefined }),
      ),
      markup({ controlPoints: undefined }),
    );
    const { targets, refused } = parse('t.mrk.json', text);
    expect(targets.map(({ row, label, pointLps }) => [row, label, pointLps])).toEqual([
      [1, 'F-1', [1, 2, 3]],
      [2, '', [-1, -2, 3]],
    ]);
    expect(refused).toEqual([]);
  });

  it.each<[string, string, number | null, RegExp]>([
    [
      'a point that was not placed',
      file(markup({}, point([1, 2, 3], { positionStatus: 'undefined' }))),
      1,
      /never placed/,
    ],
    ['a preview', file(markup({}, point([1, 2, 3], { positionStatus: 'preview' }))), 1, /never placed/],
    ['no frame', file(markup({ coordinateSystem: undefined }, point([1, 2, 3]))), 1, /RAS or LPS/],
    ['IJK', file(markup({ coordinateSystem: 'IJK' }, point([1, 2, 3]))), 1, /RAS or LPS/],
    ['metres', file(markup({ coordinateUnits: 'm' }, point([1, 2, 3]))), 1, /mm/],
    ['a line', file(markup({ type: 'Line' }, point([1, 2, 3]))), 1, /Fiducial/],
    ['two coordinates', file(markup({}, point([1, 2]))), 1, /must be numbers/],
    ['four coordinates', file(markup({}, point([1, 2, 3, 4]))), 1, /three/],
    ['null', file(markup({}, point([1, null, 3]))), 1, /must be numbers/],
    ['no position', file(markup({}, point(undefined))), 1, /must be numbers/],
    ['broken JSON', '{"markups":', null, /not valid JSON/],
    ['another JSON', '{"a":1}', null, /markups schema/],
  ])('refuses %s', (_name, text, expectedRow, reason) => {
    expect(parse('t.mrk.json', text)).toEqual({
      targets: [],
      refused: [{ row: expectedRow, reason: expect.stringMatching(reason) }],
    });
  });
});

describe('canonical CSV', () => {
  const HEADER =
    'patient_id,issuer,procedure_date,label,x,y,z,coordinate_system,frame_of_reference_uid,reference_series_uid';

  it('reads all columns, and a row’s own values before the context', () => {
    const text = `${HEADER}\n0042,HOSP,20150312,LPZ,1,2,3,RAS,1.2.3,1.2.4\n`;
    expect(parse('t.csv', text, { patientId: 'other', issuer: 'X', procedureDate: '2000-01-01' }).targets).toEqual([
      {
        patientId: '0042',
        issuer: 'HOSP',
        procedureDate: '2015-03-12',
        label: 'LPZ',
        pointLps: [-1, -2, 3],
        declaredCoordinateSystem: 'RAS',
        frameOfReferenceUid: '1.2.3',
        referenceSeriesUid: '1.2.4',
        sourceName: 't.csv',
        row: 2,
      },
    ]);
  });

  it.each<[string, string]>([
    ['the least, in another order', 'coordinate_system,z,y,x\nLPS,3,2,1'],
    ['CRLF, byte order mark, capitals, spaces, quotes', '\uFEFF X , Y , Z , Coordinate_System\r\n"1", 2 ,3,"lps"\r\n'],
    ['semicolons and decimal commas', 'x;y;z;coordinate_system\n1,0;2;3;LPS'],
    ['tabs', 'x\ty\tz\tcoordinate_system\n1\t2\t3\tLPS'],
    ['empty lines and rows', '\nx,y,z,coordinate_system\n\n1,2,3,LPS\n,,,\n'],
    ['unknown columns', 'x,y,z,coordinate_system,note\n1,2,3,LPS,"a, b"'],
    ['short rows', 'x,y,z,coordinate_system,label\n1,2,3,LPS'],
  ])('reads %s', (_name, text) => {
    expect(parse('t.csv', text)).toMatchObject({ targets: [{ pointLps: [1, 2, 3], patientId: 'P1' }], refused: [] });
  });

  it('reads UTF-16 with its mark', () => {
    const bytes = Buffer.from('\uFEFFx,y,z,coordinate_system,label\n1,2,3,LPS,Größe', 'utf16le');
    expect(parseTargetFile('t.csv', bytes, known).targets[0]?.label).toBe('Größe');
  });

  it.each<[string, string, number | null, RegExp]>([
    ['missing columns', 'x,y,label\n1,2,a', null, /lacks the columns z, coordinate_system/],
    ['nothing', '', null, /lacks the columns/],
    ['an open quote', 'x,y,z,coordinate_system\n"1,2,3,LPS', null, /quoted cell/],
    ['no coordinate system', 'x,y,z,coordinate_system\n1,2,3,', 2, /RAS or LPS/],
    ['a decimal comma among commas', 'x,y,z,coordinate_system\n1,5,2,3,LPS', 2, /more cells/],
    ['no such day', 'x,y,z,coordinate_system,procedure_date\n1,2,3,LPS,2015-02-30', 2, /YYYY-MM-DD/],
    ['not a UID', 'x,y,z,coordinate_system,frame_of_reference_uid\n1,2,3,LPS,1.02', 2, /frame_of_reference_uid/],
    ['not a UID either', 'x,y,z,coordinate_system,reference_series_uid\n1,2,3,LPS,none', 2, /reference_series_uid/],
  ])('refuses %s', (_name, text, expectedRow, reason) => {
    expect(parse('t.csv', text)).toEqual({
      targets: [],
      refused: [{ row: expectedRow, reason: expect.stringMatching(reason) }],
    });
  });
});

it('refuses other files and giants', () => {
  expect(parse('t.txt', 'x').refused[0]?.reason).toMatch(/must be a \.fcsv/);
  expect(parseTargetFile('t.csv', new Uint8Array(20_000_001), known).refused[0]?.reason).toMatch(/larger than 20 MB/);
});

it('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.constantFrom('a.fcsv', 'a.mrk.json', 'a.csv'), fc.uint8Array({ maxLength: 300 }), (name, bytes) => {
      parseTargetFile(name, bytes, known);
    }),
  );
  const start = '# CoordinateSystem = 0\nx,y,z,coordinate_system\n';
  fc.assert(
    fc.property(
      fc.constantFrom('a.fcsv', 'a.csv'),
      fc.string({ unit: fc.constantFrom(...'",;\n\r1.-eE xLPS#') }),
      (name, text) => {
        for (const { pointLps } of parse(name, start + text).targets)
          expect(pointLps.every(Number.isFinite)).toBe(true);
      },
    ),
  );
});

it('names days, and only days', () => {
  expect(['20240229', '2024-02-29', '20230229', '2024-13-01', '24-01-01', ''].map(toDate)).toEqual([
    '2024-02-29',
    '2024-02-29',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
