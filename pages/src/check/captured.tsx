// Samples in, by drop or by choice, and at once what each is worth.
import {useRef, useState} from 'preact/hooks';
import {Icon} from '../icons';
import {Advice, Preview, Resolution, Unread, kAccepted, needsResolution} from '../sample';
import {type Taken, kFace, kFingers, kUnknown} from '../samples';
import {WatchFolder} from '../watch';
import {type Line, lineOf, t} from '../words';

interface RowProps {
  taken: Taken;
  faces: boolean;
  onChange: (changed: Taken, again: boolean) => void;
  onRemove: (taken: Taken) => void;
}

function Position({taken, faces, onChange}: Omit<RowProps, 'onRemove'>) {
  const id = `position-${taken.id}`;
  // What was read as a finger is not a face, and the other way round: then it is read anew.
  const choose = (position: string) => {
    const again = (position === kFace) !== (taken.position === kFace);
    onChange({...taken, position, state: again ? 'reading' : taken.state}, again);
  };
  return (
    <>
      <label for={id}>{t('sample.position')}</label>
      <select id={id} value={taken.position} onChange={(event) => choose(event.currentTarget.value)}>
        <option value={kUnknown}>{t('position.UNKNOWN')}</option>
        {kFingers.map((finger) => (
          <option key={finger} value={finger}>
            {t(`position.${finger}`)}
          </option>
        ))}
        {(faces || taken.position === kFace) && <option value={kFace}>{t('position.PORTRAIT')}</option>}
      </select>
    </>
  );
}

function Row({taken, faces, onChange, onRemove}: RowProps) {
  const label = t(`position.${taken.position}`);
  return (
    <li class="taken" data-state={taken.state} data-position={taken.position}>
      <div class="shown">
        {taken.parts.map((part, i) => (
          <Preview key={i} part={part} label={t('sample.picture', {finger: label})} />
        ))}
        {taken.state !== 'read' && <span class="blank" aria-hidden="true" />}
      </div>
      <div class="said">
        {taken.parts.length <= 1 && <Position taken={taken} faces={faces} onChange={onChange} />}
        <p class="file">
          <bdi>{taken.name}</bdi>
        </p>
        {taken.state === 'reading' && (
          <p>
            <Icon sign="busy" /> {t('sample.reading')}
          </p>
        )}
        <Unread taken={taken} />
        {taken.parts.map((part, i) => (
          <div key={i}>
            {taken.parts.length > 1 && <strong>{t(`position.${part.biometricSubType}`)}</strong>}
            <Advice part={part} />
          </div>
        ))}
        {needsResolution(taken) && <Resolution taken={taken} onChange={onChange} />}
        <button type="button" class="quiet" onClick={() => onRemove(taken)} aria-label={t('sample.remove.named', {finger: label})}>
          {t('sample.remove')}
        </button>
      </div>
    </li>
  );
}

interface CapturedProps {
  all: Taken[];
  faces: boolean;
  fault: Line | null;
  onFiles: (files: File[]) => void;
  onChange: RowProps['onChange'];
  onRemove: RowProps['onRemove'];
}

export function Captured({all, faces, fault, onFiles, onChange, onRemove}: CapturedProps) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...(event.dataTransfer?.files ?? [])]);
  };
  const choose = () => {
    onFiles([...(input.current!.files ?? [])]);
    input.current!.value = '';
  };
  const hover = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <>
      <div class={over ? 'drop over' : 'drop'} onDragOver={hover} onDragLeave={() => setOver(false)} onDrop={drop}>
        <label for="files">{t('sample.drop')}</label>
        <input
          id="files"
          ref={input}
          type="file"
          multiple
          accept={kAccepted}
          onChange={choose}
          aria-describedby={fault === null ? 'files-hint' : 'files-fault files-hint'}
        />
        <p class="hint" id="files-hint">
          {t('sample.kinds')}
        </p>
        {fault !== null && (
          <p class="fault" id="files-fault">
            {lineOf(fault)}
          </p>
        )}
        <WatchFolder onFiles={onFiles} />
      </div>
      {all.length > 0 && (
        <ul class="captured" aria-label={t('sample.list')}>
          {all.map((taken) => (
            <Row key={taken.id} taken={taken} faces={faces} onChange={onChange} onRemove={onRemove} />
          ))}
        </ul>
      )}
    </>
  );
}
