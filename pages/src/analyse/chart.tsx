// A plot of rates: lines with their bands, what was not counted shaded, one threshold marked; and the same as a table.
//
// Drawn from left to right in every language. What was counted nowhere is a dotted line at its limit.
import {t} from '../words';

export interface Point {
  x: number;
  y: number;
  low: number;
  high: number;
  counted: boolean; // else y is the limit that it lies below
}

export interface Series {
  name: string;
  points: Point[];
}

export interface Axis {
  label: string;
  from: number;
  to: number;
  log: boolean;
  format: (value: number) => string;
}

interface ChartProps {
  id: string;
  title: string;
  hint: string;
  x: Axis;
  y: Axis;
  series: Series[];
  uncounted?: {from: number; to: number};
  mark?: number;
}

const kWidth = 640;
const kHeight = 400;
const kLeft = 70;
const kRight = 28;
const kTop = 14;
const kBottom = 52;
const kSteps = 9; // lines of an axis that is not logarithmic

const place = (axis: Axis, value: number): number => {
  const of = axis.log ? Math.log10 : (v: number) => v;
  const inside = Math.min(axis.to, Math.max(axis.from, value));
  return (of(inside) - of(axis.from)) / (of(axis.to) - of(axis.from));
};

export function ticks(axis: Axis): number[] {
  if (!axis.log) {
    const rough = (axis.to - axis.from) / kSteps;
    const step = [1, 2, 5, 10, 20, 50].find((each) => each >= rough) ?? 100;
    const first = Math.ceil(axis.from / step);
    return Array.from({length: Math.floor(axis.to / step) - first + 1}, (_, i) => (first + i) * step);
  }
  const first = Math.round(Math.log10(axis.from));
  return Array.from({length: Math.round(Math.log10(axis.to)) - first + 1}, (_, i) => 10 ** (first + i));
}

// From the decade below the least rate to 100 %.
export function rateAxis(label: string, rates: number[], format: Axis['format']): Axis {
  const least = Math.min(0.1, ...rates.filter((rate) => rate > 0));
  return {label, from: 10 ** Math.floor(Math.log10(least) + 1e-9), to: 1, log: true, format};
}

export function Chart({id, title, hint, x, y, series, uncounted, mark}: ChartProps) {
  const at_x = (value: number) => kLeft + place(x, value) * (kWidth - kLeft - kRight);
  const at_y = (value: number) => kHeight - kBottom - place(y, value) * (kHeight - kTop - kBottom);
  const line = (points: Point[], of: (point: Point) => number) => points.map((point) => `${at_x(point.x).toFixed(1)},${at_y(of(point)).toFixed(1)}`);
  const shade = uncounted === undefined ? null : {from: at_x(uncounted.from), to: at_x(uncounted.to)};
  return (
    <figure class="chart box" id={id}>
      <figcaption>
        <h3>{title}</h3>
        <p class="hint">{hint}</p>
      </figcaption>
      <svg viewBox={`0 0 ${kWidth} ${kHeight}`} role="img" aria-label={title}>
        {shade !== null && shade.to - shade.from > 0.5 && <rect class="uncounted" x={shade.from} y={kTop} width={shade.to - shade.from} height={kHeight - kTop - kBottom} />}
        {ticks(x).map((tick) => (
          <g key={`x${tick}`}>
            <line class="grid" x1={at_x(tick)} x2={at_x(tick)} y1={kTop} y2={kHeight - kBottom} />
            <text x={at_x(tick)} y={kHeight - kBottom + 18} text-anchor="middle">{x.format(tick)}</text>
          </g>
        ))}
        {ticks(y).map((tick) => (
          <g key={`y${tick}`}>
            <line class="grid" x1={kLeft} x2={kWidth - kRight} y1={at_y(tick)} y2={at_y(tick)} />
            <text x={kLeft - 6} y={at_y(tick) + 4} text-anchor="end">{y.format(tick)}</text>
          </g>
        ))}
        <text x={(kLeft + kWidth) / 2} y={kHeight - 10} text-anchor="middle">{x.label}</text>
        {series.map((each, i) => (
          <g key={each.name} class={`series s${i}`}>
            {each.points.length > 1 && <polygon class="band" points={[...line(each.points, (p) => p.high), ...line(each.points, (p) => p.low).reverse()].join(' ')} />}
            <polyline class="counted" points={line(each.points.filter((p) => p.counted), (p) => p.y).join(' ')} />
            <polyline class="limit" points={line(each.points.filter((p) => !p.counted), (p) => p.y).join(' ')} />
          </g>
        ))}
        {mark !== undefined && <line class="at" x1={at_x(mark)} x2={at_x(mark)} y1={kTop} y2={kHeight - kBottom} />}
      </svg>
      <Legend series={series} shaded={shade !== null} />
      <Table title={title} x={x} y={y} series={series} />
    </figure>
  );
}

function Legend({series, shaded}: {series: Series[]; shaded: boolean}) {
  return (
    <ul class="legend">
      {series.map((each, i) => (
        <li key={each.name}>
          <svg class={`series s${i}`} viewBox="0 0 30 10" aria-hidden="true"><line class="counted" x1="0" x2="30" y1="5" y2="5" /></svg> <bdi>{each.name}</bdi>
        </li>
      ))}
      {series.some((each) => each.points.some((point) => !point.counted)) && (
        <li><svg class="series s0" viewBox="0 0 30 10" aria-hidden="true"><line class="limit" x1="0" x2="30" y1="5" y2="5" /></svg> {t('analyse.limit')}</li>
      )}
      {shaded && <li><svg viewBox="0 0 30 10" aria-hidden="true"><rect class="uncounted" width="30" height="10" /></svg> {t('analyse.uncounted')}</li>}
    </ul>
  );
}

function Table({title, x, y, series}: {title: string; x: Axis; y: Axis; series: Series[]}) {
  return (
    <details>
      <summary>{t('analyse.asTable')}</summary>
      <div class="scroll" role="region" tabIndex={0} aria-label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('analyse.column.run')}</th>
              <th scope="col" class="n">{x.label}</th>
              <th scope="col" class="n">{y.label}</th>
              <th scope="col" class="n">{t('analyse.column.interval')}</th>
            </tr>
          </thead>
          <tbody>
            {series.flatMap((each) => each.points.map((point, i) => (
              <tr key={`${each.name}${i}`}>
                <th scope="row"><bdi>{each.name}</bdi></th>
                <td class="n">{x.format(point.x)}</td>
                <td class="n">{point.counted ? y.format(point.y) : t('analyse.less', {rate: y.format(point.y)})}</td>
                <td class="n">{t('analyse.range', {low: y.format(point.low), high: y.format(point.high)})}</td>
              </tr>
            )))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
