import { readFile } from 'node:fs/promises';

/** How the PACS is told who asks. A token file is read at each request, so that a rotated token is taken up. */
export type DicomwebAuth =
  | { kind: 'none' }
  | { kind: 'basic'; username: string; password: string }
  | { kind: 'bearer'; token: string }
  | { kind: 'bearer-file'; tokenFile: string };

/** Gives the value of the Authorization header, or undefined for none. */
export type AuthorizationProvider = () => Promise<string | undefined>;

export function authorizationOf(auth: DicomwebAuth): AuthorizationProvider {
  switch (auth.kind) {
    case 'none':
      return async () => undefined;
    case 'basic': {
      // UTF-8, as RFC 7617 recommends.
      const value = `Basic ${Buffer.from(`${auth.username}:${auth.password}`, 'utf8').toString('base64')}`;
      return async () => value;
    }
    case 'bearer': {
      const value = `Bearer ${auth.token.trim()}`;
      return async () => value;
    }
    case 'bearer-file':
      return async () => {
        const token = (await readFile(auth.tokenFile, 'utf8').catch(() => '')).trim();
        if (token === '') throw new Error('The DICOMweb token file cannot be read or is empty.');
        return `Bearer ${token}`;
      };
  }
}
