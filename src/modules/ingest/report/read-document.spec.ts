import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import type { DocumentKind } from './document-process.js';
import { readDocument, UnreadableDocument } from './read-document.js';
import { mediaTypeOf, TEXT_READERS } from './text-readers.js';

const read = (kind: DocumentKind, content: string | Buffer) =>
  readDocument({
    kind,
    content: kind === 'rtf' && typeof content === 'string' ? Buffer.from(content, 'latin1') : content,
  });

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

describe('RTF', () => {
  const rtf = (
    body: string,
    header = '\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}{\\f1\\fcharset238 Arial CE;}}',
  ) => `{\\rtf1${header}${body}}`;

  it.each<[string, string, string]>([
    [
      'words and lines',
      rtf('{\\colortbl;\\red0\\green0\\blue0;}\\pard\\b PI-RADS 4\\b0\\par 12 mm\\line x\\par'),
      'PI-RADS 4\n12 mm\nx\n',
    ],
    ['signs in the code page', rtf("Gr\\'f6\\'dfe"), 'Größe'],
    ['signs of another font', rtf("{\\f1 \\'9a}\\'9e"), 'šž'],
    ['Cyrillic by the header', rtf("\\'cf\\'f0", '\\ansi\\ansicpg1251'), 'Пр'],
    ['Unicode with a substitute', rtf("L\\u228\\'e4sion \\u8804?5"), 'Läsion ≤5'],
    ['Unicode without and with two', rtf("{\\uc0 \\u228x}{\\uc2 \\u228\\'61\\'62x}\\u-3913?"), 'äxäx\uf0b7'],
    ['escaped signs', rtf('\\{a\\}\\\\b\\~c\\_d\\endash e'), '{a}\\b\u00a0c-d–e'],
    ['a table', rtf('\\trowd a\\cell b\\cell\\row c\\cell d\\cell\\row'), 'a\tb\t\nc\td\t\n'],
    [
      'hidden groups',
      rtf('{\\info{\\author Secret}}{\\*\\generator Word;}{\\header Page}{\\pict\\wmetafile8 0123}{\\v hidden}seen'),
      'seen',
    ],
    ['fields', rtf('{\\field{\\*\\fldinst HYPERLINK "http://x"}{\\fldrslt Link}}'), 'Link'],
    ['binary data', rtf('{\\pict\\bin3 }{\\}x'), 'x'],
    ['no end', '{\\rtf1 abc', 'abc'],
  ])('%s', async (_name, content, text) => {
    expect(await read('rtf', content)).toBe(text);
  });

  it('is not upset by depth', async () => {
    expect(await read('rtf', `{\\rtf1 a${'{'.repeat(300_000)}b${'}'.repeat(300_000)}}`)).toBe('ab');
  });
});

describe('CDA', () => {
  const cda = (body: string) =>
    `<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2.3"/>` +
    `<title>MRI</title><recordTarget><name>Mr Secret</name></recordTarget><component>${body}</component></ClinicalDocument>`;
  const section = (title: string, text: string) =>
    `<component><section><templateId root="1"/><code code="1"/><title>${title}</title><text>${text}</text></section></component>`;

  it('gives titles and narrative of the sections, without the header', async () => {
    const body = `<structuredBody>${section(
      'Findings',
      '<paragraph>Lesion 1: <content styleCode="Bold">12 mm</content></paragraph><list><item>PZ</item><item>mid &lt; apex</item></list>' +
        '<table><thead><tr><th>Lesion</th><th>PI-RADS</th></tr></thead><tbody><tr><td>1</td><td>4</td></tr></tbody></table>a<br/>b',
    )}${section('Impression', 'PI-RADS 4')}</structuredBody>`;
    expect(linesOf(await read('cda', cda(body)))).toEqual([
      'Findings',
      'Lesion 1: 12 mm',
      'PZ',
      'mid < apex',
      'Lesion  PI-RADS',
      '1       4',
      'a',
      'b',
      'Impression',
      'PI-RADS 4',
    ]);
  });

  it('reads a prefixed document in its own encoding', async () => {
    const xml = cda(`<structuredBody>${section('Befund', 'Größe 12 mm')}</structuredBody>`)
      .replace('UTF-8', 'ISO-8859-1')
      .replace(/<(\/?)(?=[A-Za-z])/g, '<$1n:');
    const bytes = Buffer.from(xml, 'latin1');
    const mediaType = mediaTypeOf(bytes, 'text/xml');
    expect(mediaType).toBe('application/hl7-cda+xml');
    expect(linesOf((await TEXT_READERS.get(mediaType)?.(bytes, 'text/xml')) ?? '')).toEqual(['Befund', 'Größe 12 mm']);
  });

  it.each([
    ['plain', '<text>words</text>', 'words'],
    [
      'base64',
      `<text mediaType="text/plain" representation="B64">${Buffer.from('words').toString('base64')}</text>`,
      'words',
    ],
    [
      'RTF in base64',
      `<text mediaType="text/rtf" representation="B64">${Buffer.from('{\\rtf1 words}').toString('base64')}</text>`,
      'words',
    ],
  ])('reads a body that is not XML: %s', async (_name, text, expected) => {
    expect(await read('cda', cda(`<nonXMLBody>${text}</nonXMLBody>`))).toBe(expected);
  });

  it('expands no entities', async () => {
    const entities = Array.from({ length: 20 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
    const xml =
      `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "x">${entities}<!ENTITY f SYSTEM "file:///etc/passwd">]>` +
      cda(`<structuredBody>${section('T', '&l20;&f;')}</structuredBody>`).slice(38);
    expect(await read('cda', xml)).not.toMatch(/root:|xxxx/);
  });
});

/** A PDF with lines of text; `stream` replaces the page's content, compressed as it is. */
function pdf(lines: [number, number, string][], stream?: Buffer): Buffer {
  const content = lines.map(([x, y, text]) => `BT /F1 12 Tf ${x} ${y} Td (${text}) Tj ET`).join('\n');
  const data = stream ?? deflateSync(Buffer.from(content, 'latin1'));
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    Buffer.concat([
      Buffer.from(`<< /Length ${data.length} /Filter /FlateDecode >>\nstream\n`),
      data,
      Buffer.from('\nendstream'),
    ]),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  const parts = [Buffer.from('%PDF-1.4\n')];
  for (const [i, object] of objects.entries()) {
    parts.push(Buffer.from(`${i + 1} 0 obj\n`), Buffer.from(object as string), Buffer.from('\nendobj\n'));
  }
  parts.push(Buffer.from('trailer << /Root 1 0 R /Size 6 >>\n%%EOF'));
  return Buffer.concat(parts);
}

describe('PDF', () => {
  it('gives lines, and a gap as an empty line', async () => {
    const text = await read(
      'pdf',
      pdf([
        [50, 700, 'MRT der Prostata'],
        [50, 640, 'Gr\\366\\337e 12 mm'],
        [200, 640, 'PI-RADS 4'],
        [50, 625, 'Ende'],
      ]),
    );
    expect(text).toBe('MRT der Prostata\n\nGröße 12 mm PI-RADS 4\nEnde');
  });

  it('gives nothing for a page without text', async () => {
    expect(await read('pdf', pdf([]))).toBe('');
  });

  it.each([
    ['only a beginning', Buffer.from('%PDF-1.4')],
    [
      'noise',
      Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256))]),
    ],
    ['no PDF', Buffer.from('Mr Secret')],
  ])('is broken: %s', async (_name, bytes) => {
    const error: unknown = await read('pdf', bytes).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnreadableDocument);
    expect(String(error)).toBe('UnreadableDocument: broken');
  });
});

describe('limits', () => {
  it('stops what takes too long, and reads the next document', async () => {
    const endless = { kind: 'html' as const, content: `<table>${'<tr><td>a</td></tr>'.repeat(200_000)}</table>` };
    await expect(readDocument(endless, { timeoutMs: 30, maxMemoryMb: 1024 })).rejects.toThrow('not read within 0.03 s');
    expect(await read('html', '<p>x</p>')).toBe('x');
  });

  it('stops what takes too much memory, and reads the next document', async () => {
    const bomb = { kind: 'pdf' as const, content: pdf([], deflateSync(Buffer.alloc(400_000_000, 0x20))) };
    await expect(readDocument(bomb, { timeoutMs: 60_000, maxMemoryMb: 300 })).rejects.toThrow('takes too much memory');
    expect(await read('html', '<p>x</p>')).toBe('x');
  });

  it.each<[string, DocumentKind, () => string | Buffer]>([
    ['a table of a billion columns', 'html', () => '<table><tr><td colspan="1000000000">a</td></tr></table>'],
    [
      'a table of many spans',
      'html',
      () => `<table>${'<tr><td colspan="9999" rowspan="9999">a</td></tr>'.repeat(500)}</table>`,
    ],
    ['HTML without end tags', 'html', () => '<div>'.repeat(300_000) + 'x'],
    ['open comments', 'cda', () => '<!--'.repeat(300_000)],
    ['open tags', 'cda', () => '<a '.repeat(300_000)],
    ['open groups', 'rtf', () => Buffer.from('{\\rtf1' + '{\\*'.repeat(300_000))],
  ])('survives a bomb: %s', async (_name, kind, bomb) => {
    const outcome = await readDocument({ kind, content: bomb() }, { timeoutMs: 1500, maxMemoryMb: 400 }).then(
      (text) => (text.length < 1e6 ? 'bounded' : 'unbounded'),
      (error: unknown) => (error instanceof UnreadableDocument ? 'bounded' : error),
    );
    expect(outcome).toBe('bounded');
    expect(await read('html', '<p>x</p>')).toBe('x');
  });
});

const { REAL_DATA_DIR } = process.env;
(REAL_DATA_DIR ? describe : describe.skip)('real files (REAL_DATA_DIR)', () => {
  it('reads a German report in PDF', async () => {
    const base64 = readFileSync(`${REAL_DATA_DIR}/fhir/hl7eu_imaging/german_report.pdf.base64`, 'utf8');
    const text = await read('pdf', Buffer.from(base64, 'base64'));
    const parts = [
      'MRT des Fußes nativ links,\nMRT des Fußes nativ rechts',
      'Befund:\nLinker Fuß:',
      'Rechter Fuß:\nAnalog',
      'Beurteilung:\n',
    ];
    const places = parts.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
  });
});
