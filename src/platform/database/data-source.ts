import { DataSource, type DataSourceOptions } from 'typeorm';
import { InitialSchema1700000000001 } from '../../../migrations/1700000000001-initial-schema.js';
import { StructuredReports1700000000002 } from '../../../migrations/1700000000002-structured-reports.js';
import { LabelLifeCycle1700000000003 } from '../../../migrations/1700000000003-label-life-cycle.js';
import { Reviews1700000000004 } from '../../../migrations/1700000000004-reviews.js';
import { TargetLife1700000000005 } from '../../../migrations/1700000000005-target-life.js';
import { AccessionKeys1700000000007 } from '../../../migrations/1700000000007-accession-keys.js';
import { WrittenResources1700000000015 } from '../../../migrations/1700000000015-written-resources.js';
import { RunEntity, RunPatientEntity } from '../../modules/curation/run.entity.js';
import { ExtractionEntity } from '../../modules/extraction/extraction.entity.js';
import { CursorEntity } from '../../modules/ingest/cursor.entity.js';
import { PatientEntity, PatientNumberEntity } from '../../modules/ingest/patient.entity.js';
import { ReportEntity } from '../../modules/ingest/report.entity.js';
import { SeriesEntity, StudyEntity } from '../../modules/ingest/study.entity.js';
import { TargetEntity } from '../../modules/ingest/target.entity.js';
import { LabelEntity } from '../../modules/labels/label.entity.js';
import { ExclusionEntity } from '../../modules/matching/exclusion.entity.js';
import { LinkEntity } from '../../modules/matching/link.entity.js';
import { ReviewEntity } from '../../modules/matching/review.entity.js';
import { WrittenResourceEntity } from '../../modules/write-back/written-resource.entity.js';

/** Any number will do, as long as nothing else in this database uses it for advisory locks. */
const MIGRATION_LOCK = 7_305_001;

export function dataSourceOptions(databaseUrl: string): DataSourceOptions {
  return {
    type: 'postgres',
    url: databaseUrl,
    applicationName: 'lesion-curator',
    poolSize: 12,
    // A host that drops packets in silence must stop the start, not hold it for ever.
    connectTimeoutMS: 10_000,
    synchronize: false,
    // Query errors carry row values, that is patient data: nothing of TypeORM reaches the log by itself.
    logging: false,
    migrations: [
      InitialSchema1700000000001,
      StructuredReports1700000000002,
      LabelLifeCycle1700000000003,
      Reviews1700000000004,
      TargetLife1700000000005,
      AccessionKeys1700000000007,
      WrittenResources1700000000015,
    ],
    entities: [
      PatientEntity,
      PatientNumberEntity,
      ReportEntity,
      CursorEntity,
      StudyEntity,
      SeriesEntity,
      TargetEntity,
      ExtractionEntity,
      LinkEntity,
      ExclusionEntity,
      ReviewEntity,
      LabelEntity,
      RunEntity,
      RunPatientEntity,
      WrittenResourceEntity,
    ],
  };
}

/** Connects and brings the schema up to date; several processes may do so at once. */
export async function openDatabase(databaseUrl: string): Promise<DataSource> {
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl)).initialize();
  const lockHolder = dataSource.createQueryRunner();
  try {
    await lockHolder.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations({ transaction: 'all' });
  } catch (error) {
    await dataSource.destroy().catch(() => undefined);
    throw error;
  } finally {
    if (dataSource.isInitialized) {
      await lockHolder.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      await lockHolder.release();
    }
  }
  return dataSource;
}
