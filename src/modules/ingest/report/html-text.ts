import { compile, type HtmlToTextOptions } from 'html-to-text';

const options: HtmlToTextOptions = {
  wordwrap: false,
  preserveNewlines: false,
  limits: { maxDepth: 200, maxInputLength: 5_000_000 },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false, colSpacing: 2, rowSpacing: 0 } },
    { selector: 'ul', options: { itemPrefix: '- ' } },
  ],
};
const convert = compile(options);

/** The words of an HTML or XHTML fragment, with blocks on lines of their own and table rows side by side. */
export function htmlToText(html: string): string {
  return convert(html);
}
