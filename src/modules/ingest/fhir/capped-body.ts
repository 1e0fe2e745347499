import { FhirError } from './fhir-error.js';

/**
 * The whole body, at most `maxBytes` of it after decompression: counted while it streams, since a small gzip may unfold
 * to gigabytes.
 */
export async function readCapped(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new FhirError('too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
