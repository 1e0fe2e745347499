import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DicomJson } from './dicom-json.js';
import { searchAllStudies as searchFrom, type DateWindow, type QidoAnswer } from './study-search.js';

const study = (uid: number, date?: string): DicomJson => ({
  '0020000D': { vr: 'UI', Value: [`1.2.${uid}`] },
  '00080020': { vr: 'DA', ...(date !== undefined && { Value: [date] }) },
});
const dateOf = (row: DicomJson) => row['00080020']?.Value?.[0] as string | undefined;
const isWithin = (row: DicomJson, { from, to }: DateWindow) => {
  const date = dateOf(row);
  if (from === undefined && to === undefined) return true;
  return date !== undefined && date >= (from ?? '') && date <= (to ?? '99999999');
};
/** A server that lists at most `cap` rows and says nothing of the others. */
const capped = (archive: DicomJson[], cap: number) => async (window: DateWindow) => ({
  rows: archive.filter((row) => isWithin(row, window)).slice(0, cap),
  partial: false,
});

const searchAllStudies = async (query: (window: DateWindow) => Promise<QidoAnswer>, suspiciousSize: number) =>
  searchFrom(await query({}), query, suspiciousSize);

describe('searchAllStudies', () => {
  it('believes a short answer at once', async () => {
    const windows: DateWindow[] = [];
    const query = async (window: DateWindow) => {
      windows.push(window);
      return { rows: [study(1, '20200101')], partial: false };
    };
    expect(await searchAllStudies(query, 2)).toEqual({ rows: [study(1, '20200101')], complete: true });
    expect(windows).toEqual([{}]);
  });

  it('finds everything behind a cap, or says that it did not', async () => {
    const day = fc.integer({ min: 1, max: 28 }).map((n) => `202002${String(n).padStart(2, '0')}`);
    const dates = fc.array(fc.oneof(day, fc.constantFrom('19000101', '00010101', '20991231')), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(dates, fc.integer({ min: 2, max: 12 }), async (allDates, cap) => {
        const archive = allDates.map((date, uid) => study(uid, date));
        const { rows, complete } = await searchAllStudies(capped(archive, cap), cap);
        const sameDay = [...Map.groupBy(allDates, (date) => date).values()];
        const busiestDay = Math.max(0, ...sameDay.map(({ length }) => length));
        expect(complete).toBe(allDates.length < cap || busiestDay < cap);
        expect(new Set(rows).size).toBe(rows.length);
        if (complete) expect(new Set(rows)).toEqual(new Set(archive));
      }),
    );
  });

  it('keeps rows without a date', async () => {
    const archive = [study(0), ...[1, 2, 3, 4].map((uid) => study(uid, `2020010${uid}`))];
    expect((await searchAllStudies(capped(archive, 5), 5)).rows).toHaveLength(5);
  });

  it('keeps a study that is held under two patients', async () => {
    const under = (patientId: string) => ({ ...study(1, '20200101'), '00100020': { vr: 'LO', Value: [patientId] } });
    const archive = [under('old'), under('new'), study(2, '20200102')];
    expect((await searchAllStudies(capped(archive, 3), 3)).rows).toHaveLength(3);
  });

  it('heeds a server that says there is more', async () => {
    const query = async (window: DateWindow) => ({
      rows: [study(1, '20200101')].filter((row) => isWithin(row, window)),
      partial: true,
    });
    expect((await searchAllStudies(query, 50)).complete).toBe(false);
  });

  it('gives up on a server that does not heed StudyDate', async () => {
    const archive = [study(1, '20200101'), study(2, '20200102'), study(3, '20200103')];
    let queries = 0;
    const query = async () => ({ rows: (queries++, archive), partial: false });
    expect(await searchAllStudies(query, 3)).toEqual({
      rows: archive,
      complete: false,
      detail: 'the server does not heed StudyDate',
    });
    expect(queries).toBe(3);
  });

  it('says so when windows lose what the first answer had', async () => {
    const archive = [study(1, '20200101'), study(2, '20200102'), study(3, '20200103')];
    const query = async (window: DateWindow) => ({
      rows: window.from === undefined && window.to === undefined ? archive : [],
      partial: false,
    });
    expect(await searchAllStudies(query, 3)).toMatchObject({ rows: archive, complete: false });
  });
});
