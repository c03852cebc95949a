// What other members are asked and what is asked of this node, over its interface (docs/exchange.md).
import {type FingerExplained, type Item, path, requested} from '../api';

export interface Purpose {
  name: string;
  text: string; // in the policy's words
  reasons: string[];
  items: string[];
  members: string[];
  protectsSubject: boolean;
}
export interface Terms {
  member: string;
  purposes: Purpose[];
}

export type MemberState = 'waiting' | 'match' | 'no_match' | 'indeterminate' | 'refused' | 'did_not_answer';
export interface MemberAnswer {
  name: string;
  state: MemberState;
  why: string;
  late: boolean;
}
export interface MembersCheck {
  checkId: string;
  expiresAt: string;
  members: MemberAnswer[];
  leftOut: {name: string; why: string}[];
}

// `country` and `avoid` stay at this node.
export interface Subject {
  country: string;
  avoid: string[];
}
export interface Question {
  purpose: string;
  reason: string;
  case: string;
  subject: Subject;
  biometricData: Item[];
}

export type ReleaseState = 'waiting' | 'released' | 'partly' | 'refused' | 'did_not_answer';
export interface Release {
  state: ReleaseState;
  why: string;
  items: string[];
  expiresAt: string;
  data: Record<string, unknown> | null;
  terms: {deleteBy: string} | null;
  change: string;
}

export interface ReleaseCase {
  requestId: string;
  member: string;
  state: 'waiting' | 'released' | 'partly' | 'refused' | 'lapsed';
  purpose: string;
  reason: string;
  basis: string;
  items: string[];
  allowed: string[];
  personId: string;
  decideBy: string;
  secondOfficer: boolean;
  decided: number;
}
export interface Dossier {
  request: ReleaseCase;
  comparison: {fingers: FingerExplained[]};
  encounters: {encounterId: string; encounterType: string; createdDate: string; biographicData?: Record<string, unknown>}[];
}

const kChecks = 'v1/exchange/checks';
const kDesk = 'v1/exchange/desk';
const releaseOf = (check: string, member: string): string => `${kChecks}/${path(check)}/members/${path(member)}/release`;

export const askTerms = async (): Promise<Terms> => (await requested<Terms>('GET', 'v1/exchange/terms')).value;

// The same key and body again are the same check.
export const askMembers = async ({subject, ...question}: Question, key: string, stop: AbortSignal): Promise<MembersCheck> => {
  const {country, avoid} = subject;
  const known = {...(country === '' ? {} : {country}), ...(avoid.length === 0 ? {} : {avoid})};
  return (await requested<MembersCheck>('POST', kChecks, {...question, subject: known}, undefined, stop, key)).value;
};
export const readCheck = async (id: string, stop: AbortSignal): Promise<MembersCheck> =>
  (await requested<MembersCheck>('GET', `${kChecks}/${path(id)}`, undefined, undefined, stop)).value;

export const askData = async (check: string, member: string, items: string[], basis: string, samples: Item[]): Promise<Release> =>
  (await requested<Release>('POST', releaseOf(check, member), {items, basis, biometricData: samples})).value;
export const readData = async (check: string, member: string, stop: AbortSignal): Promise<Release> =>
  (await requested<Release>('GET', releaseOf(check, member), undefined, undefined, stop)).value;

export const listRequests = async (): Promise<ReleaseCase[]> => (await requested<ReleaseCase[]>('GET', kDesk)).value;
export const readRequest = async (id: string, stop: AbortSignal): Promise<Dossier> =>
  (await requested<Dossier>('GET', `${kDesk}/${path(id)}`, undefined, undefined, stop)).value;
export const release = async (id: string, items: string[]): Promise<ReleaseCase> =>
  (await requested<ReleaseCase>('POST', `${kDesk}/${path(id)}/decision`, {decision: 'release', items})).value;
export const refuse = async (id: string): Promise<ReleaseCase> =>
  (await requested<ReleaseCase>('POST', `${kDesk}/${path(id)}/decision`, {decision: 'refuse'})).value;
