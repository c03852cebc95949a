// Both hands, palms down: each finger says its state, takes a file by drop, and is reached by arrow keys.
import {Icon, type Sign} from '../icons';
import {t} from '../words';
import {type Slots, type State, kAcross, kHands, slotOf, stateOf} from './desk';

const kSigns: Record<State, Sign> = {none: 'none', reading: 'busy', good: 'good', poor: 'poor', bad: 'poor', unread: 'silent', kept: 'good', missing: 'bad'};
const kSteps: Record<string, number> = {ArrowRight: 1, ArrowLeft: -1};
export const idOf = (position: string): string => `finger-${position}`;

interface HandsProps {
  slots: Slots;
  current: string;
  onChoose: (position: string) => void;
  onFiles: (files: File[], position: string) => void;
}

export function Hands({slots, current, onChoose, onFiles}: HandsProps) {
  const reached = kAcross.includes(current) ? current : kAcross[0]!;
  const walk = (event: KeyboardEvent) => {
    const step = kSteps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = kAcross[(kAcross.indexOf(reached) + step + kAcross.length) % kAcross.length]!;
    onChoose(next);
    document.getElementById(idOf(next))?.focus();
  };
  return (
    <div class="hands" onKeyDown={walk}>
      {kHands.map((hand, side) => (
        <div class="hand" role="group" key={side} aria-label={t(side === 0 ? 'enrol.hand.left' : 'enrol.hand.right')}>
          {hand.map((position) => {
            const state = stateOf(slotOf(slots, position));
            return (
              <button type="button" key={position} id={idOf(position)} data-state={state} tabIndex={position === reached ? 0 : -1}
                class={`finger ${state} ${position.split('_')[1]!.toLowerCase()}`} aria-pressed={position === current}
                aria-label={t('enrol.finger', {finger: t(`position.${position}`), state: t(`fingerState.${state}`)})}
                onClick={() => onChoose(position)} onDragOver={(event) => event.preventDefault()}
                onDrop={(event) => { event.preventDefault(); event.stopPropagation(); onFiles([...(event.dataTransfer?.files ?? [])], position); }}>
                <Icon sign={kSigns[state]} />
              </button>
            );
          })}
        </div>
      ))}
    </div>
  );
}
