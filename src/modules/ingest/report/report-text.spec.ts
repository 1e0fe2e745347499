import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { Attachment, DiagnosticReport } from '@medplum/fhirtypes';
import type { BinaryContent } from '../fhir/fhir-client.js';
import { FhirError } from '../fhir/fhir-error.js';
import { UnreadableDocument } from './read-document.js';
import { readReportText } from './report-text.js';

const reportOf = (more: Partial<DiagnosticReport>): DiagnosticReport => ({
  resourceType: 'DiagnosticReport',
  status: 'final',
  code: {},
  ...more,
});
const inline = (contentType: string | undefined, content: string | Buffer): Attachment => ({
  ...(contentType === undefined ? {} : { contentType }),
  data: Buffer.from(content).toString('base64'),
});
const forms = (...presentedForm: Attachment[]) => reportOf({ presentedForm });
const noBinary = (): Promise<BinaryContent> => Promise.reject(new Error('no Binary expected'));
const narrative = (div: string) => ({
  status: 'generated' as const,
  div: `<div xmlns="http://www.w3.org/1999/xhtml">${div}</div>`,
});

describe('plain text in its charset', () => {
  const words = 'Größe 12 mm, früher: 9 mm – Läsion';
  const latin1 = Buffer.from('Größe 12 mm', 'latin1');
  it.each<[string, string | undefined, Buffer, string]>([
    ['utf-8', 'text/plain; charset=utf-8', Buffer.from(words), words],
    ['no charset, UTF-8 bytes', 'text/plain', Buffer.from(words), words],
    ['no charset, Latin-1 bytes', 'text/plain', latin1, 'Größe 12 mm'],
    ['no media type', undefined, Buffer.from(words), words],
    ['iso-8859-1', 'text/plain; charset=iso-8859-1', latin1, 'Größe 12 mm'],
    ['quoted, in capitals', 'text/plain;CHARSET="ISO-8859-1"', latin1, 'Größe 12 mm'],
    ['windows-1252', 'text/plain; charset=windows-1252', Buffer.from([0x35, 0x20, 0x96, 0x20, 0x80]), '5 – €'],
    ['iso-8859-15 keeps its euro', 'text/plain; charset=iso-8859-15', Buffer.from([0xa4]), '€'],
    ['said to be utf-8, is Latin-1', 'text/plain; charset=utf-8', latin1, 'Größe 12 mm'],
    ['said to be Latin-1, is UTF-8', 'text/plain; charset=iso-8859-1', Buffer.from(words), words],
    ['utf-16 with a mark', 'text/plain; charset=utf-16', Buffer.from('\uFEFF' + words, 'utf16le'), words],
    ['utf-16 big endian with a mark', 'text/plain', Buffer.from('\uFEFF' + words, 'utf16le').swap16(), words],
    ['utf-16le', 'text/plain; charset=utf-16le', Buffer.from(words, 'utf16le'), words],
    ['utf-16 that nobody mentions', 'text/plain', Buffer.from(words, 'utf16le'), words],
    ['UTF-8 with a mark', 'text/plain', Buffer.from('\uFEFF' + words), words],
    ['a charset that does not exist', 'text/plain; charset=klingon', Buffer.from(words), words],
    ['line breaks of HL7 v2', 'text/plain', Buffer.from('PI-RADS 4\\.br\\12 mm'), 'PI-RADS 4\n12 mm'],
    ['NUL is dropped', 'text/plain', Buffer.from('a\0b'), 'ab'],
  ])('%s', async (_name, contentType, bytes, text) => {
    expect(await readReportText(forms(inline(contentType, bytes)), noBinary)).toEqual({
      text,
      mediaType: 'text/plain',
      source: 'presentedForm',
      rawSha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });
});

describe('choice', () => {
  const plain = inline('text/plain', 'plain');
  const html = inline('text/html', '<p>html</p>');
  const pdf = inline('application/x-unknown', 'abc');
  it.each<[string, DiagnosticReport, string, string]>([
    ['text before HTML', forms(html, plain), 'plain', 'presentedForm'],
    ['what can be read before what cannot', forms(pdf, html), 'html', 'presentedForm'],
    ['the first of two texts', forms(plain, inline('text/plain', 'second')), 'plain', 'presentedForm'],
    ['an empty rendering is passed over', forms(inline('text/plain', ' \n'), html), 'html', 'presentedForm'],
    [
      'broken base64 is passed over',
      forms({ contentType: 'text/plain', data: 'Grüße, kein base64' }, html),
      'html',
      'presentedForm',
    ],
    ['base64 in lines', forms({ contentType: 'text/plain', data: 'cGxh\r\n aW4=' }), 'plain', 'presentedForm'],
    [
      'HTML under a wrong name',
      forms(inline('text/plain', '<!DOCTYPE html><html><body>a<br>b</body></html>')),
      'a\nb',
      'presentedForm',
    ],
    ['the conclusion', reportOf({ conclusion: ' PI-RADS 4 ' }), 'PI-RADS 4', 'conclusion'],
    [
      'the conclusion when no rendering can be read',
      reportOf({ presentedForm: [pdf], conclusion: 'C' }),
      'C',
      'conclusion',
    ],
    ['the narrative', reportOf({ text: narrative('<p>a &lt; b</p><p>c</p>') }), 'a < b\n\nc', 'text'],
    [
      'the conclusion before another narrative',
      reportOf({ conclusion: 'C', text: narrative('Radiology report') }),
      'C',
      'conclusion',
    ],
    [
      'the narrative that holds the conclusion',
      reportOf({ conclusion: 'PI-RADS  4', text: narrative('Findings<br/>PI-RADS 4') }),
      'Findings\nPI-RADS 4',
      'text',
    ],
  ])('%s', async (_name, report, text, source) => {
    expect(await readReportText(report, noBinary)).toMatchObject({ text, source });
  });

  it('keeps tables, lists and entities of HTML readable', async () => {
    const report = reportOf({
      text: narrative(
        '<style>p{color:red}</style><h2>Befund</h2><table><thead><tr><th>Herd</th><th>PI-RADS</th></tr></thead>' +
          '<tr><td>1</td><td>4</td></tr><tr><td>2</td><td>3</td></tr></table><ul><li>Gr&ouml;&#223;e 12&nbsp;mm</li></ul>' +
          '<script>alert(1)</script><a href="http://x">Link</a><img src="x" alt="y"/>',
      ),
    });
    const { text } = (await readReportText(report, noBinary)) as { text: string };
    expect(
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    ).toEqual(['Befund', 'Herd  PI-RADS', '1     4', '2     3', '- Größe 12\u00a0mm', 'Link']);
  });
});

describe('attachments by url', () => {
  const byUrl = (contentType?: string) => forms({ url: 'Binary/1', ...(contentType ? { contentType } : {}) });

  it.each<[string, string | undefined, string, string, string]>([
    ['as promised', 'text/plain', 'text/plain;charset=utf-8', 'Größe', 'Größe'],
    ['the server knows no type', 'text/html', 'application/octet-stream', '<b>x</b>', 'x'],
    ['another type than promised', 'application/pdf', 'text/plain', 'words', 'words'],
    ['another content than promised', 'text/plain', 'text/plain', '<html><p>x</p></html>', 'x'],
  ])('%s', async (_name, promised, contentType, content, text) => {
    const asked: string[] = [];
    const result = await readReportText(byUrl(promised), (url) => {
      asked.push(url);
      return Promise.resolve({ contentType, bytes: Buffer.from(content) });
    });
    expect(result).toMatchObject({ text });
    expect(asked).toEqual(['Binary/1']);
  });

  it.each([
    ['gone', false],
    ['too-large', false],
    ['not-found', true],
    ['foreign-origin', true],
    ['outcome', true],
    ['forbidden', true],
  ] as const)('%s is a reason; to be tried again: %s', async (kind, retry) => {
    const result = await readReportText(byUrl('text/plain'), () => Promise.reject(new FhirError(kind)));
    expect(result).toEqual({ refused: 'report-unreadable', detail: `text/plain: ${kind}`, retry });
  });

  // One such document stopped the crawl of all reports.
  it.each(['timeout', 'unreachable', 'server-error', 'throttled', 'unauthorized', 'resting'] as const)(
    '%s is a reason for now, and the conclusion does not stand for the text',
    async (kind) => {
      const report = { ...byUrl('text/plain'), conclusion: 'in short' };
      const result = await readReportText(report, () => Promise.reject(new FhirError(kind)));
      expect(result).toEqual({ refused: 'report-unreadable', detail: `text/plain: ${kind} (temporary)`, retry: true });
    },
  );

  it('another rendering stands for one that cannot be fetched for now', async () => {
    const report = forms({ url: 'Binary/1', contentType: 'text/plain' }, inline('text/html', '<p>html</p>'));
    const result = await readReportText(report, () => Promise.reject(new FhirError('server-error')));
    expect(result).toMatchObject({ text: 'html' });
  });
});

describe('nothing to read', () => {
  it.each<[string, DiagnosticReport, string, string]>([
    ['no text at all', reportOf({}), 'report-without-text', 'no presentedForm, conclusion or text'],
    [
      'empty everywhere',
      reportOf({ conclusion: ' ', text: narrative(' <br/> ') }),
      'report-without-text',
      'no presentedForm, conclusion or text',
    ],
    [
      'an unknown media type',
      forms(inline('image/tiff', 'II*')),
      'report-unreadable',
      'image/tiff: no reader for this media type',
    ],
    [
      'a media type that is none',
      forms(inline('Mr Secret', 'x')),
      'report-unreadable',
      'unknown media type: no reader for this media type',
    ],
    [
      'neither data nor url',
      forms({ contentType: 'text/plain' }),
      'report-unreadable',
      'text/plain: neither data nor url',
    ],
    [
      'not base64',
      forms({ contentType: 'text/plain', data: 'Mr Secret!' }),
      'report-unreadable',
      'text/plain: data is not base64',
    ],
    [
      'larger than the limit',
      forms({ contentType: 'text/plain', data: 'A'.repeat(21_400_000) }),
      'report-unreadable',
      'text/plain: larger than 16 MB',
    ],
    [
      'a broken PDF',
      forms(inline('application/pdf', '%PDF-1.4 Mr Secret')),
      'report-unreadable',
      'application/pdf: broken',
    ],
    ['blank', forms(inline('text/plain', '  ')), 'report-unreadable', 'text/plain: no text in it'],
  ])('%s', async (_name, report, refused, detail) => {
    expect(await readReportText(report, noBinary)).toEqual({ refused, detail, retry: false });
  });

  it('turns a reader that fails into a reason', async () => {
    const readers = new Map([['text/x', () => Promise.reject(new UnreadableDocument('broken'))]]);
    expect(await readReportText(forms(inline('text/x', 'x')), noBinary, readers)).toEqual({
      refused: 'report-unreadable',
      detail: 'text/x: broken',
      retry: false,
    });
  });
});

const { REAL_DATA_DIR } = process.env;
(REAL_DATA_DIR ? describe : describe.skip)('real files (REAL_DATA_DIR)', () => {
  it('reads the two reports of the real case', async () => {
    const { readFileSync } = await import('node:fs');
    const bundle = JSON.parse(readFileSync(`${REAL_DATA_DIR}/real-case/fhir-bundle.json`, 'utf8')) as {
      entry: { resource: DiagnosticReport }[];
    };
    const reports = bundle.entry
      .map(({ resource }) => resource)
      .filter(({ resourceType }) => resourceType === 'DiagnosticReport');
    const texts = await Promise.all(reports.map((report) => readReportText(report, noBinary)));
    expect(texts).toMatchObject([
      { text: expect.stringMatching(/^MRI PROSTATE/) },
      { text: expect.stringMatching(/PATHOLOGIC DIAGNOSIS/) },
    ]);
  });
});
