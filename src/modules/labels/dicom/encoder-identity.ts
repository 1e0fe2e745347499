import { uidFrom } from '../uid.js';

/**
 * Who writes the labels. The version is part of every UID: raise it with every change of the encoder that gives other
 * bytes for the same lesions, so that one UID never names two different labels.
 */
export const ENCODER = {
  name: 'lesion-curator',
  version: '5',
  /** Of the product as an observer in reports (PS3.16 TID 1004). */
  deviceUid: uidFrom('lesion-curator', 'device'),
  implementationClassUid: uidFrom('lesion-curator', 'implementation class'),
  /** At most 16 characters (PS3.7 D.3.3.2). */
  implementationVersionName: 'LESIONCURATOR1',
} as const;
