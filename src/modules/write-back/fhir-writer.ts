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
  /** Types of resources whose ids the server gives. */
  private readonly namedByServer = new Set<string>();

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
    if (this.namedByServer.has(resource.resourceType)) return this.writeFound(resource, await this.find(resource));
    try {
      await this.fhir.update(resource);
      return resource.id;
    } catch (error) {
      if (!isKind(error, ...REFUSALS)) throw error;
      const found = await this.find(resource);
      // It has our id: what is refused is the content.
      if (found?.id === resource.id) throw error;
      const id = await this.writeFound(resource, found);
      this.namedByServer.add(resource.resourceType);
      return id;
    }
  }

  private async find(resource: OwnResource): Promise<OwnResource | undefined> {
    const { resourceType, id } = resource;
    const [found] = await this.fhir.search<OwnResource>(resourceType, searchOf(resourceType, id));
    return found;
  }

  private async writeFound(resource: OwnResource, found: OwnResource | undefined): Promise<string> {
    if (found) {
      await this.fhir.update({ ...resource, id: found.id });
      return found.id;
    }
    const { id, ...withoutId } = resource;
    return this.fhir.createUnlessThere(withoutId as OwnResource, searchOf(withoutId.resourceType, id));
  }
}

/** A Provenance has no identifier in R4; it carries ours as a tag. */
function searchOf(resourceType: OwnResource['resourceType'], id: string): URLSearchParams {
  const { system, value } = ownIdentifier(id);
  return new URLSearchParams({ [resourceType === 'Provenance' ? '_tag' : 'identifier']: `${system}|${value}` });
}
