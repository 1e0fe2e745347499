import type { Resource } from '@medplum/fhirtypes';
import type { FhirClient } from './fhir-client.js';
import { FhirError } from './fhir-error.js';

/** URLs stay well below what proxies allow. */
const BATCH = 50;
/** The resource is not to be had by this address, and asking again would not change that. */
const ABSENT = new Set(['not-found', 'gone', 'foreign-origin', 'forbidden', 'refused', 'outcome']);

/**
 * The resources behind references (`Patient/1`, or absolute on the same server), keyed by the reference as given. Asks
 * for many at once (`_id=1,2,3`) and reads singly what that does not give. What cannot be found, is contained (`#1`) or
 * of another type is left out.
 */
export async function readMany<T extends Resource>(
  client: FhirClient,
  resourceType: T['resourceType'],
  references: string[],
): Promise<Map<string, T>> {
  const pattern = new RegExp(`(?:^|/)${resourceType}/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$`);
  const idOf = (reference: string) => pattern.exec(reference)?.[1];
  const wanted = [...new Set(references)].filter((reference) => idOf(reference) !== undefined);
  // An absolute address may be another server's, whose ids mean others.
  const ids = [...new Set(wanted.filter((reference) => !reference.includes(':')).flatMap((one) => idOf(one) ?? []))];
  const byId = new Map<string, T>();
  const batches: string[][] = [];
  for (let start = 0; ids.length > 1 && start < ids.length; start += BATCH)
    batches.push(ids.slice(start, start + BATCH));
  await Promise.all(batches.map((batch) => searchIds(client, resourceType, batch, byId)));
  const found = new Map<string, T>();
  await Promise.all(
    wanted.map(async (reference) => {
      const known = reference.includes(':') ? undefined : byId.get(idOf(reference) ?? '');
      const resource = known ?? (await client.read<T>(reference).catch(undefinedIfAbsent));
      if (resource?.resourceType === resourceType) found.set(reference, resource);
    }),
  );
  return found;
}

async function searchIds<T extends Resource>(
  client: FhirClient,
  resourceType: T['resourceType'],
  ids: string[],
  found: Map<string, T>,
): Promise<void> {
  const params = new URLSearchParams({ _id: ids.join(','), _count: String(ids.length) });
  try {
    for await (const { matches } of client.searchPages(resourceType, params)) {
      const right = matches.filter(
        (resource): resource is T => resource.resourceType === resourceType && ids.includes(resource.id ?? ''),
      );
      for (const resource of right) found.set(resource.id ?? '', resource);
      // A server that ignores `_id` would go on with everything it has.
      if (right.length < matches.length || ids.every((id) => found.has(id))) return;
    }
  } catch (error) {
    undefinedIfAbsent(error);
  }
}

function undefinedIfAbsent(error: unknown): undefined {
  if (!(error instanceof FhirError && ABSENT.has(error.kind))) throw error;
}
