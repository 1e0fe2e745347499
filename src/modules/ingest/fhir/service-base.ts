import { FhirError } from './fhir-error.js';

/**
 * The base of the FHIR service, the only place that may receive its token. An address belongs to it when its origin is
 * the same and its path lies under the path of the base: comparing text would let `https://fhir.hosp.local.evil.com`
 * through for `https://fhir.hosp.local`.
 */
export class ServiceBase {
  /** Ends with a slash. */
  readonly url: URL;

  constructor(baseUrl: string) {
    this.url = new URL(baseUrl.replace(/\/*$/, '/'));
  }

  /**
   * An address as a next link, reference or attachment gives it, made absolute. A relative one counts from the base
   * (FHIR R4, Bundle.link.url and Reference.reference); a bare query counts from `page`, which it pages on.
   * @throws FhirError foreign-origin
   */
  resolve(address: string, page: URL = this.url): URL {
    const url = URL.parse(address, (address.startsWith('?') ? page : this.url).href);
    if (url === null || !this.owns(url)) throw new FhirError('foreign-origin');
    url.hash = '';
    return url;
  }

  private owns(url: URL): boolean {
    const path = this.url.pathname.slice(0, -1);
    return (
      url.origin === this.url.origin &&
      url.username === '' &&
      url.password === '' &&
      (url.pathname === path || url.pathname.startsWith(this.url.pathname))
    );
  }
}
