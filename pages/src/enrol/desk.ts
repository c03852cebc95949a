// What the desk has of a person until it leaves: the takes of each finger, what is not there, and what goes to the node.
import type {Assessment, Decision, Item} from '../api';
import {type Taken, isRecord, itemOf, kFace, worthOf} from '../samples';

// As both hands lie, palms down, before the desk.
export const kHands: readonly (readonly string[])[] = [
  ['LEFT_LITTLE', 'LEFT_RING', 'LEFT_MIDDLE', 'LEFT_INDEX', 'LEFT_THUMB'],
  ['RIGHT_THUMB', 'RIGHT_INDEX', 'RIGHT_MIDDLE', 'RIGHT_RING', 'RIGHT_LITTLE'],
];
export const kAcross: readonly string[] = kHands.flat();
export const kPresences = ['AMPUTATED', 'BANDAGED', 'DAMAGED'] as const;
export const kReasonsToKeep = ['worn', 'cannot', 'tried'] as const;
export const kReasonsToGoOn = ['compared', 'told'] as const;
export const kMostTakes = 4;

export interface Slot {
  takes: Taken[];
  missing: string; // a presence; empty: the finger is there
  kept: string; // why a poor take is good enough
}
export type Slots = Readonly<Record<string, Slot>>;
export type State = 'none' | 'reading' | 'good' | 'poor' | 'bad' | 'unread' | 'kept' | 'missing';

const kEmpty: Slot = {takes: [], missing: '', kept: ''};
export const slotOf = (slots: Slots, position: string): Slot => slots[position] ?? kEmpty;

const usable = (taken: Taken): Assessment | null => {
  const part = taken.state === 'read' && !isRecord(taken) ? taken.parts[0] : undefined;
  return part !== undefined && part.usable ? part : null;
};
const rank = (part: Assessment): number => part.quality + (worthOf(part) === 'good' ? 1000 : 0);

// The best take that can be used; of equal ones the first.
export function bestOf(slot: Slot): Taken | null {
  let best: Taken | null = null;
  for (const taken of slot.takes) {
    const part = usable(taken);
    if (part !== null && (best === null || rank(part) > rank(usable(best)!))) best = taken;
  }
  return best;
}

export function stateOf(slot: Slot): State {
  if (slot.missing !== '') return 'missing';
  if (slot.takes.some((taken) => taken.state === 'reading')) return 'reading';
  const best = bestOf(slot);
  if (best !== null) return worthOf(best.parts[0]!) === 'good' ? 'good' : slot.kept === '' ? 'poor' : 'kept';
  const last = slot.takes[slot.takes.length - 1];
  if (last === undefined) return 'none';
  // A node that could not judge has not said that the print is poor.
  return last.state === 'refused' ? 'unread' : 'bad';
}

export const settled = (state: State): boolean => state === 'good' || state === 'kept' || state === 'missing';

// One more take: beyond the most, the worst goes.
export function withTake(slot: Slot, taken: Taken): Slot {
  const best = bestOf(slot);
  const takes = [...slot.takes];
  if (takes.length >= kMostTakes) takes.splice(takes.findIndex((each) => each !== best), 1);
  return {takes: [...takes, taken], missing: '', kept: ''};
}

export const samplesOf = (slots: Slots): Item[] =>
  [...kAcross, kFace].flatMap((position) => {
    const slot = slotOf(slots, position);
    const best = slot.missing === '' ? bestOf(slot) : null;
    return best === null ? [] : [{...itemOf(best), ...(position === kFace ? {} : {biometricSubType: position})}];
  });

export const missingOf = (slots: Slots): {position: string; presence: string}[] =>
  kAcross.filter((each) => slotOf(slots, each).missing !== '').map((position) => ({position, presence: slotOf(slots, position).missing}));

export interface About {
  type: string;
  gallery: string;
  heardIn: string;
  heardAt: string;
  search: {decision: Decision; reasonCode: string; request: string; at: string};
  goOn: string; // why it was enrolled in spite of a hit; empty: nobody was found
}

export function encounterOf(slots: Slots, about: About, noticeVersion: string): unknown {
  const gone = missingOf(slots).map(({position, presence}) => ({
    biometricType: 'FINGER',
    missing: [{biometricSubType: position, presence}],
  }));
  const kept = kAcross.filter((each) => stateOf(slotOf(slots, each)) === 'kept').map((each) => [each, slotOf(slots, each).kept]);
  return {
    status: 'ACTIVE',
    encounterType: about.type,
    galleries: [about.gallery],
    biometricData: [...samplesOf(slots), ...gone],
    contextualData: {
      notice: {version: noticeVersion, language: about.heardIn, heardAt: about.heardAt},
      searchedBefore: {...about.search, ...(about.goOn === '' ? {} : {enrolledInSpite: about.goOn})},
      keptThoughPoor: Object.fromEntries(kept),
    },
  };
}

// A name of this enrolment for the header Idempotency-Key.
export const newKey = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
