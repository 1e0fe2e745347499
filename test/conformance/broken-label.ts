import { type DicomJson, itemsOf } from '../../src/modules/dicomweb/dicom-json.js';
import { writeDicomFile } from '../../src/modules/labels/dicom/dicom-writer.js';
import type { ExpectedSegment } from './label-faults.js';
import { type Part10, readPart10 } from './part10.js';

/** A label to be broken in one place; elements are changed as they stand. */
export class Label implements Part10 {
  readonly meta: DicomJson;
  readonly dataset: DicomJson;

  constructor(bytes: Uint8Array) {
    ({ meta: this.meta, dataset: this.dataset } = readPart10(bytes));
    delete this.meta['00020000']; // its length, which the writer gives
  }

  /** The first item of a sequence in the first item of a sequence and so on. */
  item(...path: string[]): DicomJson {
    return path.reduce((holder, tag) => itemsOf(holder, tag)[0]!, this.dataset);
  }

  get segments(): DicomJson[] {
    return itemsOf(this.dataset, '00620002');
  }

  get frames(): DicomJson[] {
    return itemsOf(this.dataset, '52009230');
  }

  get pixels(): Uint8Array<ArrayBuffer> {
    return this.dataset['7FE00010']!.Value![0] as Uint8Array<ArrayBuffer>;
  }

  set pixels(bytes: Uint8Array<ArrayBuffer>) {
    this.dataset['7FE00010'] = { vr: 'OB', Value: [bytes] };
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return writeDicomFile(this.meta, this.dataset);
  }
}

/** Puts other values in the place of an element's. */
export function put(holder: DicomJson, tag: string, ...Value: unknown[]): void {
  holder[tag] = { vr: holder[tag]!.vr, Value };
}

export function remove(holder: DicomJson, tag: string): void {
  if (!(tag in holder)) throw new Error(`There is no ${tag} to take away`);
  delete holder[tag];
}

/** A source series and what a label on it must hold. */
export interface LabelledSource {
  readonly instances: readonly DicomJson[];
  readonly segments: readonly ExpectedSegment[];
}

/** On a plain source, frames begin within a byte; on an even one they are whole bytes, as dcmqi needs them. */
export type Example = 'plain' | 'even' | 'deidentified';
export type Check = 'dciodvfy' | 'dcentvfy' | 'dcmqi' | 'reader';

/** What is broken; a check that finds it; what the reader calls it, where it finds it too; how it is broken. */
export type Broken = [
  what: string,
  foundBy: Check,
  fault: string,
  breakIt: (label: Label, source: LabelledSource) => void | Uint8Array,
  example?: Example,
];
