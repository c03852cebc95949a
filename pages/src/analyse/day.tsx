// A threshold, and the day's work that it brings: the node computes it (whorl workload), this shows it.
import {useEffect, useState} from 'preact/hooks';
import {refusalOf} from '../refusal';
import {Say} from '../say';
import {number, t} from '../words';
import {type Day, type Study, askDay} from './asked';
import {amount, decibels, percent} from './figures';

const kPause_ms = 150; // while the slider moves nothing is asked
export const kLeast_db = 10;
const kMost_db = 90;
const kWanted = [0.01, 0.003, 0.001, 0.0001];

export interface Place {
  records: string;
  galleries: string;
  searchesPerDay: string;
  known: string; // in per cent
  reviewBandDb: string;
}
export const kUsualPlace: Place = {records: '10000', galleries: '1', searchesPerDay: '1000', known: '30', reviewBandDb: '5'};
const kBounds: Record<keyof Place, [number, number]> = {
  records: [1, 1e10], galleries: [1, 1e4], searchesPerDay: [0, 1e9], known: [0, 100], reviewBandDb: [0, 60],
};
const kFields = Object.keys(kUsualPlace) as (keyof Place)[];

const isGood = (place: Place, field: keyof Place): boolean => {
  const value = Number(place[field]);
  const [least, most] = kBounds[field];
  const whole = field === 'records' || field === 'galleries';
  return place[field] !== '' && value >= least && value <= most && (!whole || Number.isInteger(value));
};

interface DayProps {
  run: string;
  study: Study;
  threshold: number;
  place: Place;
  onThreshold: (threshold_db: number) => void;
  onPlace: (place: Place) => void;
}

export function DayView({run, study, threshold, place, onThreshold, onPlace}: DayProps) {
  const [day, setDay] = useState<Day | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const bad = kFields.filter((field) => !isGood(place, field));
  const about = (more: Record<string, string>): Record<string, string> => ({
    evaluation: run, set: study.set, fingers: String(study.fingers), records: place.records, galleries: place.galleries,
    searchesPerDay: place.searchesPerDay, known: String(Number(place.known) / 100), reviewBandDb: place.reviewBandDb, ...more,
  });
  const told = (error: unknown, gone: AbortSignal) => {
    if (!gone.aborted) setProblem(refusalOf(error).what);
  };
  useEffect(() => {
    if (bad.length > 0) return undefined;
    const gone = new AbortController();
    const timer = setTimeout(() => {
      askDay(about({thresholdDb: String(threshold)}), gone.signal).then((answer) => { setDay(answer); setProblem(null); }, (error) => told(error, gone.signal));
    }, kPause_ms);
    return () => { clearTimeout(timer); gone.abort(); };
  }, [run, study, threshold, place]);
  const want = (fpir: string) => {
    if (fpir === '' || bad.length > 0) return;
    const gone = new AbortController();
    askDay(about({targetFpir: fpir}), gone.signal).then((answer) => onThreshold(Math.ceil(answer.threshold_db * 2) / 2), (error) => told(error, gone.signal));
  };
  return (
    <section class="box" aria-labelledby="at-this">
      <h2 id="at-this">{t('analyse.day.title')}</h2>
      <label for="threshold">{t('analyse.day.threshold')} <output class="big" for="threshold">{decibels(threshold)}</output></label>
      <input id="threshold" type="range" min={kLeast_db} max={kMost_db} step={0.5} value={threshold} aria-valuetext={decibels(threshold)}
        onInput={(event) => onThreshold(Number(event.currentTarget.value))} />
      <label for="wanted">{t('analyse.day.wanted')}</label>
      <select id="wanted" value="" onChange={(event) => want(event.currentTarget.value)}>
        <option value="">{t('analyse.day.choose')}</option>
        {kWanted.map((fpir) => <option key={fpir} value={String(fpir)}>{percent(fpir)}</option>)}
      </select>
      <div class="bar">
        {kFields.map((field) => (
          <span key={field} class="small">
            <label for={field}>{t(`analyse.place.${field}`)}</label>
            <input id={field} inputMode="decimal" value={place[field]} aria-invalid={bad.includes(field)} aria-describedby={bad.includes(field) ? `${field}-fault` : undefined}
              onInput={(event) => onPlace({...place, [field]: event.currentTarget.value.trim()})} />
            {bad.includes(field) && <span class="fault" id={`${field}-fault`}>{t('analyse.place.bad', {least: kBounds[field][0], most: kBounds[field][1]})}</span>}
          </span>
        ))}
      </div>
      {problem !== null && <p class="fault" role="alert">{problem}</p>}
      {day !== null && <Figures day={day} supported_db={study.supported_db} />}
    </section>
  );
}

function Figures({day, supported_db}: {day: Day; supported_db: number | null}) {
  const rows: [string, string][] = [
    ['falseAnswers', amount(day.false_answers_per_day)],
    ['reviews', amount(day.reviews_per_day)],
    ['misses', t('analyse.interval', {rate: amount(day.misses_per_day), low: amount(day.misses_per_day_low), high: amount(day.misses_per_day_high)})],
    ['fpir', percent(day.fpir)],
  ];
  return (
    <>
      <dl class="facts" id="day">
        {rows.map(([name, value]) => <div key={name} data-figure={name}><dt>{t(`analyse.day.${name}`)}</dt><dd>{value}</dd></div>)}
      </dl>
      <p class="note" role="status" data-extrapolated={String(day.extrapolated)}>
        {day.extrapolated
          ? <Say code="analyse.day.extrapolated" values={{threshold: decibels(day.threshold_db), supported: decibels(supported_db ?? 0), needed: number(day.comparisons_needed)}} />
          : <Say code="analyse.day.counted" values={{supported: decibels(supported_db ?? 0)}} />}
      </p>
      <p class="hint">{t('analyse.day.predicted')}</p>
    </>
  );
}
