import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { uuidFrom } from '../../platform/ids.js';
import { PatientRepository } from './patient.repository.js';
import { TargetEntity } from './target.entity.js';
import type { ParsedTarget } from './targets/parsed-target.js';

export interface TargetImport {
  imported: number;
  /** Known already, from the same or another file. */
  unchanged: number;
  /** What became of each target, in their order; `row` as its file counts. */
  rows: { row: number; result: 'imported' | 'unchanged'; targetId: string }[];
}

/** Coordinates are written with three to six decimals: a micrometre apart is the same point in another format. */
const toMicrometres = (mm: number) => Math.round(mm * 1000);

@Injectable()
export class TargetImportService {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly patients: PatientRepository,
  ) {}

  /** Stores targets, each once however often and in whichever format it comes. */
  async importTargets(targets: ParsedTarget[]): Promise<TargetImport> {
    const rows: TargetImport['rows'] = [];
    await this.database.transaction(async (manager) => {
      for (const target of targets) {
        const patientId = await this.patients.ensure([await this.nameOf(target)], manager);
        const row = toRow(target, patientId);
        let isNew = await insertNew(manager, row);
        if (!isNew && !(await manager.existsBy(TargetEntity, { id: row.id, patientId }))) {
          // Another person of this number has a target at the very same point.
          row.id = uuidFrom(row.id, patientId);
          isNew = await insertNew(manager, row);
        }
        if (isNew) await this.patients.touch([patientId], manager);
        rows.push({ row: target.row, result: isNew ? 'imported' : 'unchanged', targetId: row.id });
      }
    });
    const imported = rows.filter(({ result }) => result === 'imported').length;
    return { imported, unchanged: rows.length - imported, rows };
  }

  /** Where a file names no issuer: the only known patient of this number, else the only issuer configured. */
  private async nameOf({ patientId: mrn, issuer }: ParsedTarget): Promise<{ mrn: string; issuer: string }> {
    if (issuer !== '') return { mrn, issuer };
    const { issuers } = this.patients;
    const known = (await this.patients.findByMrn(mrn)).filter((patient) => issuers.includes(patient.issuer));
    if (known.length === 1) return { mrn, issuer: known[0]!.issuer };
    return { mrn, issuer: issuers.length === 1 ? issuers[0]! : '' };
  }
}

async function insertNew(manager: EntityManager, row: TargetEntity): Promise<boolean> {
  const query = manager.createQueryBuilder().insert().into(TargetEntity).values(row).orIgnore().returning('id');
  const { raw } = await query.execute();
  return (raw as unknown[]).length > 0;
}

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
  return row;
}
