import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { createRemoteJWKSet, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Config, isLoopback } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';

const OPEN = Symbol('open');
/** Marks a route that needs no credentials (health). Everything else is closed. */
export const Open = () => SetMetadata(OPEN, true);

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/**
 * An API key (X-Api-Key) or an OIDC access token (Authorization: Bearer). Without either configured the service
 * listens on loopback only; then a request must also name a loopback host, so that no web page can reach it by DNS
 * rebinding.
 */
@Injectable()
export class AuthGuard implements CanActivate {
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
    const request = context.switchToHttp().getRequest<Request>();
    const { apiKeys, oidcIssuer } = this.config.auth;
    if (apiKeys.length === 0 && !oidcIssuer) {
      if (isLoopback(request.hostname)) return true;
      throw new UnauthorizedException('Without API_KEYS or OIDC_ISSUER only loopback hosts are served.');
    }
    const key = request.get('x-api-key');
    if (key !== undefined && this.keyHashes.some((hash) => timingSafeEqual(hash, sha256(key)))) return true;
    const token = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1];
    if (token !== undefined && oidcIssuer && (await this.isValidToken(token, oidcIssuer))) return true;
    throw new UnauthorizedException('Send a valid API key as X-Api-Key, or an access token as Authorization: Bearer.');
  }

  private async isValidToken(token: string, issuer: string): Promise<boolean> {
    try {
      // A failed discovery is tried again at the next request.
      this.jwks ??= discoverKeys(issuer).catch((error: unknown) => {
        this.jwks = undefined;
        throw error;
      });
      const keys = await this.jwks;
      await jwtVerify(token, keys, { issuer, audience: this.config.auth.oidcAudience });
      return true;
    } catch {
      return false;
    }
  }
}

/** OpenID Connect Discovery 1.0, section 4. */
async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(10_000) });
  const { jwks_uri: jwksUri } = (await response.json()) as { jwks_uri: string };
  return createRemoteJWKSet(new URL(jwksUri));
}
