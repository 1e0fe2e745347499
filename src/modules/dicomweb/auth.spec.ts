import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { authorizationOf } from './auth.js';

describe('authorizationOf', () => {
  it('gives the header of each kind', async () => {
    expect(await authorizationOf({ kind: 'none' })()).toBeUndefined();
    expect(await authorizationOf({ kind: 'bearer', token: ' abc\n' })()).toBe('Bearer abc');
    const basic = await authorizationOf({ kind: 'basic', username: 'kürator', password: 'a:b' })();
    expect(Buffer.from(basic!.replace('Basic ', ''), 'base64').toString('utf8')).toBe('kürator:a:b');
  });

  it('reads a token file again at each request, and says when there is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'token-'));
    try {
      const tokenFile = join(folder, 'token');
      const authorization = authorizationOf({ kind: 'bearer-file', tokenFile });
      await expect(authorization()).rejects.toThrow('token file');
      await writeFile(tokenFile, 'first\n');
      expect(await authorization()).toBe('Bearer first');
      await writeFile(tokenFile, 'second\n');
      expect(await authorization()).toBe('Bearer second');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
