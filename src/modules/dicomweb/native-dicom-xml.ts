import type { DicomJson, DicomJsonElement } from './dicom-json.js';

const TOKEN = /<!--[^]*?-->|<\?[^]*?\?>|<(\/?)(?:[\w-]+:)?(\w+)((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/g;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads the Native DICOM Model (PS3.19 A.1), the XML form of a STOW response, into the DICOM JSON model. Values stay
 * text; person names and bulk data are left out. Whatever else the text holds is passed over, so that a page that is
 * not DICOM gives an empty data set.
 */
export function parseNativeDicomXml(xml: string): DicomJson {
  const root: DicomJson = {};
  const datasets = [root];
  const elements: DicomJsonElement[] = [];
  let value: string | undefined;
  for (const [, closing, name, attributes = '', selfClosing, words] of xml.matchAll(TOKEN)) {
    if (words !== undefined) {
      if (value !== undefined) value += words.replace(/&(\w+);/g, (entity, key: string) => ENTITIES[key] ?? entity);
      continue;
    }
    const opens = closing === '' && selfClosing === '';
    const closes = closing === '/';
    const element = elements.at(-1);
    if (name === 'DicomAttribute' && closes) elements.pop();
    else if (name === 'DicomAttribute') {
      const tag = /\btag=["']([0-9A-Fa-f]{8})["']/.exec(attributes)?.[1]?.toUpperCase();
      const started: DicomJsonElement = { vr: /\bvr=["'](\w\w)["']/.exec(attributes)?.[1] ?? 'UN' };
      if (tag !== undefined) datasets.at(-1)![tag] = started;
      if (opens) elements.push(started);
    } else if (name === 'Item' && opens) {
      const item: DicomJson = {};
      if (element) (element.Value ??= []).push(item);
      datasets.push(item);
    } else if (name === 'Item' && closes && datasets.length > 1) datasets.pop();
    else if (name === 'Value' && opens) value = '';
    else if (name === 'Value' && closes) {
      if (element && value !== undefined) (element.Value ??= []).push(value);
      value = undefined;
    }
  }
  return root;
}
