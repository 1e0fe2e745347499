import type { Observation, Provenance } from '@medplum/fhirtypes';
import type { FhirClient } from '../ingest/fhir/fhir-client.js';
import { FhirError, type FhirErrorKind } from '../ingest/fhir/fhir-error.js';
import { ownIdentifier } from './observations.js';

export type OwnResource = (Observation | Provenance) & { id: string };

/** What a server may say that lets no client choose an id; it may mean something else, too. */
const REFUSALS: FhirErrorKind[] = ['refused', 'not-found'];
const isKind = (error: unknown, ...kinds: FhirErrorKind[]): boolean =>
  error instanceof FhirError && kinds.includes(error.kind);

/** Writes resources that have ids of our own, each once, to any FHIR R4 server. */
export class FhirWriter {
  private takesOurIds = true;

  constructor(private readonly fhir: Pick<FhirClient, 'update' | 'createUnlessThere' | 'search'>) {}

  /**
   * Stores a resource, or its new version, under our id; where the server gives the ids, under that of the resource with
   * our identifier. Sent twice, it is there once.
   *
   * @param serverId its id on the server, if it was written before
   * @returns its id on the server
   * @throws FhirError
   */
  async write(resource: OwnResource, serverId: string | null): Promise<string> {
    if (serverId !== null && serverId !== resource.id) {
      try {
        await this.fhir.update({ ...resource, id: serverId });
        return serverId;
      } catch (error) {
        // Somebody has deleted it.
        if (!isKind(error, 'not-found', 'gone')) throw error;
      }
    }
    if (!this.takesOurIds) return this.writeByIdentifier(resource);
    try {
      await this.fhir.update(resource);
      return resource.id;
    } catch (error) {
      if (!isKind(error, ...REFUSALS)) throw error;
      const id = await this.writeByIdentifier(resource);
      this.takesOurIds = false;
      return id;
    }
  }

  private async writeByIdentifier(resource: OwnResource): Promise<string> {
    const { id, ...withoutId } = resource;
    const query = searchOf(resource);
    const [found] = await this.fhir.search<OwnResource>(resource.resourceType, query);
    if (!found) return this.fhir.createUnlessThere(withoutId as OwnResource, query);
    if (found.id !== id) await this.fhir.update({ ...resource, id: found.id });
    return found.id;
  }
}

/** A Provenance has no identifier in R4; it carries ours as a tag. */
function searchOf({ id, resourceType }: OwnResource): URLSearchParams {
  const { system, value } = ownIdentifier(id);
  return new URLSearchParams({ [resourceType === 'Provenance' ? '_tag' : 'identifier']: `${system}|${value}` });
}
