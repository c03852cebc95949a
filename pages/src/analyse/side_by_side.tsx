// Two runs side by side; and, where a run was compared with another pair by pair, the interval of the difference.
import {knows, t} from '../words';
import type {Comparison} from './asked';
import type {Shown} from './curves';
import {decibels, percent, rateText} from './figures';

export function SideBySide({shown}: {shown: Shown[]}) {
  const targets = [...new Set(shown.flatMap(({study}) => study.points.map((point) => point.target_fpir ?? 0)))].sort((a, b) => b - a);
  return (
    <section class="box">
      <h2 id="points">{t('analyse.points.title')}</h2>
      <div class="scroll" role="region" tabIndex={0} aria-labelledby="points">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('analyse.points.at')}</th>
              {shown.map(({run, study}) => <th key={run.id} scope="col" class="n"><bdi>{`${run.id} · ${study.set}`}</bdi></th>)}
            </tr>
          </thead>
          <tbody>
            {targets.map((target) => (
              <tr key={target}>
                <th scope="row">{t('analyse.points.fnir', {rate: percent(target)})}</th>
                {shown.map(({run, study}) => {
                  const point = study.points.find((each) => each.target_fpir === target);
                  const counted = point?.supported === true && point.threshold_db !== null;
                  return <td key={run.id} class="n">{counted ? t('analyse.points.at_db', {rate: rateText(point.fnir), threshold: decibels(point.threshold_db!)}) : t('analyse.points.few')}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="hint">{shown.length > 1 ? t('analyse.points.two') : t('analyse.points.one')}</p>
    </section>
  );
}

// `of`: what was compared, or why it was not.
export function Differences({of}: {of: Comparison[] | string}) {
  if (typeof of === 'string') return <p class="box" role="status">{of}</p>;
  if (of.length === 0) return null;
  return (
    <section class="box">
      <h2 id="differences">{t('analyse.difference.title')}</h2>
      <div class="scroll" role="region" tabIndex={0} aria-labelledby="differences">
        <table>
          <thead>
            <tr>
              {['measure', 'here', 'other', 'difference', 'verdict'].map((each) => <th key={each} scope="col">{t(`analyse.difference.${each}`)}</th>)}
            </tr>
          </thead>
          <tbody>
            {of.flatMap((run) => run.figures.map((row) => {
              const verdict = `analyse.verdict.${row.verdict.replace(/ /g, '_')}`;
              return (
                <tr key={`${run.set}${row.measure}`}>
                  <th scope="row"><bdi>{run.set}</bdi> <bdi>{row.measure}</bdi></th>
                  <td>{percent(row.here)}</td>
                  <td>{percent(row.other)}</td>
                  <td>{t('analyse.points_of', {value: signed(row.difference), low: signed(row.low), high: signed(row.high)})}</td>
                  <td>{t(knows(verdict) ? verdict : 'analyse.verdict.not_shown_to_differ')}</td>
                </tr>
              );
            }))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const signed = (rate: number): string => (rate < 0 ? '−' : rate > 0 ? '+' : '') + percent(Math.abs(rate));
