// What the node says of a sample, as both pages that take samples show it.
import {useState} from 'preact/hooks';
import type {Assessment} from './api';
import {Icon, type Sign} from './icons';
import {useAddress} from './picture';
import {type Taken, worthOf} from './samples';
import {Say} from './say';
import {t} from './words';

export const kAccepted = '.png,.bmp,.tif,.tiff,.jpg,.jpeg,.wsq,.jp2,.an2,.nist,.fir,.iso,.whorl,.xml,image/*';
const kSigns: Record<string, Sign> = {good: 'good', poor: 'poor', bad: 'bad'};

export function Preview({part, label}: {part: Assessment; label: string}) {
  const address = useAddress(part.preview);
  if (address === null) return <span class="blank" aria-hidden="true" />;
  return <img class="thumb" src={address} alt={label} width={part.preview!.width} height={part.preview!.height} />;
}

export function Advice({part}: {part: Assessment}) {
  const worth = worthOf(part);
  return (
    <div class={`worth ${worth}`}>
      <strong>
        <Icon sign={kSigns[worth]!} /> {t(`worth.${worth}`)}
      </strong>
      {part.feedbackReasons.map((reason) => (
        <p key={reason.code} data-code={reason.code}>
          <Say code={`feedback.${reason.code}`} values={reason.arguments} />
        </p>
      ))}
    </div>
  );
}

// Of a file that does not say its resolution, or not the true one.
export const needsResolution = (taken: Taken): boolean =>
  taken.told?.code === 'resolution_missing' || taken.told?.code === 'resolutions_differ' || taken.parts.some((part) => part.resolutionDoubtful);

export function Unread({taken}: {taken: Taken}) {
  if (taken.state !== 'refused' || taken.told === null) return null;
  return (
    <div class="worth bad">
      <strong>
        <Icon sign="bad" /> {t('worth.unread')}
      </strong>
      <p data-code={taken.told.code}>{taken.told.what}</p>
    </div>
  );
}

export function Resolution({taken, onChange}: {taken: Taken; onChange: (changed: Taken, again: boolean) => void}) {
  const [text, setText] = useState('500');
  const id = `ppi-${taken.id}`;
  const set = () => onChange({...taken, resolution: Number(text)}, true);
  return (
    <p class="resolution">
      <label for={id}>{t('sample.resolution')}</label>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        min={100}
        max={4000}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />{' '}
      <button type="button" class="plain" onClick={set}>
        {t('sample.resolution.set')}
      </button>
    </p>
  );
}
