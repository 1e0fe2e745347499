import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelEntity } from './label.entity.js';
import { viewerLink } from './viewer-link.js';

const label = {
  studyInstanceUid: '1.2.3',
  seriesInstanceUid: '2.25.4',
  sopInstanceUid: '2.25.5',
  sourceSeriesUid: '1.2.6',
} as LabelEntity;

describe('viewerLink', () => {
  it('is null without a template', () => {
    expect(viewerLink(undefined, label)).toBeNull();
  });

  it('fills in what it knows, in any case of letters, and leaves the rest', () => {
    const template = 'https://v/?s={StudyInstanceUID}&i={sourceSeriesUid},{seriesInstanceUid}&o={sopInstanceUid}&x={x}';
    expect(viewerLink(template, label)).toBe('https://v/?s=1.2.3&i=1.2.6,2.25.4&o=2.25.5&x={x}');
  });

  it('makes the links that the documentation gives for each viewer', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/viewers.md'), 'utf8');
    const templates = [...page.matchAll(/^VIEWER_URL_TEMPLATE='(.*)'$/gm)].map(([, template]) => template);
    const links = templates.map((template) => new URL(viewerLink(template, label)!));
    expect(links.map(({ href, protocol }) => [protocol, decodeURIComponent(href)])).toEqual([
      ['https:', 'https://viewer.example/viewer?StudyInstanceUIDs=1.2.3'],
      ['weasis:', 'weasis://$dicom:rs --url "https://pacs.example/dicom-web" -r "studyUID=1.2.3"'],
      ['slicer:', 'slicer://viewer/?studyUID=1.2.3&dicomweb_endpoint=https://pacs.example/dicom-web&bulk_retrieve=0'],
    ]);
  });
});
