// One finger: its takes with advice in words, what is not there and why, and why a poor print is kept.
import {useRef} from 'preact/hooks';
import {Icon} from '../icons';
import {Advice, Preview, Resolution, Unread, kAccepted, needsResolution} from '../sample';
import {type Taken, kFace} from '../samples';
import {Say} from '../say';
import {type Line, lineOf, t} from '../words';
import {type Slot, bestOf, kMostTakes, kPresences, kReasonsToKeep, stateOf} from './desk';

interface FingerProps {
  position: string;
  slot: Slot;
  fault: Line | null;
  onFiles: (files: File[]) => void;
  onAgain: (taken: Taken) => void; // to be assessed anew
  onSlot: (slot: Slot) => void;
}

function Take({taken, n, best, name, onAgain}: {taken: Taken; n: number; best: boolean; name: string; onAgain: FingerProps['onAgain']}) {
  const failed = taken.state === 'refused' && !needsResolution(taken);
  return (
    <li class="taken" data-state={taken.state}>
      <div class="shown">
        {taken.parts[0] === undefined ? <span class="blank" aria-hidden="true" /> : <Preview part={taken.parts[0]} label={t('sample.picture', {finger: name})} />}
      </div>
      <div class="said">
        <strong><Say code={best ? 'enrol.take.best' : 'enrol.take'} values={{number: n}} /></strong>
        {taken.state === 'reading' && <p><Icon sign="busy" /> {t('sample.reading')}</p>}
        <Unread taken={taken} />
        {taken.parts.map((part, i) => <Advice key={i} part={part} />)}
        {needsResolution(taken) && <Resolution taken={taken} onChange={onAgain} />}
        {failed && <button type="button" class="plain" onClick={() => onAgain(taken)}>{t('enrol.take.again')}</button>}
      </div>
    </li>
  );
}

function Choice({id, label, value, none, options, onChoose}: {id: string; label: string; value: string; none: string; options: [string, string][]; onChoose: (value: string) => void}) {
  return (
    <>
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{none}</option>
        {options.map(([each, text]) => <option key={each} value={each}>{text}</option>)}
      </select>
    </>
  );
}

export function Finger({position, slot, fault, onFiles, onAgain, onSlot}: FingerProps) {
  const input = useRef<HTMLInputElement>(null);
  const name = t(`position.${position}`);
  const state = stateOf(slot);
  const best = bestOf(slot);
  return (
    <div class="one">
      <h3>{name}: {t(`fingerState.${state}`)}</h3>
      {slot.missing === '' && (
        <>
          <label for="files">{t(slot.takes.length === 0 ? 'enrol.drop' : 'enrol.drop.again', {finger: name})}</label>
          <input id="files" ref={input} type="file" multiple accept={kAccepted} aria-describedby={fault === null ? 'files-hint' : 'files-fault files-hint'}
            onChange={() => { onFiles([...(input.current!.files ?? [])]); input.current!.value = ''; }} />
          <p class="hint" id="files-hint"><Say code="enrol.drop.hint" values={{most: kMostTakes}} /></p>
        </>
      )}
      {fault !== null && <p class="fault" id="files-fault" role="alert">{lineOf(fault)}</p>}
      {slot.missing === '' && slot.takes.length > 0 && (
        <ol class="captured" aria-label={t('enrol.takes')}>
          {slot.takes.map((taken, i) => <Take key={taken.id} taken={taken} n={i + 1} best={taken === best} name={name} onAgain={onAgain} />)}
        </ol>
      )}
      {(state === 'poor' || state === 'kept') && (
        <Choice id="keep" label={t('enrol.keep')} value={slot.kept} none={t('enrol.keep.no')} onChoose={(kept) => onSlot({...slot, kept})}
          options={kReasonsToKeep.map((each) => [each, t(`keepReason.${each}`)])} />
      )}
      {position !== kFace && (
        <Choice id="missing" label={t('enrol.missing')} value={slot.missing} none={t('enrol.missing.no')} onChoose={(missing) => onSlot({...slot, missing})}
          options={kPresences.map((each) => [each, t(`presence.${each}`)])} />
      )}
      {slot.takes.length > 0 && <button type="button" class="quiet" onClick={() => onSlot({takes: [], missing: slot.missing, kept: ''})}>{t('enrol.clearFinger')}</button>}
    </div>
  );
}
