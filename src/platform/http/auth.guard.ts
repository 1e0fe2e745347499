import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  Logger,
  ServiceUnavailableException,
  SetMetadata,
  UnauthorizedException,
  applyDecorators,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiSecurity } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { createRemoteJWKSet, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Config, isLoopback } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { loggableError } from '../logging/loggable-error.js';

const PRINCIPAL = Symbol('principal');
/** Who is logged in by the access token; null where nothing names a person. */
export const principalOf = (request: object): string | null => (request as { [PRINCIPAL]?: string })[PRINCIPAL] ?? null;

const OPEN = Symbol('open');
/** Marks a route that needs no credentials (health). Everything else is closed. */
export const Open = () => applyDecorators(SetMetadata(OPEN, true), ApiSecurity({}));

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/**
 * An API key (X-Api-Key) or an OIDC access token (Authorization: Bearer). Without either configured the service
 * listens on loopback only; then a request must also name a loopback host, so that no web page can reach it by DNS
 * rebinding.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly logger = new Logger(AuthGuard.name);
  private readonly keyHashes: Buffer[];
  private jwks: Promise<JWTVerifyGetKey> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {
    this.keyHashes = config.auth.apiKeys.map(sha256);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(OPEN, [context.getHandler(), context.getClass()])) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const { apiKeys, oidcIssuer } = this.config.auth;
    if (apiKeys.length === 0 && !oidcIssuer) {
      if (isLoopback(request.hostname ?? '')) return true;
      throw new UnauthorizedException('Without API_KEYS or OIDC_ISSUER only loopback hosts are served.');
    }
    const key = request.get('x-api-key');
    if (key !== undefined && this.keyHashes.some((hash) => timingSafeEqual(hash, sha256(key)))) return true;
    const token = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1];
    const claims = token !== undefined && oidcIssuer ? await this.claimsOf(token, oidcIssuer) : null;
    if (claims) {
      Object.assign(request, { [PRINCIPAL]: claims.sub });
      return true;
    }
    http.getResponse<Response>().setHeader('www-authenticate', oidcIssuer ? 'Bearer' : 'ApiKey');
    throw new UnauthorizedException('Send a valid API key as X-Api-Key, or an access token as Authorization: Bearer.');
  }

  /** Null where the token is not valid. */
  private async claimsOf(token: string, issuer: string): Promise<JWTPayload | null> {
    const keys = await this.keysOf(issuer);
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: [issuer, `${issuer}/`], // OIDC_ISSUER is kept without a slash at its end
        audience: this.config.auth.oidcAudience,
        requiredClaims: ['exp'],
      });
      return payload;
    } catch {
      return null;
    }
  }

  private async keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    try {
      this.jwks ??= discoverKeys(issuer);
      return await this.jwks;
    } catch (error) {
      this.jwks = undefined; // tried again at the next request
      this.logger.warn({ msg: 'OIDC_ISSUER cannot be asked for its keys', error: loggableError(error) });
      throw new ServiceUnavailableException('Tokens cannot be checked: OIDC_ISSUER does not answer as it should.');
    }
  }
}

/** OpenID Connect Discovery 1.0, section 4. */
async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(10_000) });
  const { jwks_uri: jwksUri } = (await response.json()) as { jwks_uri: string };
  return createRemoteJWKSet(new URL(jwksUri));
}
