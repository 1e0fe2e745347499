import type { Resource } from '@medplum/fhirtypes';
import type { FhirClient } from './fhir-client.js';
import { FhirError } from './fhir-error.js';

const IDS_PER_SEARCH = 50;
const ABSENT = new Set(['not-found', 'gone', 'foreign-origin', 'forbidden', 'refused', 'outcome']);

/**
 * The resources of one type behind many references, by reference; what the server does not have is left out. Asks for
 * many at once (`_id=a,b,c`), then one by one for what that did not give: other servers take no lists, and absolute
 * references may not be of this server.
 */
export async function readMany<T extends Resource>(
  client: FhirClient,
  resourceType: T['resourceType'],
  references: Iterable<string>,
): Promise<Map<string, T>> {
  const wanted = [...new Set(references)].filter((reference) => reference.includes(`${resourceType}/`));
  const found = new Map<string, T>();
  const relative = wanted.filter((reference) => reference.startsWith(`${resourceType}/`));
  const batches: string[][] = [];
  for (let i = 0; i < relative.length; i += IDS_PER_SEARCH) batches.push(relative.slice(i, i + IDS_PER_SEARCH));
  await Promise.all(
    batches.map(async (batch) => {
      const ids = batch.map((reference) => reference.split('/')[1]);
      const params = new URLSearchParams({ _id: ids.join(','), _count: String(IDS_PER_SEARCH) });
      for (const resource of await client.search<T>(resourceType, params).catch(emptyIfRefused)) {
        found.set(`${resourceType}/${resource.id}`, resource);
      }
    }),
  );
  await Promise.all(
    wanted
      .filter((reference) => !found.has(reference))
      .map(async (reference) => {
        const resource = await client.read<T>(reference).catch(undefinedIfAbsent);
        if (resource?.resourceType === resourceType) found.set(reference, resource);
      }),
  );
  return found;
}

function emptyIfRefused(error: unknown): [] {
  if (error instanceof FhirError && ABSENT.has(error.kind)) return [];
  throw error;
}

function undefinedIfAbsent(error: unknown): undefined {
  if (!(error instanceof FhirError && ABSENT.has(error.kind))) throw error;
}
