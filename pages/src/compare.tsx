// Both fingers side by side with the minutiae that fall together: numbered alike, zoomed together.
import {useId, useState} from 'preact/hooks';
import type {Drawing, Explanation, FingerExplained, Minutia} from './api';
import {useAddress} from './picture';
import {Say} from './say';
import {number, t} from './words';

type Layer = 'image' | 'ridges';
const kMargin = 24; // around what a finger's minutiae cover, in pixels at 500 ppi

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

// The part of a drawing that its minutiae cover.
function coveredBy(drawing: Drawing): Box {
  const whole = {x: 0, y: 0, width: drawing.width, height: drawing.height};
  if (drawing.minutiae.length < 3) return whole;
  const xs = drawing.minutiae.map((m) => m.x);
  const ys = drawing.minutiae.map((m) => m.y);
  const x = Math.max(0, Math.min(...xs) - kMargin);
  const y = Math.max(0, Math.min(...ys) - kMargin);
  return {
    x,
    y,
    width: Math.min(drawing.width, Math.max(...xs) + kMargin) - x,
    height: Math.min(drawing.height, Math.max(...ys) + kMargin) - y,
  };
}

// Both sides show areas of one size, so that ridges are as far apart here as there.
function framed(box: Box, width: number, height: number, zoom: number, about: Minutia | null): string {
  const w = width / zoom;
  const h = height / zoom;
  const cx = about?.x ?? box.x + box.width / 2;
  const cy = about?.y ?? box.y + box.height / 2;
  return [cx - w / 2, cy - h / 2, w, h].map((value) => value.toFixed(1)).join(' ');
}

function Mark({minutia, label, faint}: {minutia: Minutia; label: string; faint: boolean}) {
  const turn = (minutia.direction * Math.PI) / 180;
  const [dx, dy] = [Math.cos(turn), -Math.sin(turn)];
  return (
    <g class={faint ? 'mark faint' : 'mark'} transform={`translate(${minutia.x} ${minutia.y})`}>
      <line x1={dx * 5} y1={dy * 5} x2={dx * 13} y2={dy * 13} />
      {minutia.type === 'ending' ? <circle r={5} /> : <rect x={-4.5} y={-4.5} width={9} height={9} />}
      <text x={7} y={-6}>{label}</text>
    </g>
  );
}

interface SideProps {
  drawing: Drawing;
  title: string;
  layer: Layer;
  numbers: Map<number, number>; // of the minutiae that have a partner
  chosen: number | null; // number of a pair
  view: string;
  points: boolean;
}

function Side({drawing, title, layer, numbers, chosen, view, points}: SideProps) {
  const image = useAddress(drawing.image);
  const ridges = useAddress(drawing.ridges);
  const shown = layer === 'image' && image !== null ? image : (ridges ?? image);
  const drawn = shown === ridges && shown !== null;
  return (
    <figure>
      <figcaption>
        {title} <span class="hint">{shown === null ? t('compare.pointsAlone') : t(drawn ? 'compare.drawn' : 'compare.captured')}</span>
      </figcaption>
      <svg viewBox={view} role="img" aria-label={t('compare.side', {side: title, n: numbers.size})}>
        {shown !== null && (
          <image href={shown} width={drawing.width} height={drawing.height} preserveAspectRatio="none" class={drawn ? 'ink' : 'photo'} />
        )}
        {points &&
          [...numbers].map(([at, label]) => (
            <Mark key={at} minutia={drawing.minutiae[at]!} label={number(label)} faint={chosen !== null && chosen !== label} />
          ))}
      </svg>
    </figure>
  );
}

interface FingerProps {
  finger: FingerExplained;
  sides?: {probe: string; reference: string}; // what they are called
  onPairs?: (() => void) | undefined; // pairs are not there, and can be asked for
}

export function Finger({finger, sides, onPairs}: FingerProps) {
  const [layer, setLayer] = useState<Layer>('image');
  const [points, setPoints] = useState(true);
  const [zoom, setZoom] = useState(1);
  const [chosen, setChosen] = useState<number | null>(null);
  const id = useId();
  const name = t(`position.${finger.reference.biometricSubType}`);
  const probeNumbers = new Map(finger.pairs.map((pair, i) => [pair.probe, i + 1]));
  const keptNumbers = new Map(finger.pairs.map((pair, i) => [pair.reference, i + 1]));
  const [probeBox, keptBox] = [coveredBy(finger.probe), coveredBy(finger.reference)];
  const width = Math.max(probeBox.width, keptBox.width);
  const height = Math.max(probeBox.height, keptBox.height);
  const pair = chosen === null ? null : finger.pairs[chosen - 1]!;
  const shared = {layer, points, chosen};
  const other = finger.probe.biometricSubType !== finger.reference.biometricSubType;
  return (
    <section aria-label={name}>
      <h3>{name}</h3>
      {other && <p class="note">{t('compare.otherFinger', {finger: t(`position.${finger.probe.biometricSubType}`)})}</p>}
      <div class="bar noprint">
        {onPairs !== undefined && <button type="button" class="plain" onClick={onPairs}>{t('review.pairs')}</button>}
        {onPairs === undefined && <label class="inline"><input type="checkbox" checked={points} onChange={(event) => setPoints(event.currentTarget.checked)} /> {t('compare.points')}</label>}
        <label class="inline">{t('compare.layer')}{' '}
          <select value={layer} onChange={(event) => setLayer(event.currentTarget.value as Layer)}>
            <option value="image">{t('compare.layer.image')}</option>
            <option value="ridges">{t('compare.layer.ridges')}</option>
          </select>
        </label>
        <label class="inline">{t('compare.zoom')}{' '}
          <input type="range" min={1} max={4} step={0.5} value={zoom} aria-valuetext={t('compare.zoom.value', {times: zoom})}
            onInput={(event) => setZoom(Number(event.currentTarget.value))} />
        </label>
        {onPairs === undefined && <label class="inline" for={`${id}-pair`}>{t('compare.pair')}{' '}
          <select id={`${id}-pair`} value={chosen === null ? '' : String(chosen)}
            onChange={(event) => setChosen(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}>
            <option value="">{t('compare.pair.all')}</option>
            {finger.pairs.map((_, i) => <option key={i} value={String(i + 1)}>{number(i + 1)}</option>)}
          </select>
        </label>}
      </div>
      <div class="prints">
        <Side drawing={finger.probe} title={sides?.probe ?? t('compare.now')} numbers={probeNumbers} {...shared}
          view={framed(probeBox, width, height, zoom, pair && finger.probe.minutiae[pair.probe]!)} />
        <Side drawing={finger.reference} title={sides?.reference ?? t('compare.kept')} numbers={keptNumbers} {...shared}
          view={framed(keptBox, width, height, zoom, pair && finger.reference.minutiae[pair.reference]!)} />
      </div>
      {onPairs === undefined && <p role="status">
        {chosen === null
          ? <Say code="compare.together" values={{n: finger.pairs.length}} />
          : <Say code="compare.one" values={{number: chosen, n: finger.pairs.length}} />}
      </p>}
      {finger.score !== undefined && <details>
        <summary>{t('figures.title')}</summary>
        <p>{t('compare.score', {value: number(finger.score, 1)})} {t('compare.minutiae', {probe: finger.probe.minutiae.length, reference: finger.reference.minutiae.length})}</p>
      </details>}
    </section>
  );
}

export function Compare({person, explanation}: {person: string; explanation: Explanation}) {
  return (
    <>
      <p><Say code="compare.intro" values={{person}} /></p>
      {explanation.fingers.length === 0 && <p class="note">{t('compare.nothing')}</p>}
      {explanation.fingers.map((finger, i) => <Finger key={`${finger.encounterId} ${i}`} finger={finger} />)}
    </>
  );
}
