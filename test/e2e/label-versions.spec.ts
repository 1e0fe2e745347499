import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { NOWHERE } from '../../src/modules/extraction/extraction.js';
import type { LabelLesion } from '../../src/modules/labels/label-segment.js';
import { LabelRepository } from '../../src/modules/labels/label.repository.js';
import type { PlannedLabel } from '../../src/modules/labels/plan-labels.js';
import { RemovalRepository } from '../../src/modules/labels/removal.repository.js';
import { openDatabase } from '../../src/platform/database/data-source.js';
import type { EmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { startTemporaryPostgres } from '../fixtures/servers/temporary-postgres.js';

const PATIENT = '00000000-0000-4000-8000-000000000001';
const NOW = new Date('2026-03-10T12:00:00Z');

let postgres: EmbeddedPostgres;
let database: DataSource;
let labels: LabelRepository;
let removals: RemovalRepository;

beforeAll(async () => {
  postgres = await startTemporaryPostgres();
  database = await openDatabase(postgres.databaseUrl);
  labels = new LabelRepository(database);
  removals = new RemovalRepository(database);
  await database.query(`INSERT INTO patient (id, issuer, mrn) VALUES ($1, '', 'P1')`, [PATIENT]);
}, 60_000);
afterAll(async () => {
  await database?.destroy();
  await postgres?.stop();
});
beforeEach(async () => database.query('TRUNCATE label'));

const lesion = (targetId: string): LabelLesion => ({
  segmentNumber: null,
  segmentLabel: 'L1',
  trackingId: 'T1 2026-01-01',
  trackingUid: '2.25.1',
  lesion: {
    key: 'r1/lesions/0',
    reportId: 'r1',
    report: 'DiagnosticReport/a',
    label: '1',
    pirads: 4,
    sizeMm: 10,
    dimsMm: [10],
    location: NOWHERE,
    quotes: [],
  },
  target: { id: targetId, label: 'T1', procedureDate: '2026-01-01', pointLps: [1, 2, 3] },
  furtherTargets: [],
  specimens: [],
  gradeGroup: null,
  box: null,
  isReviewed: false,
  confidence: 1,
  sentences: [],
});

/** A label of one target on a series. */
const label = async (series: string, sopInstanceUid: string, targetId = 't1'): Promise<PlannedLabel> => ({
  kind: 'SEG',
  logicalKey: series,
  studyInstanceUid: '1.2',
  sourceSeriesUid: series,
  sopInstanceUid,
  seriesInstanceUid: `${sopInstanceUid}.1`,
  contentDigest: 'digest',
  segments: [lesion(targetId)],
  seg: new Uint8Array([1]),
  follows: await labels.latestVersion(series),
});

const plan = (planned: PlannedLabel[]) =>
  database.transaction((manager) => labels.applyPlan(manager, PATIENT, planned, () => [], NOW));

/** Sends what is due. */
async function send(state: 'stored' | 'rejected' = 'stored'): Promise<void> {
  for (const held of await labels.lease(8)) await labels.settle(held, { state, outcome: '' });
}

const rows = () =>
  database.query<{ uid: string; state: string; supersededBy: string | null }[]>(
    `SELECT sop_instance_uid AS uid, state, superseded_by AS "supersededBy" FROM label ORDER BY 1`,
  );
const removable = async () =>
  (await removals.lease('rejecting', 8)).map(({ sopInstanceUid, supersededBy }) => [sopInstanceUid, supersededBy]);

describe('a target that is now matched on another series', () => {
  it('its label is superseded by the one there, and removed when that one is stored', async () => {
    await plan([await label('1.1', '2.1')]);
    await send();
    await plan([await label('1.2', '2.2')]);
    expect(await rows()).toEqual([
      { uid: '2.1', state: 'superseded', supersededBy: '2.2' },
      { uid: '2.2', state: 'planned', supersededBy: null },
    ]);
    expect(await removable()).toEqual([]);
    await send();
    expect(await removable()).toEqual([['2.1', '2.2']]);
  });

  it('nothing is removed while the one there gets a version that is not stored yet', async () => {
    await plan([await label('1.1', '2.1')]);
    await send();
    await plan([await label('1.2', '2.2')]);
    await plan([await label('1.2', '2.3')]);
    expect(await removable()).toEqual([]);
    await send();
    expect(await removable()).toEqual([['2.1', '2.3']]);
  });

  it('another target there takes nothing’s place', async () => {
    await plan([await label('1.1', '2.1')]);
    await send();
    await plan([await label('1.2', '2.2', 't2')]);
    expect((await rows())[0]).toEqual({ uid: '2.1', state: 'retracted', supersededBy: null });
    expect(await removable()).toEqual([['2.1', null]]);
  });
});

describe('a version that the PACS refused', () => {
  it('took no label’s place, and is not named as the one before', async () => {
    await plan([await label('1.1', '2.1')]);
    await send();
    await plan([await label('1.1', '2.2')]);
    await send('rejected');
    expect(await labels.latestVersion('1.1')).toMatchObject({
      version: 2,
      wasStored: false,
      supersedes: { sopInstanceUid: '2.1' },
    });
    // Neither does the next one name it.
    await plan([await label('1.1', '2.3')]);
    expect(await labels.latestVersion('1.1')).toMatchObject({ version: 3, supersedes: { sopInstanceUid: '2.1' } });
    await send('rejected');
    await plan([]);
    await database.query('UPDATE label SET not_before = NULL');
    expect(await removable()).toEqual([
      ['2.1', null],
      ['2.2', null],
      ['2.3', null],
    ]);
  });
});

// The note was on its way to the PACS when the same label was planned again.
it('a label that is being rejected since its plan was made does not stand again', async () => {
  await plan([await label('1.1', '2.1')]);
  await send();
  await plan([]);
  const again = await label('1.1', '2.1');
  expect(await removable()).toEqual([['2.1', null]]);
  expect(await plan([again])).toBeNull();
  expect((await rows())[0]).toMatchObject({ state: 'retracted' });
  expect(await plan([await label('1.1', '2.2')])).toEqual(['SEG']);
  expect(await rows()).toMatchObject([{ state: 'retracted' }, { state: 'planned' }]);
});

// What another process had taken over was counted and reported twice.
it('the end of an attempt that holds its label no more: told, and nothing changes', async () => {
  await plan([await label('1.1', '2.1')]);
  const [held] = await labels.lease(8);
  await plan([await label('1.1', '2.2')]);
  expect(await labels.settle(held!, { state: 'failed', outcome: '' })).toBe(false);
  expect((await rows())[0]).toMatchObject({ state: 'superseded' });
  const [next] = await labels.lease(8);
  expect(await labels.settle(next!, { state: 'stored', outcome: '' })).toBe(true);
});
