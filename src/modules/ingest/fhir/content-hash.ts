import { createHash } from 'node:crypto';
import type { Resource } from '@medplum/fhirtypes';

/** SHA-256 of a resource without its `meta` and whatever the order of its keys: changes only when the content does. */
export function contentHash(resource: Resource): string {
  return createHash('sha256')
    .update(JSON.stringify({ ...resource, meta: undefined }, inKeyOrder))
    .digest('hex');
}

function inKeyOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
