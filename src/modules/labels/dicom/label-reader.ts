import dcmjs from 'dcmjs';
import type { DicomJson, DicomJsonElement } from '../../dicomweb/dicom-json.js';

/**
 * The data set of a DICOM file.
 *
 * @throws Error if the bytes are none; the message holds nothing of the content
 */
export function readLabel(bytes: Uint8Array): DicomJson {
  // dcmjs reads the whole buffer under a view; slice() would not do, because a Buffer's slice is a view again.
  const own = bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : new Uint8Array(bytes).buffer;
  try {
    return withNestedText(dcmjs.data.DicomMessage.readFile(own as ArrayBuffer).dict);
  } catch {
    // The cause may quote values of the patient.
    throw new Error(`The object is no readable DICOM file (${bytes.byteLength} bytes)`);
  }
}

/** dcmjs applies SpecificCharacterSet to the top level only and reads the text in sequences as windows-1252. */
function withNestedText(dataset: DicomJson): DicomJson {
  const items = (element: DicomJsonElement) => (element.Value ?? []).map((item) => withUtf8(item as DicomJson));
  return mapElements(dataset, (element) => (element.vr === 'SQ' ? { ...element, Value: items(element) } : element));
}

function withUtf8(item: DicomJson): DicomJson {
  const utf8 = (value: unknown) => (typeof value === 'string' ? toUtf8(value) : value);
  return withNestedText(mapElements(item, (element) => ({ ...element, Value: (element.Value ?? []).map(utf8) })));
}

const mapElements = (dataset: DicomJson, map: (element: DicomJsonElement) => DicomJsonElement): DicomJson =>
  Object.fromEntries(Object.entries(dataset).map(([tag, element]) => [tag, map(element)]));

const WINDOWS_1252 = new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));

function toUtf8(misread: string): string {
  const bytes = Uint8Array.from(misread, (character) => WINDOWS_1252.indexOf(character));
  return new TextDecoder().decode(bytes);
}
