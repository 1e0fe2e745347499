/**
 * Runs in a process of its own: turns a document from a stranger into text. It may be broken or a bomb, so the process
 * has limits and may be killed (read-document.ts). Imports packages only, no file beside it: the tests run it as
 * TypeScript, which Node strips but does not resolve.
 */
import { Readable } from 'node:stream';
import { compile, type HtmlToTextOptions } from 'html-to-text';
import { Tokenize } from 'rtf-stream-parser';
import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';

export type DocumentKind = 'html' | 'cda' | 'rtf' | 'pdf';

export interface DocumentJob {
  kind: DocumentKind;
  /** Text for html and cda, bytes for rtf and pdf. */
  content: string | Uint8Array;
}

const READERS: Record<DocumentKind, (content: string | Uint8Array) => string | Promise<string>> = {
  html: (content) => htmlToText(String(content)),
  cda: (content) => cdaToText(String(content)),
  rtf: (content) => rtfToText(content as Uint8Array),
  pdf: (content) => pdfToText(content as Uint8Array),
};

process.on('message', ({ kind, content }: DocumentJob) => {
  Promise.resolve()
    .then(() => READERS[kind](content))
    .then(
      (text) => process.send?.(text),
      // The error could quote the document.
      () => process.send?.(null),
    );
});

// HTML and CDA

const LAYOUT: HtmlToTextOptions = {
  wordwrap: false,
  limits: { maxDepth: 200, maxInputLength: 20_000_000 },
};
const SELECTORS: HtmlToTextOptions['selectors'] = [
  { selector: 'a', options: { ignoreHref: true } },
  { selector: 'img', format: 'skip' },
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false, colSpacing: 2, rowSpacing: 0 } },
  { selector: 'ul', options: { itemPrefix: '- ' } },
];

/** Blocks on lines of their own, table rows side by side. */
const htmlToText = compile({ ...LAYOUT, selectors: SELECTORS });

/** The narrative blocks of CDA R2 (4.3.5) are much like HTML under other names. */
const narrativeToText = compile({
  ...LAYOUT,
  baseElements: { selectors: ['section > title', 'section > text', 'nonxmlbody > text'], orderBy: 'occurrence' },
  selectors: [
    ...SELECTORS,
    { selector: 'title', format: 'block', options: { leadingLineBreaks: 2, trailingLineBreaks: 1 } },
    { selector: 'text', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 2 } },
    { selector: 'paragraph', format: 'paragraph', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'caption', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'list', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'item', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
  ],
});

async function cdaToText(xml: string): Promise<string> {
  // An HTML parser takes <id/> for an open element, and knows nothing of prefixes.
  const html = xml
    .replace(/<(\/?)[A-Za-z][\w-]*:(?=[A-Za-z])/g, '<$1')
    .replace(/<(?!br\b)([A-Za-z][\w-]*)((?:\s[^<>]*)?)\/>/g, '<$1$2></$1>');
  const body = /<nonXMLBody\b[^>]*>\s*<text\b([^>]*)>([^<]*)</i.exec(html);
  if (!/representation\s*=\s*["']B64["']/i.test(body?.[1] ?? '')) return narrativeToText(html);
  const bytes = Buffer.from(body?.[2] ?? '', 'base64');
  const start = bytes.toString('latin1', 0, 5);
  if (start === '%PDF-') return pdfToText(new Uint8Array(bytes));
  if (start === '{\\rtf') return rtfToText(bytes);
  const text = new TextDecoder().decode(bytes);
  return /^\s*<(!doctype|html)/i.test(text) ? htmlToText(text) : text;
}

// RTF

/** Groups that hold no words of the document. */
const HIDDEN = new Set(
  (
    'colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf listtable ' +
    'listoverridetable revtbl filetbl themedata colorschememapping datastore fldinst xmlnstbl rsidtbl generator'
  ).split(' '),
);
const SIGNS: Record<string, string> = {
  par: '\n',
  line: '\n',
  sect: '\n',
  page: '\n',
  row: '\n',
  cell: '\t',
  tab: '\t',
  '\n': '\n',
  '\r': '\n',
  '~': '\u00a0',
  _: '-',
  emdash: '—',
  endash: '–',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  '\\': '\\',
  '{': '{',
  '}': '}',
};
/** \fcharset to the name of its code page in the Encoding Standard. */
const CHARSETS: Record<number, string> = {
  77: 'macintosh',
  128: 'shift_jis',
  129: 'euc-kr',
  134: 'gbk',
  136: 'big5',
  161: 'windows-1253',
  162: 'windows-1254',
  163: 'windows-1258',
  177: 'windows-1255',
  178: 'windows-1256',
  186: 'windows-1257',
  204: 'windows-1251',
  222: 'windows-874',
  238: 'windows-1250',
};

interface RtfState {
  hidden: boolean;
  inFonts: boolean;
  font: number;
  /** Characters after \u that repeat it for readers without Unicode. */
  substitutes: number;
}

/** Words of an RTF document (RTF 1.9.1), tokenized by rtf-stream-parser. */
async function rtfToText(bytes: Uint8Array): Promise<string> {
  const parts: string[] = [];
  const encoded: Uint8Array[] = [];
  const charsets = new Map<number, string>();
  const stack: RtfState[] = [];
  let state: RtfState = { hidden: false, inFonts: false, font: -1, substitutes: 1 };
  let codePage = 'windows-1252';
  let toSkip = 0;
  let isOptional = false;

  const flush = () => {
    if (encoded.length === 0) return;
    const decoder = new TextDecoder(charsets.get(state.font) ?? codePage);
    parts.push(decoder.decode(Buffer.concat(encoded.splice(0))));
  };
  const write = (sign: string) => {
    flush();
    if (!state.hidden) parts.push(sign);
  };
  const writeBytes = (data: Uint8Array) => {
    const skipped = Math.min(toSkip, data.length);
    toSkip -= skipped;
    if (!state.hidden && skipped < data.length) encoded.push(data.subarray(skipped));
  };
  const control = (word: string, param: number | undefined, data: Uint8Array | undefined) => {
    if (word === "'" && data !== undefined) return writeBytes(data);
    if (word === 'u' && param !== undefined) {
      write(String.fromCharCode(param & 0xffff));
      toSkip = state.substitutes;
      return;
    }
    if (SIGNS[word] !== undefined) return write(SIGNS[word]);
    flush();
    if (word === 'ansicpg') codePage = encodingOf(`windows-${param}`) ?? encodingOf(`ibm${param}`) ?? codePage;
    else if (word === 'uc') state.substitutes = param ?? 1;
    else if (word === 'f' || word === 'deff') state.font = param ?? -1;
    else if (word === 'fcharset' && state.inFonts) charsets.set(state.font, CHARSETS[param ?? 0] ?? codePage);
    else if (word === 'v' || word === 'deleted') state.hidden = param !== 0;
    else if (word === 'fonttbl') state = { ...state, hidden: true, inFonts: true };
    else if (HIDDEN.has(word) || isOptional) state.hidden = true;
  };

  for await (const token of Readable.from([Buffer.from(bytes)]).pipe(new Tokenize()) as AsyncIterable<RtfToken>) {
    if (token.type === 0) {
      flush();
      stack.push(state);
      state = { ...state };
    } else if (token.type === 1) {
      flush();
      state = stack.pop() ?? state;
      toSkip = 0;
    } else if (token.type === 3) {
      writeBytes(token.data ?? new Uint8Array());
    } else if (token.word !== '*') {
      control(token.word ?? '', token.param, token.data);
    }
    isOptional = token.word === '*';
  }
  flush();
  return parts.join('');
}

interface RtfToken {
  /** 0 and 1 open and close a group, 2 is a control, 3 is text. */
  type: number;
  word?: string;
  param?: number;
  data?: Uint8Array;
}

function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

// PDF

const MAX_PAGES = 300;

/** The text layer, in the order of the file; a line is what shares a baseline, a wide gap is an empty line. */
async function pdfToText(data: Uint8Array): Promise<string> {
  const { getDocument, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const task = getDocument({
    data: new Uint8Array(data),
    cMapUrl: new URL('../../cmaps/', import.meta.resolve('pdfjs-dist/legacy/build/pdf.mjs')).pathname,
    disableFontFace: true,
    useSystemFonts: false,
    maxImageSize: 1,
    verbosity: VerbosityLevel.ERRORS,
  });
  try {
    const document = await task.promise;
    const pages: string[] = [];
    for (let number = 1; number <= Math.min(document.numPages, MAX_PAGES); number++) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      pages.push(linesOf(items.filter((item): item is TextItem => 'str' in item)));
      page.cleanup();
    }
    return pages.join('\n\n');
  } finally {
    await task.destroy();
  }
}

function linesOf(items: TextItem[]): string {
  let text = '';
  let last: { x: number; y: number; height: number } | undefined;
  for (const { str, transform, width, height } of items) {
    if (str === '') continue;
    const [x, y] = [Number(transform[4]), Number(transform[5])];
    if (last !== undefined) {
      const dropped = Math.abs(last.y - y);
      const lineHeight = Math.max(last.height, height, 1);
      if (dropped > lineHeight / 2) text += dropped > 2 * lineHeight ? '\n\n' : '\n';
      else if (x - last.x > lineHeight / 6 && !/\s$/.test(text) && !/^\s/.test(str)) text += ' ';
    }
    text += str;
    last = { x: x + width, y, height: height || (last?.height ?? 0) };
  }
  return text;
}
