import { itemsOf, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import { type Broken, put, remove } from './broken-label.js';

/** Faults in what a label says of itself, its patient and its images. */
export const OBJECT_FAULTS: Record<string, Broken[]> = {
  'file meta information': [
    [
      'an implementation version name of 17 characters',
      'reader',
      'implementation version of 16 characters at most',
      ({ meta }) => put(meta, '00020013', 'LESIONCURATOR1234'),
    ],
    [
      'the UID of another instance in the file meta information',
      'reader',
      'file meta names the object',
      ({ meta }) => put(meta, '00020003', '2.25.77'),
    ],
    [
      'the wrong transfer syntax',
      'reader',
      'explicit VR little endian',
      ({ meta }) => put(meta, '00020010', '1.2.840.10008.1.2.1.99'),
    ],
  ],
  'SOP common': [
    [
      'a name with umlauts without a character set',
      'reader',
      'text in UTF-8',
      ({ dataset }) => remove(dataset, '00080005'),
    ],
    ['modality MR', 'dciodvfy', '', ({ dataset }) => put(dataset, '00080060', 'MR')],
    [
      'a UID of more than 128 bits',
      'reader',
      'UIDs',
      ({ dataset, meta }) =>
        [dataset, meta].forEach((holder, i) => put(holder, ['00080018', '00020003'][i]!, `2.25.${2n ** 128n}`)),
    ],
  ],
  'patient and study': [
    ['another birth date', 'dcentvfy', '', ({ dataset }) => put(dataset, '00100030', '19500204')],
    ['another sex', 'dcentvfy', '', ({ dataset }) => put(dataset, '00100040', 'F')],
    ['another name', 'dcentvfy', '', ({ dataset }) => put(dataset, '00100010', { Alphabetic: 'Meier^Jan' })],
    ['another study date', 'dcentvfy', '', ({ dataset }) => put(dataset, '00080020', '20240103')],
    ['another study time', 'dcentvfy', '', ({ dataset }) => put(dataset, '00080030', '101501')],
    [
      'another accession number',
      'reader',
      'patient and study of the source',
      ({ dataset }) => put(dataset, '00080050', 'ACC2'),
    ],
    ['another referring physician', 'dcentvfy', '', ({ dataset }) => put(dataset, '00080090', { Alphabetic: 'X' })],
    ['another patient id', 'dcentvfy', '', ({ dataset }) => put(dataset, '00100020', 'PAT-2')],
    [
      'another study',
      'reader',
      'patient and study of the source',
      ({ dataset }) => put(dataset, '0020000D', '1.2.826.0.1.3680043.8.498.55'),
    ],
    [
      'no issuer of the patient id',
      'reader',
      'patient and study of the source',
      ({ dataset }) => remove(dataset, '00100021'),
    ],
    ['no birth date, not even empty', 'dciodvfy', '', ({ dataset }) => remove(dataset, '00100030')],
    [
      'a de-identified patient who is no longer marked as such',
      'reader',
      'patient and study of the source',
      ({ dataset }) => remove(dataset, '00120062'),
      'deidentified',
    ],
  ],
  'series, equipment and frame of reference': [
    [
      'the series of the images',
      'dcentvfy',
      '',
      ({ dataset }, { instances }) => put(dataset, '0020000E', textOf(instances[0]!, '0020000E')),
    ],
    ['no series number', 'dciodvfy', '', ({ dataset }) => remove(dataset, '00200011')],
    ['no manufacturer', 'dciodvfy', '', ({ dataset }) => remove(dataset, '00080070')],
    ['no software version', 'dciodvfy', '', ({ dataset }) => remove(dataset, '00181020')],
    ['no device serial number', 'dciodvfy', '', ({ dataset }) => remove(dataset, '00181000')],
    [
      'no frame of reference',
      'reader',
      'frame of reference of the source',
      ({ dataset }) => remove(dataset, '00200052'),
    ],
    [
      'another frame of reference',
      'reader',
      'frame of reference of the source',
      ({ dataset }) => put(dataset, '00200052', '1.2.826.0.1.3680043.8.498.99'),
    ],
  ],
  'image and segmentation': [
    ['an original image', 'dciodvfy', '', ({ dataset }) => put(dataset, '00080008', 'ORIGINAL', 'PRIMARY')],
    ['8 bits allocated', 'dciodvfy', '', ({ dataset }) => put(dataset, '00280100', 8)],
    [
      'a lossy source that is no longer marked as such',
      'reader',
      'lossy as the source',
      ({ dataset }) => put(dataset, '00282110', '00'),
      'deidentified',
    ],
    ['no segmentation type', 'dciodvfy', '', ({ dataset }) => remove(dataset, '00620001')],
    [
      'segments that overlap and are said not to',
      'reader',
      'overlap as stated',
      ({ dataset }) => put(dataset, '00620013', 'NO'),
    ],
    ['a content label in lower case', 'dciodvfy', '', ({ dataset }) => put(dataset, '00700080', 'lesions')],
    [
      'no content creator',
      'reader',
      'content with a name and its creator',
      ({ dataset }) => remove(dataset, '00700084'),
    ],
  ],
  references: [
    [
      'no referenced series (OHIF cannot load the label)',
      'reader',
      'referenced series with the images that frames refer to',
      ({ dataset }) => remove(dataset, '00081115'),
    ],
    [
      'another referenced series',
      'reader',
      'referenced series with the images that frames refer to',
      (label) => put(label.item('00081115'), '0020000E', '1.2.826.0.1.3680043.8.498.61'),
    ],
    [
      'an image that is left out of the referenced series',
      'reader',
      'referenced series with the images that frames refer to',
      (label) => put(label.item('00081115'), '0008114A', ...itemsOf(label.item('00081115'), '0008114A').slice(1)),
    ],
    [
      'a source image that does not exist',
      'reader',
      'source images that exist',
      (label) => put(label.item('52009230', '00089124', '00082112'), '00081155', '1.2.826.0.1.3680043.8.498.7.999'),
    ],
    [
      'the wrong class of a source image',
      'reader',
      'source images that exist',
      (label) => put(label.item('52009230', '00089124', '00082112'), '00081150', '1.2.840.10008.5.1.4.1.1.2'),
    ],
    [
      'a frame without source image',
      'reader',
      'every frame has source, position, segment and index',
      (label) => remove(label.item('52009230'), '00089124'),
    ],
    [
      'a source image for no purpose',
      'dciodvfy',
      '',
      (label) => remove(label.item('52009230', '00089124', '00082112'), '0040A170'),
    ],
    [
      'another purpose',
      'reader',
      'purpose of the references',
      (label) => put(label.item('52009230', '00089124', '00082112', '0040A170'), '00080100', '121324'),
    ],
    [
      'spatial locations that are not preserved',
      'reader',
      'spatial locations preserved',
      (label) => put(label.item('52009230', '00089124', '00082112'), '0028135A', 'NO'),
    ],
  ],
};
