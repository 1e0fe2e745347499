import type { AuthorizationProvider } from './auth.js';
import { DicomwebError, endpointOf } from './dicomweb-error.js';
import { isBeforeSending } from './fetch-xml-http-request.js';
import type { RequestGate } from './request-gate.js';
import { isUid } from './store-outcome.js';

export interface OrthancSettings {
  /** Base of the REST API; undefined where none is configured, and none is asked. */
  url: string | undefined;
  authorization: AuthorizationProvider;
  timeoutMs: number;
  gate: RequestGate;
}

/** The part of Orthanc's own REST API that DICOMweb has nothing for. Rejects with DicomwebError. */
export class OrthancClient {
  constructor(private readonly settings: OrthancSettings) {}

  /** Orthanc's ids of the instances with this UID: several where it holds the UID under several patients. */
  async instancesOf(sopInstanceUid: string): Promise<string[]> {
    if (!isUid(sopInstanceUid)) throw new DicomwebError('unusable-uid', 'POST /tools/lookup', 'not a UID');
    const response = await this.ask('POST', '/tools/lookup', sopInstanceUid);
    const found: unknown = await response.json().catch(() => null);
    if (!Array.isArray(found)) throw new DicomwebError('not-json', 'POST /tools/lookup', 'the answer is no list');
    return (found as { Type?: string; ID?: string }[])
      .filter(({ Type }) => Type === 'Instance')
      .map(({ ID }) => String(ID));
  }

  /** An instance that is gone already is as good as deleted. */
  async deleteInstance(id: string): Promise<void> {
    const response = await this.ask('DELETE', `/instances/${encodeURIComponent(id)}`);
    await response.body?.cancel();
  }

  private async ask(method: 'POST' | 'DELETE', path: string, body?: string): Promise<Response> {
    const { url, authorization, timeoutMs, gate } = this.settings;
    if (url === undefined) throw new DicomwebError('other-origin', `${method} ${path}`, 'ORTHANC_URL is not set');
    const endpoint = path.startsWith('/instances') ? 'DELETE /instances/{id}' : endpointOf(method, `${url}${path}`);
    const header = await authorization();
    const response = await gate.run(() =>
      fetch(`${url}${path}`, {
        method,
        body,
        headers: header === undefined ? {} : { authorization: header },
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((error: unknown) => {
        throw new DicomwebError(kindOf(error), endpoint, 'no answer');
      }),
    );
    const { status, ok } = response;
    if (ok || (method === 'DELETE' && status === 404)) return response;
    await response.body?.cancel();
    if (status === 401 || status === 403)
      throw new DicomwebError('unauthorized', endpoint, `HTTP ${status}`, { status });
    const kind = status >= 300 && status < 400 ? 'redirect' : 'http';
    throw new DicomwebError(kind, endpoint, `HTTP ${status}`, { status });
  }
}

function kindOf(error: unknown): 'timeout' | 'refused' | 'reset' {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'timeout';
  return isBeforeSending(error) ? 'refused' : 'reset';
}
