import { randomUUID } from 'node:crypto';
import { importJWK, importPKCS8, SignJWT, type JWK } from 'jose';
import { SYSTEM_CLOCK, type Clock } from './clock.js';
import { readCapped } from './capped-body.js';
import { errorOfStatus, FhirError } from './fhir-error.js';

/** What goes into the Authorization header of calls to the FHIR server. */
export interface FhirAuth {
  authorization(): Promise<string | undefined>;
  /** The server answered 401 to this header; true if asking again may give another. */
  forget(authorization: string): boolean;
}

export interface FhirAuthSettings {
  kind: 'none' | 'bearer' | 'client-credentials' | 'smart-backend';
  /** bearer */
  token?: string | undefined;
  /** client-credentials; for smart-backend it replaces the discovered token endpoint. */
  tokenUrl?: string | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  scope?: string | undefined;
  /** smart-backend: PKCS #8 PEM or a private JWK. */
  privateKey?: string | undefined;
  keyId?: string | undefined;
  timeoutMs?: number;
  clock?: Clock;
}

/** @param baseUrl of the FHIR server, where smart-backend looks for its token endpoint */
export function fhirAuth(settings: FhirAuthSettings, baseUrl: string): FhirAuth {
  switch (settings.kind) {
    case 'none':
      return { authorization: () => Promise.resolve(undefined), forget: () => false };
    case 'bearer': {
      const authorization = `Bearer ${required(settings.token, 'token')}`;
      return { authorization: () => Promise.resolve(authorization), forget: () => false };
    }
    case 'client-credentials':
      return new TokenAuth(settings, () => clientSecretRequest(settings));
    case 'smart-backend':
      return new TokenAuth(settings, () => smartBackendRequest(settings, baseUrl));
  }
}

interface TokenRequest {
  url: string;
  form: Record<string, string>;
  headers?: Record<string, string>;
}

/** RFC 6749 says a token without expires_in may live for any time; SMART asks for at most five minutes. */
const DEFAULT_LIFE_MS = 300_000;
const MAX_TOKEN_BYTES = 1_000_000;

/** Fetches a token, keeps it until shortly before it expires, and asks only once when many calls need one. */
class TokenAuth implements FhirAuth {
  private current: { authorization: Promise<string>; renewAtMs: number; value?: string } | undefined;
  private readonly clock: Clock;

  constructor(
    private readonly settings: FhirAuthSettings,
    private readonly request: () => Promise<TokenRequest>,
  ) {
    this.clock = settings.clock ?? SYSTEM_CLOCK;
  }

  authorization(): Promise<string> {
    if (this.current === undefined || this.clock.now() >= this.current.renewAtMs) {
      const pending = { authorization: this.fetchToken(), renewAtMs: Infinity };
      this.current = pending;
      pending.authorization.catch(() => {
        if (this.current === pending) this.current = undefined;
      });
    }
    return this.current.authorization;
  }

  forget(authorization: string): boolean {
    // Several calls may come back with 401 for the same token; only the first of them throws it away.
    if (this.current?.value === authorization) this.current = undefined;
    return true;
  }

  private async fetchToken(): Promise<string> {
    const { url, form, headers } = await this.request();
    const { access_token, expires_in } = await fetchJson(url, this.settings.timeoutMs, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...form, ...(this.settings.scope ? { scope: this.settings.scope } : {}) }),
    });
    if (typeof access_token !== 'string' || access_token === '') {
      throw new FhirError('unauthorized', { message: 'The token endpoint answered without an access token.' });
    }
    const lifeMs = Number(expires_in) > 0 ? Number(expires_in) * 1000 : DEFAULT_LIFE_MS;
    const value = `Bearer ${access_token}`;
    if (this.current) {
      this.current.renewAtMs = this.clock.now() + lifeMs - Math.min(30_000, lifeMs / 10);
      this.current.value = value;
    }
    return value;
  }
}

/** RFC 6749, 2.3.1: id and secret are form-encoded before they go into the Basic header. */
function clientSecretRequest(settings: FhirAuthSettings): Promise<TokenRequest> {
  const id = encodeURIComponent(required(settings.clientId, 'clientId'));
  const secret = encodeURIComponent(required(settings.clientSecret, 'clientSecret'));
  return Promise.resolve({
    url: required(settings.tokenUrl, 'tokenUrl'),
    form: { grant_type: 'client_credentials' },
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
  });
}

/** SMART Backend Services: a JWT signed with the client's own key (private_key_jwt) takes the place of a secret. */
async function smartBackendRequest(settings: FhirAuthSettings, baseUrl: string): Promise<TokenRequest> {
  const url = settings.tokenUrl ?? (await discoverTokenUrl(baseUrl, settings.timeoutMs));
  const clientId = required(settings.clientId, 'clientId');
  const { key, algorithm, keyId } = await signingKey(required(settings.privateKey, 'privateKey'));
  const kid = settings.keyId ?? keyId;
  const nowS = Math.floor((settings.clock ?? SYSTEM_CLOCK).now() / 1000);
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(kid ? { kid } : {}) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(url)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + 300)
    .setJti(randomUUID())
    .sign(key);
  return {
    url,
    form: {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    },
  };
}

async function discoverTokenUrl(baseUrl: string, timeoutMs?: number): Promise<string> {
  const base = new URL(baseUrl.replace(/\/*$/, '/'));
  const { token_endpoint } = await fetchJson(new URL('.well-known/smart-configuration', base).href, timeoutMs, {});
  const url = typeof token_endpoint === 'string' ? URL.parse(token_endpoint) : null;
  if (url === null || (url.protocol !== 'https:' && url.origin !== base.origin)) {
    throw new FhirError('unauthorized', {
      message: 'The FHIR server names no usable token endpoint in .well-known/smart-configuration; set FHIR_TOKEN_URL.',
    });
  }
  return url.href;
}

/** The two algorithms that SMART requires servers to know: RS384 for RSA keys, ES384 for P-384 keys. */
async function signingKey(privateKey: string) {
  try {
    if (privateKey.trimStart().startsWith('{')) {
      const jwk = JSON.parse(privateKey) as JWK;
      const algorithm = jwk.kty === 'EC' ? 'ES384' : 'RS384';
      return { key: await importJWK(jwk, algorithm), algorithm, keyId: jwk.kid };
    }
    try {
      return { key: await importPKCS8(privateKey, 'RS384'), algorithm: 'RS384', keyId: undefined };
    } catch {
      return { key: await importPKCS8(privateKey, 'ES384'), algorithm: 'ES384', keyId: undefined };
    }
  } catch {
    throw new FhirError('unauthorized', {
      message: 'The private key must be an RSA or P-384 key, as PKCS #8 PEM (BEGIN PRIVATE KEY) or as a JWK.',
    });
  }
}

async function fetchJson(url: string, timeoutMs = 30_000, init: RequestInit): Promise<Record<string, unknown>> {
  const signal = AbortSignal.timeout(timeoutMs);
  const headers = { accept: 'application/json', ...(init.headers as Record<string, string> | undefined) };
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { ...init, headers, redirect: 'error', signal });
    text = (await readCapped(response, MAX_TOKEN_BYTES)).toString('utf8');
  } catch (error) {
    if (error instanceof FhirError) throw error;
    const kind = signal.aborted ? 'timeout' : 'unreachable';
    throw new FhirError(kind, {
      message: 'The token endpoint cannot be reached; check FHIR_TOKEN_URL and the network.',
    });
  }
  if (response.status === 429 || response.status >= 500) throw errorOfStatus(response.status);
  if (!response.ok) {
    throw new FhirError('unauthorized', {
      status: response.status,
      message: 'The token endpoint refuses the client; check FHIR_CLIENT_ID, its secret or key, and FHIR_SCOPE.',
    });
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new FhirError('not-fhir', { message: 'The token endpoint did not answer with JSON; check FHIR_TOKEN_URL.' });
  }
}

function required(value: string | undefined, name: string): string {
  if (!value) throw new Error(`FHIR authentication needs ${name}`);
  return value;
}
