import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { withFile } from './validators.js';

/** A content item as dcsrdump shows it. */
export interface ReadItem {
  readonly relationship: string;
  readonly type: string;
  /** Code, scheme and meaning; empty where the item has no name. */
  readonly name: string;
  readonly value: string;
  readonly children: ReadItem[];
}

/** One lesion, as a reader finds it: codes without their meaning, points as rows of numbers. */
export interface ReadLesion {
  readonly tracking: { id: string; uid: string };
  readonly codes: Record<string, string>;
  readonly sites: { site: string; side: string | undefined }[];
  readonly sizeMm: number | undefined;
  readonly regions: ReadRegion[];
  /** The target on its slice. */
  readonly point: ReadRegion;
  readonly pointLps: number[];
  readonly frameOfReferenceUid: string;
}

export interface ReadRegion {
  readonly graphicType: string;
  readonly points: number[][];
  readonly instanceUid: string;
}

const DCSRDUMP = join(dirname(process.env.DCIODVFY ?? 'dciodvfy'), 'dcsrdump');

/** The content tree as David Clunie's dcsrdump reads it (Debian package dicom3tools). */
export const readReport = (bytes: Uint8Array): Promise<ReadItem> =>
  withFile(bytes, (path) => {
    const { error, stdout, stderr } = spawnSync(DCSRDUMP, [path], { encoding: 'utf8' });
    if (error) throw new Error(`dcsrdump did not run (${error.message}). It comes with dicom3tools: npm run setup`);
    const root: ReadItem = { relationship: '', type: 'DOCUMENT', name: '', value: '', children: [] };
    const open = [root];
    for (const line of `${stdout}\n${stderr}`.split('\n')) {
      const parsed = /^\s*(>*)([A-Z ]*): ([A-Z0-9]+): (\([^,]*,[^,]*,"[^"]*"\))? *(.*)$/.exec(line);
      if (!parsed) {
        if (line.trim() !== '') throw new Error(`dcsrdump says: ${line}`);
        continue;
      }
      const [, depth = '', relationship = '', type = '', name = '', rest = ''] = parsed;
      const item = { relationship, type, name, value: rest.replace(/^= /, ''), children: [] };
      open[depth.length]!.children.push(item);
      open.length = depth.length + 1;
      open.push(item);
    }
    return root.children[0]!;
  });

export const childrenOf = ({ children }: ReadItem, code: string): ReadItem[] =>
  children.filter(({ name }) => name.startsWith(`(${code},`));

export function readLesions(report: ReadItem): ReadLesion[] {
  const [measurements] = childrenOf(report, '126010');
  return childrenOf(measurements!, '125007').map(readLesion);
}

function readLesion(group: ReadItem): ReadLesion {
  const only = (code: string, type?: string) => {
    const found = childrenOf(group, code).filter((item) => type === undefined || item.type === type);
    if (found.length !== 1) throw new Error(`${found.length} items of code ${code}, not one`);
    return found[0]!;
  };
  const regions = childrenOf(group, '111030').map(readRegion);
  const isBox = codeOf(only('130400').value) === '75958009';
  const inPatient = /^POINT \{([^}]*)\} \(FoR ([\d.]+)\)$/.exec(only('128140', 'SCOORD3D').value)!;
  const sizes = childrenOf(group, '103339001').map(({ value }) => value);
  if (sizes.some((size) => !size.endsWith('(mm,UCUM,"millimeter")'))) throw new Error('A size is not in millimetres');
  return {
    tracking: { id: unquoted(only('112039').value), uid: unquoted(only('112040').value) },
    codes: Object.fromEntries(
      group.children
        .filter(({ type, relationship }) => type === 'CODE' && relationship === 'CONTAINS')
        .map(({ name, value }) => [codeOf(name), codeOf(value)]),
    ),
    sites: childrenOf(group, '363698007').map((item) => {
      const side = childrenOf(item, '272741003')[0];
      return { site: codeOf(item.value), side: side && codeOf(side.value) };
    }),
    sizeMm: sizes[0] === undefined ? undefined : parseFloat(sizes[0]),
    regions: isBox ? regions : [],
    point: isBox ? readRegion(only('128140', 'SCOORD')) : regions[0]!,
    pointLps: inPatient[1]!.split(',').map(Number),
    frameOfReferenceUid: inPatient[2]!,
  };
}

function readRegion({ value, children }: ReadItem): ReadRegion {
  const [, graphicType, numbers] = /^([A-Z]+) \{([^}]*)\}$/.exec(value)!;
  const flat = numbers!.split(',').map(Number);
  const points = Array.from({ length: flat.length / 2 }, (_, index) => flat.slice(2 * index, 2 * index + 2));
  return { graphicType: graphicType!, points, instanceUid: instanceOf(children[0]!) };
}

/** Of an IMAGE item. */
export const instanceOf = ({ value }: ReadItem): string => /^\([\d.]+,([\d.]+)\)$/.exec(value)![1]!;

const codeOf = (code: string): string => code.slice(1).split(',')[0]!;
const unquoted = (text: string): string => text.replace(/^"|"$/g, '');
