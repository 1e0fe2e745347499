/** The part of dcmjs that this service uses; the package ships no types. */
declare module 'dcmjs' {
  interface DcmjsElement {
    vr: string;
    Value?: unknown[];
  }
  type DcmjsDict = Record<string, DcmjsElement>;

  interface ReadOptions {
    ignoreErrors?: boolean;
    /** Stop before this tag, such as '7FE00010'. */
    untilTag?: string;
    includeUntilTagValue?: boolean;
  }

  class DicomDict {
    /** @param meta file meta information by tag ('00020010'), not by keyword */
    constructor(meta: DcmjsDict);
    meta: DcmjsDict;
    dict: DcmjsDict;
    write(options?: { allowInvalidVRLength?: boolean; fragmentMultiframe?: boolean }): ArrayBuffer;
  }

  const dcmjs: {
    data: {
      DicomDict: typeof DicomDict;
      DicomMessage: { readFile(buffer: ArrayBuffer, options?: ReadOptions): DicomDict };
      DicomMetaDictionary: {
        naturalizeDataset(dict: DcmjsDict): Record<string, unknown>;
        denaturalizeDataset(dataset: Record<string, unknown>): DcmjsDict;
        dictionary: Record<string, { tag: string; vr: string; name: string }>;
      };
    };
    log: { setLevel(level: string): void };
  };
  export default dcmjs;
}
