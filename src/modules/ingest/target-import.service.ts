import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
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
  private readonly onlyIssuer: string;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly patients: PatientRepository,
    @Inject(CONFIG) config: Config,
  ) {
    const issuers = [...new Set(Object.values(config.patientIdSystems))];
    this.onlyIssuer = issuers.length === 1 ? issuers[0]! : '';
  }

  /** Stores targets, each once however often and in whichever format it comes. */
  async importTargets(targets: ParsedTarget[]): Promise<TargetImport> {
    const rows: TargetImport['rows'] = [];
    await this.database.transaction(async (manager) => {
      for (const target of targets) {
        const patientId = await this.patients.ensure([await this.nameOf(target)], manager);
        const row = toRow(target, patientId);
        const inserted = await manager
          .createQueryBuilder()
          .insert()
          .into(TargetEntity)
          .values(row)
          .orIgnore()
          .returning('id')
          .execute();
        const isNew = (inserted.raw as unknown[]).length > 0;
        if (isNew) await this.patients.touch([patientId], manager);
        rows.push({ row: target.row, result: isNew ? 'imported' : 'unchanged', targetId: row.id });
      }
    });
    const imported = rows.filter(({ result }) => result === 'imported').length;
    return { imported, unchanged: rows.length - imported, rows };
  }

  /** Target files name no issuer: the only known patient of this number, else the only issuer configured. */
  private async nameOf({ patientId: mrn, issuer }: ParsedTarget): Promise<{ mrn: string; issuer: string }> {
    if (issuer !== '') return { mrn, issuer };
    const known = await this.patients.findByMrn(mrn);
    return { mrn, issuer: known.length === 1 ? known[0]!.issuer : this.onlyIssuer };
  }
}

function toRow(target: ParsedTarget, patientId: string): TargetEntity {
  const row = new TargetEntity();
  const { procedureDate, label, pointLps } = target;
  row.id = uuidFrom('target', patientId, procedureDate, label, pointLps.map(toMicrometres));
  row.patientId = patientId;
  row.procedureDate = procedureDate;
  row.label = label;
  [row.xLps, row.yLps, row.zLps] = pointLps;
  row.declaredCoordinateSystem = target.declaredCoordinateSystem;
  row.frameOfReferenceUid = target.frameOfReferenceUid ?? null;
  row.referenceSeriesUid = target.referenceSeriesUid ?? null;
  row.sourceName = target.sourceName;
  return row;
}
