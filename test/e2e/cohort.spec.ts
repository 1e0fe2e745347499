import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expectation, generateCohort, targetFiles } from '../fixtures/cohort/cohort.js';
import { itemsOf, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import { readDataset } from '../conformance/read-back.js';
import { readLesions, readReport } from '../conformance/read-report.js';
import { segUids, storedUids } from './end-state.js';
import { startWorld, type World } from './world.js';
import { requireValidObjects, writtenInstances } from './written-objects.js';

// 34 patients hold every flaw once.
const cohort = generateCohort({ seed: 7, patients: 36 });
const gold = cohort.patients.map(expectation);

interface SegmentRow {
  target: string;
  mrn: string;
  study: string;
  series: string;
  center: number[];
  pirads: number;
  isup: number | null;
  size: number;
}

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.loadCohort(cohort);
  for (const patient of cohort.patients) {
    for (const { path, content } of targetFiles(patient)) {
      const file = join(world.folder, 'targets', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }
}, 300_000);

afterAll(async () => world?.stop());

const labelledSegments = () =>
  world.sql<SegmentRow>(`
    SELECT segment -> 'target' ->> 'label' AS target, patient.mrn, study_instance_uid AS study,
      source_series_uid AS series, segment -> 'box' -> 'centerLps' AS center, segment -> 'lesion' -> 'pirads' AS pirads,
      segment -> 'gradeGroup' AS isup, segment -> 'lesion' -> 'sizeMm' AS size
    FROM label JOIN patient ON patient.id = label.patient_id, jsonb_array_elements(segments) segment
    WHERE label.kind = 'SEG' AND label.state = 'stored'`);

const dumpDatabase = async () => {
  const tables = ['patient', 'report', 'study', 'series', 'target', 'extraction', 'link', 'exclusion', 'label'];
  const rows = tables.map((table) =>
    world.sql(`SELECT to_jsonb(${table}) - 'row_sha256' AS row FROM ${table} ORDER BY 1`),
  );
  return JSON.stringify(await Promise.all(rows));
};

/** ISUP grade groups of the answers to LOINC 94734-1, by SNOMED CT and LOINC code. */
const GRADE_GROUPS = [
  ['1279715000', 'LA30794-4'],
  ['1279714001'],
  ['1279716004'],
  ['1279717008', '1279718003', '1279719006', 'LA30797-7'],
  ['1279720000', '1279721001', '1279722008', 'LA30798-5'],
];
const gradeGroupOf = (code: string | undefined): number | null =>
  code === undefined ? null : 1 + GRADE_GROUPS.findIndex((codes) => codes.includes(code));

describe('a whole cohort, from servers to labels', () => {
  it('imports every target', async () => {
    const { code, stdout } = await world.cli('import-targets', join(world.folder, 'targets'));
    const result = JSON.parse(stdout) as { imported: number; refused: unknown[] };
    expect(code).toBe(0);
    expect(result.refused).toEqual([]);
    expect(result.imported).toBe(gold.flatMap(({ targets }) => targets).length);
  }, 60_000);

  it('previews the labels without sending any', async () => {
    const { code, stdout } = await world.cli('sync', '--dry-run', '--json');
    const { labels, structuredReports } = JSON.parse(stdout) as Record<string, unknown[]>;
    const labelled = gold.filter(({ targets }) => targets.some(({ outcome }) => 'label' in outcome));
    expect(code).toBe(0);
    expect(labels).toHaveLength(labelled.length);
    const pointed = gold.filter(({ targets }) =>
      targets.some(({ outcome }) => 'reason' in outcome && outcome.reason === 'no-size'),
    );
    expect(structuredReports).toHaveLength(new Set([...labelled, ...pointed]).size);
    expect(await world.sql('SELECT FROM label')).toHaveLength(0);
  }, 120_000);

  it('stores the labels that the evidence supports, and no others', async () => {
    const { code, stderr } = await world.cli('sync');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const expected = gold.flatMap(({ patientId, targets }) =>
      targets.flatMap(({ target, outcome }) =>
        'label' in outcome
          ? [
              {
                target,
                mrn: patientId,
                study: outcome.label.studyInstanceUid,
                series: outcome.label.t2SeriesInstanceUid,
                center: outcome.label.centerLps.map((mm) => Math.round(mm * 100)),
                pirads: outcome.label.pirads,
                isup: outcome.label.isup,
                size: outcome.label.sizeMm,
              },
            ]
          : [],
      ),
    );
    const stored = (await labelledSegments()).map((row) => ({
      ...row,
      center: row.center.map((mm) => Math.round(mm * 100)),
    }));
    const byTarget = (a: { mrn: string; target: string }, b: { mrn: string; target: string }) =>
      a.mrn.localeCompare(b.mrn) || a.target.localeCompare(b.target);
    expect(stored.sort(byTarget)).toEqual(expected.sort(byTarget));
  }, 180_000);

  it('gives a reason for each target that it drops', async () => {
    const dropped = await world.sql<{ mrn: string; label: string; reason: string }>(`
      SELECT patient.mrn, target.label, exclusion.reason FROM exclusion
      JOIN target ON exclusion.entity = 'target' AND target.id::text = exclusion.entity_key
      JOIN patient ON patient.id = target.patient_id ORDER BY 1, 2`);
    const expected = gold.flatMap(({ patientId, targets }) =>
      targets.flatMap(({ target, outcome }) =>
        'reason' in outcome ? [{ mrn: patientId, label: target, reason: outcome.reason }] : [],
      ),
    );
    const order = (rows: { mrn: string; label: string }[]) =>
      [...rows].sort((a, b) => a.mrn.localeCompare(b.mrn) || a.label.localeCompare(b.label));
    expect(order(dropped)).toEqual(order(expected));
  });

  it('gives a reason for each report that it refuses', async () => {
    const refused = await world.sql<{ id: string; reason: string }>(
      `SELECT fhir_id AS id, refused AS reason FROM report WHERE is_current AND refused IS NOT NULL ORDER BY 1`,
    );
    const expected = gold.flatMap(({ refusedReports }) => refusedReports);
    expect(refused).toEqual(expect.arrayContaining([...expected]));
  });

  it('adds up: every entity is kept, pending or dropped for a reason', async () => {
    const { stdout } = await world.cli('yield', '--json');
    for (const row of JSON.parse(stdout) as { in: number; kept: number; pending: number; dropped: object }[]) {
      const dropped = Object.values(row.dropped).reduce((sum: number, count: number) => sum + count, 0);
      expect(row.kept + row.pending + dropped).toBe(row.in);
      expect(row.pending).toBe(0);
    }
    const { stdout: csv } = await world.cli('exclusions', '--csv');
    const [header, ...lines] = csv.trimEnd().split('\r\n');
    expect(header).toBe('entity,entityKey,issuer,mrn,reason,explanation,detail');
    expect(lines.filter((line) => line.startsWith('target,'))).toHaveLength(
      gold.flatMap(({ targets }) => targets).filter(({ outcome }) => 'reason' in outcome).length,
    );
  }, 60_000);

  it('stores one SEG object for each series, in which dciodvfy finds no error', async () => {
    const series = new Set((await labelledSegments()).map(({ series }) => series));
    expect(await segUids(world.orthanc)).toHaveLength(series.size);
    expect(await requireValidObjects(world.orthanc)).toBeGreaterThanOrEqual(series.size);
  }, 120_000);

  it('stores beside each SEG a report of the same lesions, coded, and with points where no size is stated', async () => {
    const filesOf = async (modality: string) =>
      Promise.all((await writtenInstances(world.orthanc, [modality])).map((id) => world.orthanc.file(id)));
    const trackings = (await filesOf('SEG')).flatMap((bytes) =>
      itemsOf(readDataset(bytes), '00620002').map((item) => ({
        // dcmjs takes text inside sequences for Latin-1, whatever the file says.
        id: Buffer.from(textOf(item, '00620020')!, 'latin1').toString('utf8'),
        uid: textOf(item, '00620021')!,
      })),
    );
    const lesions = (await Promise.all((await filesOf('SR')).map(readReport))).flatMap(readLesions);
    const boxes = lesions.filter(({ regions }) => regions.length > 0);
    const byUid = (a: { uid: string }, b: { uid: string }) => a.uid.localeCompare(b.uid);
    expect(boxes.map(({ tracking }) => tracking).sort(byUid)).toEqual(trackings.sort(byUid));

    const outcomes = gold.flatMap(({ targets }, index) =>
      targets.map(({ outcome }, at) => ({ outcome, pointLps: cohort.patients[index]!.targets[at]!.pointLps })),
    );
    /** Targets have three decimals, and a report holds them in single precision. */
    const written = (pointLps: readonly number[]) => pointLps.map((mm) => mm.toFixed(3));
    const summary = (pirads: string, isup: number | null, sizeMm: number | undefined, pointLps: readonly number[]) =>
      [pirads, isup, sizeMm, ...written(pointLps)].join(' ');
    const expected = outcomes.flatMap(({ outcome, pointLps }) => {
      if (!('label' in outcome)) return [];
      const { pirads, isup, sizeMm } = outcome.label;
      return [summary(`RID${50295 + pirads}`, isup, sizeMm, pointLps)];
    });
    const said = boxes.map(({ codes, sizeMm, pointLps }) =>
      summary(codes['130560']!, gradeGroupOf(codes['94734-1']), sizeMm, pointLps),
    );
    expect(said.sort()).toEqual(expected.sort());

    const points = lesions.filter(({ regions }) => regions.length === 0);
    const pointsOf = (list: { pointLps: readonly number[] }[]) =>
      list.map(({ pointLps }) => written(pointLps).join(' ')).sort();
    const withoutSize = outcomes.filter(({ outcome }) => 'reason' in outcome && outcome.reason === 'no-size');
    expect(pointsOf(points)).toEqual(pointsOf(withoutSize));
    expect(points.length).toBeGreaterThan(0);
    expect(points.map(({ sizeMm }) => sizeMm)).toEqual(points.map(() => undefined));
  }, 120_000);

  it('does nothing when nothing changed', async () => {
    // The first sync after the labels came in only learns that the studies grew by them.
    const objects = async () => [await segUids(world.orthanc), await storedUids(world.orthanc, 'SR')];
    const before = [await dumpDatabase(), await objects()];
    const { code, stdout } = await world.cli('sync', '--json');
    const { counts } = (JSON.parse(stdout) as { run: { counts: Record<string, number> } }).run;
    expect(code).toBe(0);
    expect(counts).toMatchObject({ reportsStored: 0, labelsStored: 0, structuredReportsStored: 0 });
    expect(counts['patientsCurated'] ?? 0).toBe(0);
    expect([await dumpDatabase(), await objects()]).toEqual(before);
  }, 120_000);
});
