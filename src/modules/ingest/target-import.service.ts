import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In } from 'typeorm';
import { uuidFrom } from '../../platform/ids.js';
import { type PatientName, PatientRepository } from './patient.repository.js';
import { type ImportResult, targetChanges } from './target-changes.js';
import { TargetEntity } from './target.entity.js';
import { TargetRepository } from './target.repository.js';
import type { ParsedTarget } from './targets/parsed-target.js';

export interface TargetImport {
  /** New, or back again. */
  imported: number;
  /** In place of another one of the same label, which is withdrawn. */
  corrected: number;
  /** Known already, from the same or another file. */
  unchanged: number;
  /** Named by the file no more. */
  withdrawn: number;
  /** What became of each target, in their order; `row` as its file counts. */
  rows: { row: number; result: ImportResult; targetId: string }[];
}

/** Imports are taken one after the other: two that correct the same target at once would leave both. */
const IMPORT_LOCK = 7_305_003;

/** Coordinates are written with three to six decimals: a micrometre apart is the same point in another format. */
const toMicrometres = (mm: number) => Math.round(mm * 1000);

@Injectable()
export class TargetImportService {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly patients: PatientRepository,
    private readonly targets: TargetRepository,
  ) {}

  /**
   * Stores the targets of one file, each once however often and in whichever format it comes; what the file corrects is
   * withdrawn and stays as history.
   *
   * @param replace whether what the file names no more, of the patients and biopsies that it names, is withdrawn, too
   */
  async importTargets(targets: ParsedTarget[], { replace = false } = {}): Promise<TargetImport> {
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [IMPORT_LOCK]);
      const given: { row: number; target: TargetEntity }[] = [];
      for (const target of targets) given.push({ row: target.row, target: await this.toRow(manager, target) });
      await this.patients.lock(
        given.map(({ target }) => target.patientId),
        manager,
      );
      const groups = Map.groupBy(given, ({ target }) =>
        JSON.stringify([target.patientId, target.procedureDate, target.sourceName]),
      );
      const results = new Map<object, ImportResult>();
      const touched: string[] = [];
      let withdrawn = 0;
      for (const group of groups.values()) {
        const ofFile = group.map(({ target }) => target);
        const changes = await this.applyChanges(manager, ofFile, replace);
        group.forEach((one, index) => results.set(one, changes.results[index]!));
        withdrawn += changes.ended.filter(({ by }) => by === null).length;
        if (changes.ended.length > 0 || changes.results.some(isChange)) touched.push(ofFile[0]!.patientId);
      }
      await this.patients.touch(touched, manager);
      const rows = given.map((one) => ({ row: one.row, result: results.get(one)!, targetId: one.target.id }));
      const count = (...wanted: ImportResult[]) => rows.filter(({ result }) => wanted.includes(result)).length;
      return {
        imported: count('imported'),
        corrected: count('corrected'),
        unchanged: count('unchanged', 'stays-withdrawn'),
        withdrawn,
        rows,
      };
    });
  }

  /** @param given all of one patient, biopsy and source */
  private async applyChanges(manager: EntityManager, given: TargetEntity[], replace: boolean) {
    const { patientId, procedureDate } = given[0]!;
    const known = await manager.findBy(TargetEntity, { patientId, procedureDate });
    const changes = targetChanges(known, given, replace);
    await manager.save(
      given.filter((_, index) => isChange(changes.results[index]!)),
      // In pieces: a statement takes 65,535 parameters.
      { chunk: 1000 },
    );
    if (changes.adopted.length > 0)
      await manager.update(TargetEntity, { id: In(changes.adopted) }, { sourceName: given[0]!.sourceName });
    for (const { id, by } of changes.ended)
      await this.targets.withdraw(manager, id, by === null ? 'missing' : 'replaced', by);
    return changes;
  }

  private async toRow(manager: EntityManager, target: ParsedTarget): Promise<TargetEntity> {
    const row = toRow(target, await this.patients.ensure([await this.nameOf(target, manager)], manager));
    const known = await manager.findOneBy(TargetEntity, { id: row.id });
    // Another person of this number has a target at the very same point.
    if (known && known.patientId !== row.patientId) row.id = uuidFrom(row.id, row.patientId);
    return row;
  }

  /** Where a file names no issuer: the only known patient of this number, else the only issuer configured. */
  private async nameOf({ patientId: mrn, issuer }: ParsedTarget, manager: EntityManager): Promise<PatientName> {
    if (issuer !== '') return { mrn, issuer };
    const { issuers } = this.patients;
    // Not by a connection of its own: those who wait for the lock may hold all the others.
    const patients = await this.patients.findByMrn(mrn, undefined, manager);
    const known = patients.filter((patient) => issuers.includes(patient.issuer));
    if (known.length === 1) return { mrn, issuer: known[0]!.issuer };
    return { mrn, issuer: issuers.length === 1 ? issuers[0]! : '' };
  }
}

const isChange = (result: ImportResult): boolean => result === 'imported' || result === 'corrected';

function toRow(target: ParsedTarget, patientId: string): TargetEntity {
  const row = new TargetEntity();
  const { patientId: mrn, procedureDate, label, pointLps } = target;
  // Not of the patient's row: the target is the same when it turns out whose it is.
  row.id = uuidFrom('target', mrn, procedureDate, label, pointLps.map(toMicrometres));
  row.patientId = patientId;
  row.procedureDate = procedureDate;
  row.label = label;
  [row.xLps, row.yLps, row.zLps] = pointLps;
  row.declaredCoordinateSystem = target.declaredCoordinateSystem;
  row.frameOfReferenceUid = target.frameOfReferenceUid ?? null;
  row.referenceSeriesUid = target.referenceSeriesUid ?? null;
  row.sourceName = target.sourceName;
  row.issuer = target.issuer;
  row.withdrawnAt = null;
  row.withdrawnBecause = null;
  row.replacedBy = null;
  return row;
}
