// What was captured, as the page holds it until it is left: files, where each is from, and what the node says of them.
import {type Assessment, type Item, assess} from './api';
import {type Told, refusalOf} from './refusal';

export const kFingers = [
  'RIGHT_THUMB',
  'RIGHT_INDEX',
  'RIGHT_MIDDLE',
  'RIGHT_RING',
  'RIGHT_LITTLE',
  'LEFT_THUMB',
  'LEFT_INDEX',
  'LEFT_MIDDLE',
  'LEFT_RING',
  'LEFT_LITTLE',
] as const;
export const kFace = 'PORTRAIT';
export const kUnknown = 'UNKNOWN';

export interface Taken {
  id: number;
  name: string;
  data: string; // Base64
  format: string; // of a template; empty: an image, or a record of images
  position: string; // a BiometricSubType
  resolution: number | null; // as the officer states it
  state: 'reading' | 'read' | 'refused';
  parts: Assessment[]; // a record of several fingers has several
  told: Told | null;
}

// "right_index_2.png", "anna-LI.wsq": the hand and the finger, where a name says both.
export function positionOfName(name: string): string {
  const words = name
    .replace(/\.[^.]*$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  if (words.some((word) => word === 'face' || word === 'portrait')) return kFace;
  const hand = words.find((word) => word === 'right' || word === 'left');
  const finger = words.find((word) => /^(thumb|index|middle|ring|little)$/.test(word));
  if (hand !== undefined && finger !== undefined) return `${hand}_${finger}`.toUpperCase();
  const short = words.find((word) => /^[rl][timr l]$/.test(word) && word !== 'rl');
  const fingers: Record<string, string> = {t: 'THUMB', i: 'INDEX', m: 'MIDDLE', r: 'RING', l: 'LITTLE'};
  if (short === undefined) return kUnknown;
  return `${short[0] === 'r' ? 'RIGHT' : 'LEFT'}_${fingers[short[1]!]}`;
}

const formatOfName = (name: string): string => (/\.whorl$/i.test(name) ? 'WHORL_NATIVE' : '');

const base64 = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(file);
  });

let last = 0;
export async function takenOf(file: File): Promise<Taken> {
  const position = positionOfName(file.name);
  return {
    id: ++last,
    name: file.name,
    data: await base64(file),
    format: formatOfName(file.name),
    position,
    resolution: null,
    state: 'reading',
    parts: [],
    told: null,
  };
}

export const isFace = (taken: Taken): boolean => taken.position === kFace;
export const isRecord = (taken: Taken): boolean => taken.parts.length > 1;

// The item of biometricData. A record of several fingers names them itself.
export function itemOf(taken: Taken): Item {
  const item: Item = {biometricType: isFace(taken) ? 'FACE' : 'FINGER'};
  if (taken.position !== kUnknown && !isRecord(taken)) item['biometricSubType'] = taken.position;
  if (taken.resolution !== null && !isFace(taken)) item['resolution'] = taken.resolution;
  if (taken.format === '') item['image'] = taken.data;
  else {
    item['template'] = taken.data;
    item['templateFormat'] = taken.format;
  }
  return item;
}

// The same with what the node says of it.
export async function assessed(taken: Taken): Promise<Taken> {
  try {
    const parts = await assess(itemOf(taken));
    // A record may know which finger it is.
    const known = parts.length === 1 && taken.position === kUnknown ? parts[0]!.biometricSubType : taken.position;
    return {...taken, position: known, state: 'read', parts, told: null};
  } catch (error) {
    return {...taken, state: 'refused', parts: [], told: refusalOf(error)};
  }
}

export type Worth = 'good' | 'poor' | 'bad';
export function worthOf(part: Assessment): Worth {
  if (!part.usable) return 'bad';
  return part.feedbackReasons.length > 0 ? 'poor' : 'good';
}

// Files of one finger twice: positions that more than one has.
export function positionsTwice(all: Taken[]): string[] {
  const named = all.map((taken) => taken.position).filter((position) => position !== kUnknown);
  return [...new Set(named.filter((position, i) => named.indexOf(position) !== i))];
}
