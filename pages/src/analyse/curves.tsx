// The curves of one run, or of two over each other.
import {t} from '../words';
import type {Det, Rate, Run, Study} from './asked';
import {Chart, type Point, type Series, rateAxis} from './chart';
import {decibels, percent} from './figures';

export interface Shown {
  run: Run;
  study: Study;
}

const kRuleOfThree = 3;

function pointOf(x: number, rate: Rate): Point | null {
  if (rate.trials === null || rate.trials === 0) return null;
  const counted = rate.value !== null;
  const limit = rate.below ?? 1;
  return {x, y: counted ? rate.value! : limit, low: rate.low ?? 0, high: counted ? rate.high ?? 1 : limit, counted};
}

const present = (points: (Point | null)[]): Point[] => points.filter((point): point is Point => point !== null);
const nameOf = ({run, study}: Shown): string => `${run.id} · ${study.set} · ${study.fingers}`;
const leastOf = (series: Series[]): number[] => series.flatMap((each) => each.points.flatMap((point) => [point.y, point.low]));
const supportedOf = (shown: Shown[]): number => Math.min(...shown.map(({study}) => study.supported_db ?? 0));

// Misses over the threshold: what a slider moves along.
function OverThreshold({shown, threshold}: {shown: Shown[]; threshold: number}) {
  const series = shown.map((each) => ({name: nameOf(each), points: present(each.study.by_db.map((level) => pointOf(level.db, level.fnir)))}));
  const most = Math.max(60, ...series.flatMap((each) => each.points.map((point) => point.x)));
  return (
    <Chart id="over-threshold" title={t('analyse.overThreshold')} hint={t('analyse.overThreshold.hint')}
      x={{label: t('analyse.axis.threshold'), from: 0, to: most, log: false, format: decibels}}
      y={rateAxis(t('analyse.axis.fnir'), leastOf(series), percent)} series={series}
      uncounted={{from: supportedOf(shown), to: most}} mark={threshold} />
  );
}

// Misses over false answers (identification error trade-off).
function OverFalseAnswers({shown}: {shown: Shown[]}) {
  const series = shown.map((each) => ({
    name: nameOf(each),
    points: present(each.study.curve.filter((point) => (point.fpir.value ?? 0) > 0).map((point) => pointOf(point.fpir.value!, point.fnir))),
  }));
  const searches = Math.min(...shown.map(({study}) => study.searches));
  const x = rateAxis(t('analyse.axis.fpir'), series.flatMap((each) => each.points.map((point) => point.x)), percent);
  return (
    <Chart id="iet" title={t('analyse.iet')} hint={t('analyse.iet.hint')} x={x} y={rateAxis(t('analyse.axis.fnir'), leastOf(series), percent)}
      series={series} uncounted={{from: x.from, to: kRuleOfThree / searches}} />
  );
}

// A set that no threshold parts wrongly has no corner: its limit is all that is known.
function detSeries({run, study}: Shown, det: Det): Series {
  const set = run.sets.find((each) => each.set === study.set);
  const limit = Math.min(1, kRuleOfThree / (set?.genuine ?? kRuleOfThree));
  const points = det.points.map((point) => ({
    x: point.fmr, y: point.fnmr > 0 ? point.fnmr : limit, low: point.low, high: point.fnmr > 0 ? point.high : limit, counted: point.fnmr > 0,
  }));
  const ends = points.length > 0 ? [] : [Math.min(1, kRuleOfThree / (set?.impostor ?? kRuleOfThree)), 1];
  return {name: `${run.id} · ${study.set}`, points: [...points, ...ends.map((x) => ({x, y: limit, low: 0, high: limit, counted: false}))]};
}

function DetCurve({shown}: {shown: Shown[]}) {
  const series = shown.flatMap((each) => each.run.det.filter((det) => det.set === each.study.set).map((det) => detSeries(each, det)));
  if (series.length === 0) return null;
  const strangers = Math.min(...shown.map(({run, study}) => run.sets.find((set) => set.set === study.set)?.impostor ?? 1));
  const x = rateAxis(t('analyse.axis.fmr'), series.flatMap((each) => each.points.map((point) => point.x)), percent);
  return (
    <Chart id="det" title={t('analyse.det')} hint={t('analyse.det.hint')} x={x} y={rateAxis(t('analyse.axis.fnmr'), leastOf(series), percent)}
      series={series} uncounted={{from: x.from, to: kRuleOfThree / strangers}} />
  );
}

export function Curves({shown, threshold}: {shown: Shown[]; threshold: number}) {
  return (
    <div class="cols">
      <OverThreshold shown={shown} threshold={threshold} />
      <OverFalseAnswers shown={shown} />
      <DetCurve shown={shown} />
    </div>
  );
}
