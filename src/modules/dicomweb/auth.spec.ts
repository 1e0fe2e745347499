import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { authorizationOf, isSameOrigin } from './auth.js';

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

describe('isSameOrigin', () => {
  const configured = ['https://pacs.example/dicom-web', 'https://pacs.example:8443/wado'];
  it.each([
    ['https://pacs.example/bulk/1', true],
    ['https://pacs.example:8443/bulk', true],
    ['http://pacs.example/bulk', false],
    ['https://pacs.example.evil.example/bulk', false],
    ['https://user@evil.example/', false],
    ['/relative', false],
  ])('%s: %s', (url, expected) => {
    expect(isSameOrigin(url, configured)).toBe(expected);
  });
});
