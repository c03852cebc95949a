// What an analyst asks of the node: runs, a day's work, thresholds (docs/openapi.yaml).
import {type Answered, path, query, requested} from '../api';

export interface Rate {
  errors: number | null;
  trials: number | null;
  low: number | null;
  high: number | null;
  value: number | null; // null: nothing was counted, and it lies below `below`
  below: number | null;
}

interface Provenance {
  whorl: string | null;
  command: string | null;
  date: string | null;
  seed: number | null;
  data: {name: string | null; sha256: string | null}[];
  calibration: {name: string | null; sha256: string | null};
}

export interface ListedRun {
  id: string;
  provenance: Provenance | null;
}

export interface SearchPoint {
  target_fpir?: number | null;
  supported?: boolean | null;
  threshold_db: number | null;
  fpir: Rate;
  fnir: Rate;
}

export interface Study {
  set: string;
  fingers: number;
  searches: number;
  gallery_size: number;
  points: SearchPoint[];
  curve: SearchPoint[];
  by_db: {db: number; fnir: Rate}[];
  supported_db: number | null;
}

export interface Det {
  set: string;
  points: {fmr: number; fnmr: number; low: number; high: number}[];
}

export interface Comparison {
  set: string;
  pairs: number;
  figures: {measure: string; here: number; other: number; difference: number; low: number; high: number; verdict: string}[];
}

export interface Run {
  id: string;
  sha256: string;
  provenance: Provenance;
  sets: {set: string; genuine: number; impostor: number; eer: Rate}[];
  det: Det[];
  searches: Study[];
  comparison: Comparison[];
}

export interface Day {
  threshold_db: number;
  fpir: number;
  false_answers_per_day: number;
  reviews_per_day: number;
  misses_per_day: number;
  misses_per_day_low: number;
  misses_per_day_high: number;
  extrapolated: boolean;
  comparisons_needed: number;
}

export interface Rule {
  thresholdDb: number | null;
  targetFpir: number | null;
  reviewBandDb: number | null;
}

interface Person {
  subject: string;
  issuer: string;
}

export interface Change {
  proposalId: string;
  state: 'proposed' | 'in_force' | 'ended' | 'rejected' | 'withdrawn';
  galleryId: string | null;
  rule: Rule | null;
  proposedDb: number;
  beforeDb: number | null;
  reason: string;
  evaluation: {id: string; supportedDb: number} | null;
  extrapolated: boolean;
  proposedBy: Person;
  proposedAt: string;
  decidedBy: Person | null;
  decidedAt: string | null;
  decisionReason: string;
}

export interface InForce extends Rule {
  galleryId: string | null;
  source: 'configuration' | 'setting';
  proposalId: string | null;
}

export interface Settings {
  inForce: InForce[];
  changes: Change[];
}

const value = async <T>(answer: Promise<Answered<T>>): Promise<T> => (await answer).value;

export const askRuns = async (): Promise<ListedRun[]> =>
  (await value(requested<{evaluations: ListedRun[]}>('GET', 'v1/evaluations'))).evaluations;

export const askRun = (id: string): Promise<Run> => value(requested<Run>('GET', `v1/evaluations/${path(id)}`));

// Of two runs on the same samples; `here` is the first.
export const askDifferences = async (a: string, b: string): Promise<Comparison[]> =>
  (await value(requested<{comparison: Comparison[]}>('GET', `v1/evaluations/compare${query({a, b})}`))).comparison;

export const askDay = (about: Record<string, string>, signal: AbortSignal): Promise<Day> =>
  value(requested<Day>('GET', `v1/workload${query(about)}`, undefined, undefined, signal));

export const askThresholds = (): Promise<Settings> => value(requested<Settings>('GET', 'v1/thresholds'));

export const propose = (proposal: unknown): Promise<Change> =>
  value(requested<Change>('POST', 'v1/thresholds/proposals', proposal));

export const decide = (id: string, decision: 'approve' | 'reject', reason: string): Promise<Change> =>
  value(requested<Change>('POST', `v1/thresholds/proposals/${path(id)}/decision`, reason === '' ? {decision} : {decision, reason}));

export const withdraw = (id: string): Promise<Change> =>
  value(requested<Change>('POST', `v1/thresholds/proposals/${path(id)}/withdrawal`));
