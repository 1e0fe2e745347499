import { Injectable } from '@nestjs/common';
import { FhirClient } from './fhir/fhir-client.js';
import { FhirError } from './fhir/fhir-error.js';
import { ReportRepository } from './report.repository.js';

const CURSOR = 'deleted reports';
const INTERVAL_MS = 20 * 3_600_000;
/** Ids in one search; URLs stay well below what proxies allow. */
const BATCH = 50;
/** More than so many, and more than so large a part of all, are not deleted in a day: something else is wrong. */
const MOST_BELIEVED = 20;
const LARGEST_PART = 0.1;

/**
 * A search never shows what was deleted: once a day the reports that were read are looked for by their ids, without their
 * contents. What is gone counts no more; what is there again counts again.
 */
@Injectable()
export class DeletedReportsService {
  constructor(
    private readonly fhir: FhirClient,
    private readonly reports: ReportRepository,
  ) {}

  /** @returns problems; after one, the next sync looks again */
  async sweep(nowMs: number, stop?: AbortSignal): Promise<string[]> {
    const last = await this.reports.watermark(CURSOR);
    if (last !== null && nowMs - Date.parse(last) < INTERVAL_MS) return [];
    try {
      // At the very first sync, everything was seen just now.
      const problem = last === null ? null : await this.look(stop);
      if (stop?.aborted) return [];
      if (problem !== null) return [problem];
      await this.reports.saveWatermark(CURSOR, new Date(nowMs).toISOString());
      return [];
    } catch (error) {
      if (!(error instanceof FhirError)) throw error;
      return [`deleted reports: ${error.message}`];
    }
  }

  private async look(stop: AbortSignal | undefined): Promise<string | null> {
    const gone: string[] = [];
    const back: string[] = [];
    let all = 0;
    let found = 0;
    for await (const page of this.reports.readOnes(BATCH)) {
      if (stop?.aborted) return null;
      const there = await this.idsThere(page.map(({ fhirId }) => fhirId));
      // It cannot be asked by ids: the sweep is off.
      if (there === null) return null;
      all += page.length;
      found += there.size;
      for (const { fhirId, isDeleted } of page) {
        if (there.has(fhirId)) {
          if (isDeleted) back.push(fhirId);
        } else if (!isDeleted && (await this.isGone(fhirId))) gone.push(fhirId);
      }
    }
    await this.reports.setDeleted(back, false);
    // A server that has none of them has been emptied, or is another one.
    if (gone.length > (found === 0 ? 0 : Math.max(MOST_BELIEVED, all * LARGEST_PART)))
      return `${gone.length} of ${all} reports are not found by their ids, which is not believed; check FHIR_BASE_URL and what FHIR_AUTH may see.`;
    await this.reports.setDeleted(gone, true);
    return null;
  }

  /** Which of these ids a search finds, or null from a server that does not search by them. */
  private async idsThere(ids: string[]): Promise<Set<string> | null> {
    const asked = new Set(ids);
    const found = new Set<string>();
    const params = new URLSearchParams({ _id: ids.join(','), _elements: 'id', _count: String(ids.length) });
    try {
      for await (const { matches } of this.fhir.searchPages('DiagnosticReport', params)) {
        if (matches.some(({ id = '' }) => !asked.has(id))) return null;
        for (const { id = '' } of matches) found.add(id);
      }
      return found;
    } catch (error) {
      const cannot = error instanceof FhirError && ['refused', 'outcome', 'not-found'].includes(error.kind);
      if (!cannot) throw error;
      return null;
    }
  }

  /** Asked once more for the report itself: an index may lag behind. */
  private async isGone(fhirId: string): Promise<boolean> {
    try {
      await this.fhir.read(`DiagnosticReport/${fhirId}`);
      return false;
    } catch (error) {
      if (!(error instanceof FhirError)) throw error;
      if (error.kind === 'gone' || error.kind === 'not-found') return true;
      if (error.kind === 'forbidden' || error.kind === 'refused' || error.kind === 'outcome') return false;
      throw error;
    }
  }
}
