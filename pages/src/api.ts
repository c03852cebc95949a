// What the node is asked, over its own interface (docs/openapi.yaml). The token lies in this variable and nowhere else;
// who has signed in at the provider has a cookie that no script sees, and says `csrf` with every change.
let token: string | null = null;
let csrf: string | null = null;

export const useToken = (value: string | null): void => {
  token = value;
};
export const tokenOfNow = (): string | null => token;

interface Ways {
  provider: boolean; // people sign in at an identity provider
  csrf: string | null; // of whoever has
}

export type Arguments = Record<string, string | number>;
export interface Reason {
  code: string;
  arguments: Arguments;
}

export interface Picture {
  mediaType: string;
  width: number;
  height: number;
  data: string;
}

export interface Me {
  subject: string;
  issuer: string;
  signedInBy: string;
  roles: string[];
  scopes: string[];
  galleries: string[];
  allGalleries: boolean;
  node: {version: string; readsImages: string[]; calibrated: string[]; maxImageBytes: number; asksMembers: boolean};
}

export interface Assessment {
  biometricType: string;
  biometricSubType: string;
  quality: number;
  usable: boolean;
  resolutionDoubtful: boolean;
  feedbackReasons: Reason[];
  preview: Picture | null;
}

export type Decision = 'match' | 'no_match' | 'indeterminate';

export interface Candidate {
  personId: string;
  rank: number;
  score: number;
  others: {decision: Decision};
}

export interface Receipt {
  gallerySize: number;
  searched: number;
  comparedPersons: number;
  complete: boolean;
}

export interface Answer {
  decision: Decision;
  reasonCode: string;
  reasonArguments: Arguments;
  thresholdDb: number;
  supportedDb: number;
  matches: number;
  expectedMissRate: number | null;
  receipt: Receipt;
  candidates: Candidate[];
}

export interface Minutia {
  x: number;
  y: number;
  direction: number;
  type: 'ending' | 'bifurcation';
}

export interface Drawing {
  biometricSubType: string;
  quality: number;
  width: number;
  height: number;
  minutiae: Minutia[];
  ridges: Picture | null;
  image: Picture | null;
}

export interface FingerExplained {
  encounterId?: string; // these two: not to a reviewer who has not decided
  score?: number;
  probe: Drawing;
  reference: Drawing;
  pairs: {probe: number; reference: number}[];
}

export interface Explanation {
  scoreDb: number;
  fingers: FingerExplained[];
}

export interface Backup {
  begunAt: string;
  auditLeaves: number;
  result: 'made' | 'failed' | 'unknown';
}

export interface NodeState {
  version: string;
  changesRefused: {code: string} | null;
  galleries: {galleryId: string; persons: number; encounters: number; fingers: number; faces: number}[];
  parts: string[];
  memory: {kind: string; bytes: number}[];
  snapshotsUsed: number;
  snapshotsDropped: number;
  housekeepingFailures: number;
  audit: {leaves: number; signedLeaves: number; signedAt: string; checkpoint: string; key: string} | null;
  keys: {epoch: number; rotationUnfinished: boolean; wraps: number; rootKeyMadeByWhorl: boolean} | null;
  notices: {code: string; text: string}[];
  keepsImages: boolean;
  backups: {last: Backup | null; lastMade: Backup | null};
}

export type Item = Record<string, string | number>;

// Why there is no answer. `status` 0: the node was not reached.
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly retryAfter: number,
    readonly request: string,
    readonly values: Arguments,
  ) {
    super(code);
  }
}

export interface Answered<T> {
  value: T;
  request: string; // the number that stands in the node's log
}

async function refusal(response: Response): Promise<Refused> {
  const body = (await response.json().catch(() => ({}))) as {reasonCode?: string; reasonArguments?: Arguments};
  const code = body.reasonCode ?? response.headers.get('Whorl-Reason') ?? '';
  const wait = Number(response.headers.get('Retry-After') ?? 0);
  const request = response.headers.get('Whorl-Request') ?? '';
  return new Refused(response.status, code, wait, request, body.reasonArguments ?? {});
}

async function call(method: string, path: string, accept: string, body?: unknown, signal?: AbortSignal, key?: string) {
  const headers: Record<string, string> = {Accept: `${accept}, application/vnd.whorl.error+json`};
  if (token !== null) headers['Authorization'] = `Bearer ${token}`;
  else if (csrf !== null && method !== 'GET') headers['Whorl-Csrf'] = csrf;
  if (key !== undefined) headers['Idempotency-Key'] = key;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused(0, 'not_reached', 0, '', {});
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function json<T>(method: string, path: string, body?: unknown, accept = 'application/json', signal?: AbortSignal, key?: string) {
  const response = await call(method, path, accept, body, signal, key);
  return {value: (await response.json()) as T, request: response.headers.get('Whorl-Request') ?? ''} as Answered<T>;
}

const query = (values: Record<string, string>): string => `?${new URLSearchParams(values).toString()}`;
const path = (...parts: string[]): string => parts.map(encodeURIComponent).join('/');

export const askWays = async (): Promise<Ways> => {
  const ways = (await json<Ways>('GET', 'v1/sign-in')).value;
  csrf = ways.csrf;
  return ways;
};

export const askMe = async (): Promise<Me> => {
  const me = (await json<Me>('GET', 'v1/me')).value;
  if (token === null && me.signedInBy === 'token') await askWays();
  return me;
};

// Where the person goes to sign out at the provider, too; null: nowhere.
export const signOut = async (): Promise<string | null> => {
  const wasSession = csrf !== null;
  useToken(null);
  if (!wasSession) return null;
  const ended = await json<{provider: string | null}>('POST', 'v1/sign-out');
  csrf = null;
  return ended.value.provider;
};

export const assess = async (item: Item, signal?: AbortSignal): Promise<Assessment[]> =>
  (await json<{samples: Assessment[]}>('POST', 'v1/assess', {biometricData: [item]}, undefined, signal)).value.samples;

export interface Case {
  gallery: string;
  purpose: string;
  reference: string;
}

export const identify = (about: Case, items: Item[], signal?: AbortSignal): Promise<Answered<Answer>> =>
  json<Answer>(
    'POST',
    `v1/identify/${path(about.gallery)}${query({transactionId: about.reference, purpose: about.purpose})}`,
    {filter: {}, biometricData: items},
    'application/vnd.whorl.identify+json',
    signal,
  );

export interface Enrolled {
  personId: string;
  encounterId: string;
}

// A new person. The same key and body again enrol nobody twice.
export const enrol = async (reference: string, encounter: unknown, key: string): Promise<Enrolled> => {
  const asked = `v1/persons${query({transactionId: reference})}`;
  return (await (await call('POST', asked, 'application/json', encounter, undefined, key)).json()) as Enrolled;
};

export const explain = async (about: Case, person: string, items: Item[], signal?: AbortSignal): Promise<Explanation> =>
  (
    await json<Explanation>(
      'POST',
      `v1/explain/${path(about.gallery, person)}${query({transactionId: about.reference, purpose: about.purpose})}`,
      {biometricData: items},
      undefined,
      signal,
    )
  ).value;

export type CaseAnswer = 'same' | 'different' | 'cannot_tell';

export interface CaseDecision {
  decision: CaseAnswer;
  candidate: number | null;
  reason: string;
}

export interface ReviewCase {
  caseId: string;
  kind: 'identification' | 'deduplication';
  state: 'waiting' | 'decided' | 'disputed';
  reference: string;
  purpose: string;
  dueAt: string;
  wanted: number;
  decided: number;
  candidates: number;
  claimedUntil: string | null;
  claimedByMe: boolean;
  next: 'claim' | 'decide' | 'nothing';
  why: string;
  own: CaseDecision | null;
  told: {number: number; personId: string; score: number | null; rank: number | null}[];
  outcome: {decision: CaseAnswer; personId: string | null} | null;
}

const kMostListed = 100;
export const listCases = async (): Promise<{total: number; cases: ReviewCase[]}> =>
  (await json<{total: number; cases: ReviewCase[]}>('GET', `v1/cases${query({state: 'waiting', limit: String(kMostListed)})}`)).value;

export const claimCase = async (id: string): Promise<ReviewCase> =>
  (await json<ReviewCase>('POST', `v1/cases/${path(id)}/claim`)).value;
export const giveBackCase = async (id: string): Promise<ReviewCase> =>
  (await json<ReviewCase>('DELETE', `v1/cases/${path(id)}/claim`)).value;
export const decideCase = async (id: string, decision: CaseDecision): Promise<ReviewCase> => {
  const {candidate, ...rest} = decision;
  return (await json<ReviewCase>('POST', `v1/cases/${path(id)}/decisions`, candidate === null ? rest : decision)).value;
};
export const compareCase = async (id: string, candidate: number, pairs: boolean, signal?: AbortSignal): Promise<FingerExplained[]> => {
  const asked = `v1/cases/${path(id)}/candidates/${candidate}${query({pairs: String(pairs)})}`;
  return (await json<{fingers: FingerExplained[]}>('GET', asked, undefined, undefined, signal)).value.fingers;
};

// Searches, and has people decide where somebody is near: nothing where nobody is.
export const openCase = async (about: Case, items: Item[]): Promise<ReviewCase | null> =>
  (
    await json<{case?: ReviewCase}>('POST', `v1/cases${query({purpose: about.purpose})}`, {
      kind: 'identification',
      galleryId: about.gallery,
      reference: about.reference,
      biometricData: items,
    })
  ).value.case ?? null;

export const askNode = async (): Promise<NodeState> => (await json<NodeState>('GET', 'v1/node')).value;
export const askMetrics = async (): Promise<string> => (await call('GET', 'metrics', 'text/plain')).text();
// Whether the node is reached at all.
export const askAlive = (): Promise<boolean> => call('GET', 'livez', 'text/plain').then(() => true, (error) => error instanceof Refused && error.status !== 0);
export const askReady = async (): Promise<boolean> => {
  try {
    await call('GET', 'readyz', 'text/plain');
    return true;
  } catch (error) {
    if (error instanceof Refused && error.status === 503) return false;
    throw error;
  }
};

// What pages of their own ask in files of their own.
export {json as requested, path, query};
