/** The part of dcmjs that reads and writes DICOM files; the package brings no types. */
declare module 'dcmjs' {
  type Dataset = import('../../dicomweb/dicom-json.js').DicomJson;

  export const data: {
    DicomDict: new (meta: Dataset) => {
      dict: Dataset;
      write(options?: { allowInvalidVRLength: boolean }): ArrayBuffer;
    };
    DicomMessage: {
      /** Takes the whole buffer of a view, whatever part of it the view shows: pass a buffer of its own. */
      readFile(file: ArrayBuffer, options?: { untilTag?: string; noCopy?: boolean }): { meta: Dataset; dict: Dataset };
    };
  };
}
