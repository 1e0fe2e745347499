import { createHash } from 'node:crypto';
import { dciodvfy } from '../conformance/validators.js';
import type { Orthanc } from '../fixtures/servers/orthanc.js';

/** What the service writes; the sources of the tests are all MR. */
const MODALITIES = ['SEG', 'SR', 'KO'];

/** Orthanc's ids of the objects that the service wrote, of one modality or of all. */
export async function writtenInstances(
  orthanc: Orthanc,
  modalities: readonly string[] = MODALITIES,
): Promise<string[]> {
  const series = await orthanc.get<{ MainDicomTags: { Modality: string }; Instances: string[] }[]>('/series?expand');
  return series.flatMap(({ MainDicomTags, Instances }) =>
    modalities.includes(MainDicomTags.Modality) ? Instances : [],
  );
}

/** The same label is written again and again; one look at its bytes is enough. */
const foundValid = new Set<string>();

/**
 * Whatever a test is about, what it leaves in the PACS must be valid DICOM; so a world asks this at its end, and before
 * it throws objects away.
 *
 * @returns how many objects there are
 * @throws Error with what dciodvfy has against one of them
 */
export async function requireValidObjects(orthanc: Orthanc): Promise<number> {
  const instances = await writtenInstances(orthanc);
  for (const id of instances) {
    const bytes = await orthanc.file(id);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (foundValid.has(sha256)) continue;
    const { errors, exitCode } = await dciodvfy(bytes);
    if (errors.length > 0 || exitCode !== 0) {
      throw new Error(
        `An object that was written is no valid DICOM (dciodvfy, exit ${exitCode}):\n${errors.join('\n')}`,
      );
    }
    foundValid.add(sha256);
  }
  return instances.length;
}
