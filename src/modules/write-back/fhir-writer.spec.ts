import { describe, expect, it } from '@jest/globals';
import type { Resource } from '@medplum/fhirtypes';
import { FhirError } from '../ingest/fhir/fhir-error.js';
import { FhirWriter, type OwnResource } from './fhir-writer.js';

const ID = '5f3e5a10-0000-8000-8000-000000000001';
const observation = (text = 'Lesion', id = ID): OwnResource => ({
  resourceType: 'Observation',
  id,
  identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` }],
  status: 'preliminary',
  code: { text },
});

/** A server that gives the ids itself, or not; `calls` is what was asked of it. */
class Server {
  readonly stored = new Map<string, Resource>();
  readonly calls: string[] = [];
  /** What is wrong with whatever is sent, whether it is known or not. */
  refusesContent: FhirError | null = null;

  constructor(private readonly refusesOurIds: FhirError | null) {}

  update(resource: Resource & { id: string }): Promise<void> {
    this.calls.push(`update ${resource.id === ID ? 'ours' : resource.id}`);
    if (this.refusesContent) return Promise.reject(this.refusesContent);
    if (this.refusesOurIds && !this.stored.has(resource.id)) return Promise.reject(this.refusesOurIds);
    this.stored.set(resource.id, resource);
    return Promise.resolve();
  }

  createUnlessThere(resource: Resource, query: URLSearchParams): Promise<string> {
    this.calls.push(`create unless ${[...query.keys()].join()}`);
    const id = `server-${this.stored.size + 1}`;
    this.stored.set(id, { ...resource, id });
    return Promise.resolve(id);
  }

  search<T extends Resource>(resourceType: T['resourceType'], query: URLSearchParams): Promise<T[]> {
    this.calls.push('search');
    const value = [...query.values()].join().split('|')[1]!;
    const found = [...this.stored.values()].filter((one) => JSON.stringify(one).includes(value));
    return Promise.resolve(found.filter((one): one is T => one.resourceType === resourceType));
  }
}

describe('FhirWriter', () => {
  it('writes under our id', async () => {
    const server = new Server(null);
    const writer = new FhirWriter(server);
    expect(await writer.write(observation(), null)).toBe(ID);
    expect(await writer.write(observation('changed'), ID)).toBe(ID);
    expect(server.calls).toEqual(['update ours', 'update ours']);
  });

  it.each([new FhirError('refused', { status: 405 }), new FhirError('not-found', { status: 404 })])(
    'writes by identifier where the server gives the ids (%s), and remembers',
    async (refusal) => {
      const server = new Server(refusal);
      const writer = new FhirWriter(server);
      expect(await writer.write(observation(), null)).toBe('server-1');
      // The answer was lost: the resource is found.
      expect(await writer.write(observation('again'), null)).toBe('server-1');
      expect(await writer.write(observation('changed'), 'server-1')).toBe('server-1');
      expect(server.calls).toEqual([
        ...['update ours', 'search', 'create unless identifier'],
        ...['search', 'update server-1'],
        'update server-1',
      ]);
      expect([...server.stored.values()]).toEqual([{ ...observation('changed'), id: 'server-1' }]);
    },
  );

  it('says that a new version is refused of what has our id, and goes on with our ids', async () => {
    const server = new Server(null);
    const writer = new FhirWriter(server);
    await writer.write(observation(), null);
    server.refusesContent = new FhirError('refused', { status: 422 });
    for (const serverId of [ID, null])
      await expect(writer.write(observation('changed'), serverId)).rejects.toBe(server.refusesContent);
    server.refusesContent = null;
    server.calls.length = 0;
    await writer.write(observation('again'), ID);
    expect(server.calls).toEqual(['update ours']);
  });

  it('says that a new version is refused of what the server has under our id, where it gives the ids now', async () => {
    const server = new Server(new FhirError('refused', { status: 405 }));
    server.stored.set(ID, observation());
    const writer = new FhirWriter(server);
    const other = '5f3e5a10-0000-8000-8000-000000000002';
    await writer.write(observation('Other', other), null);
    expect(await writer.write(observation('changed'), null)).toBe(ID);
    expect(server.stored.get(ID)).toEqual(observation('changed'));
    server.refusesContent = new FhirError('refused', { status: 422 });
    await expect(writer.write(observation('again'), null)).rejects.toBe(server.refusesContent);
  });

  it('writes anew what somebody has deleted there', async () => {
    const server = new Server(new FhirError('not-found', { status: 404 }));
    const writer = new FhirWriter(server);
    await writer.write(observation(), null);
    server.stored.clear();
    expect(await writer.write(observation(), 'server-1')).toBe('server-1');
    expect(server.stored.size).toBe(1);
  });

  it('finds a Provenance, which has no identifier in R4, by its tag', async () => {
    const server = new Server(new FhirError('refused', { status: 405 }));
    const tag = [{ system: 'urn:ietf:rfc:3986', code: `urn:uuid:${ID}` }];
    const provenance: OwnResource = {
      ...{ resourceType: 'Provenance', id: ID, meta: { tag }, recorded: '2024-01-01T00:00:00Z' },
      ...{ target: [], agent: [] },
    };
    await new FhirWriter(server).write(provenance, null);
    expect(server.calls.at(-1)).toBe('create unless _tag');
  });

  it.each(['forbidden', 'unauthorized', 'server-error', 'timeout'] as const)('gives up at once: %s', async (kind) => {
    const server = new Server(new FhirError(kind));
    await expect(new FhirWriter(server).write(observation(), null)).rejects.toMatchObject({ kind });
    expect(server.calls).toEqual(['update ours']);
  });
});
