// One case: both sides of each candidate, drawn one after another, and what its reader says of them. Neither score nor
// rank is on the page, nor what another said: the node does not send them before this reader has decided.
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {NotDecided, isStill, wantsSignIn} from '../again';
import {type CaseAnswer, type FingerExplained, type Me, Refused, type ReviewCase, compareCase, decideCase} from '../api';
import {Finger} from '../compare';
import {type Faults, Fault, Problems} from '../form';
import {Icon} from '../icons';
import {type Told, refusalOf} from '../refusal';
import {Say} from '../say';
import {t, time} from '../words';

interface Look {
  fingers: FingerExplained[] | null;
  pairs: boolean;
  told: Told | null;
}

function Candidate({one, number}: {one: ReviewCase; number: number}) {
  const [look, setLook] = useState<Look>({fingers: null, pairs: false, told: null});
  const ask = async (pairs: boolean, stop: AbortSignal) => {
    try {
      const fingers = await compareCase(one.caseId, number, pairs, stop);
      if (!stop.aborted) setLook({fingers, pairs, told: null});
    } catch (error) {
      if (!stop.aborted) setLook((before) => ({...before, told: refusalOf(error)}));
    }
  };
  const running = useRef(new AbortController());
  useEffect(() => {
    running.current = new AbortController();
    void ask(false, running.current.signal);
    return () => running.current.abort();
  }, [one.caseId, number]);
  const pair = one.kind === 'deduplication';
  const sides = {probe: t(pair ? 'review.side.one' : 'compare.now'), reference: t(pair ? 'review.side.other' : 'compare.kept')};
  const showPairs = look.pairs ? undefined : () => void ask(true, running.current.signal);
  return (
    <section class="box compare" aria-label={t('review.candidate', {number})} data-candidate={number}>
      {one.candidates > 1 && <h3><Say code="review.candidate.of" values={{number, all: one.candidates}} /></h3>}
      {look.told !== null && <p class="fault" role="alert">{look.told.what}</p>}
      {look.fingers === null && look.told === null && <p role="status"><Icon sign="busy" /> {t('compare.loading')}</p>}
      {look.fingers !== null && look.fingers.length === 0 && <p class="note">{t('review.nothing')}</p>}
      {look.fingers?.map((finger, i) => <Finger key={i} finger={finger} sides={sides} onPairs={showPairs} />)}
    </section>
  );
}

type Field = 'answer' | 'reason';
const kFields = ['answer', 'reason'] as const;
const kReasons: Record<CaseAnswer, string[]> = {
  same: ['ridges_agree', 'points_agree'],
  different: ['ridges_differ', 'points_differ'],
  cannot_tell: ['poor_capture', 'too_little_in_common', 'damaged_finger'],
};
interface Said {
  answer: CaseAnswer;
  candidate: number | null;
}

function choicesOf(one: ReviewCase): {value: string; said: Said; text: string}[] {
  const several = one.candidates > 1;
  const same = Array.from({length: one.candidates}, (_, i) => ({
    value: `same-${i + 1}`,
    said: {answer: 'same' as const, candidate: i + 1},
    text: several ? t('review.answer.same.as', {number: i + 1}) : t('review.answer.same'),
  }));
  return [
    ...same,
    {value: 'different', said: {answer: 'different', candidate: null}, text: t(several ? 'review.answer.different.all' : 'review.answer.different')},
    {value: 'cannot_tell', said: {answer: 'cannot_tell', candidate: null}, text: t('review.answer.cannot_tell')},
  ];
}

interface CaseProps {
  one: ReviewCase;
  me: Me;
  onGiveBack: () => void;
  onRecorded: (one: ReviewCase) => void;
  onStranger: () => void;
}

export function CaseView({one, me, onGiveBack, onRecorded, onStranger}: CaseProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const [reason, setReason] = useState('');
  const [faults, setFaults] = useState<Faults<Field>>({});
  const [round, setRound] = useState(0);
  const [told, setTold] = useState<Told | null>(null);
  const [busy, setBusy] = useState(false);
  useLayoutEffect(() => heading.current?.focus(), [one.caseId]);

  const submit = async (event: Event) => {
    event.preventDefault();
    const found: Faults<Field> = {};
    if (said === null) found.answer = t('review.fault.answer');
    if (reason === '') found.reason = t('review.fault.reason');
    setFaults(found);
    setTold(null);
    if (said === null || reason === '') {
      setRound((n) => n + 1);
      return;
    }
    setBusy(true);
    try {
      if (wantsSignIn(told) && !(await isStill(me))) return onStranger();
      onRecorded(await decideCase(one.caseId, {decision: said.answer, candidate: said.candidate, reason}));
    } catch (error) {
      if (error instanceof Refused && error.status === 401) onStranger();
      setTold(refusalOf(error));
    } finally {
      setBusy(false);
    }
  };
  const choices = choicesOf(one);
  const first = choices[0]!.value;
  const faulty = Object.keys(faults).length > 0;
  return (
    <>
      <section class="box">
        <h2 ref={heading} tabIndex={-1}>
          <bdi>{one.reference || one.caseId}</bdi> <span class="word">{t(`review.kind.${one.kind}`)}</span>
        </h2>
        {one.claimedUntil !== null && <p><Say code="review.yours" values={{time: time(new Date(one.claimedUntil))}} /></p>}
        <p>{t('review.hidden')}</p>
      </section>
      {Array.from({length: one.candidates}, (_, i) => <Candidate key={i} one={one} number={i + 1} />)}
      {faulty && round > 0 && <Problems fields={kFields} faults={faults} round={round} />}
      {told !== null && <NotDecided told={told} page="review" me={me} onStranger={onStranger} />}
      <form class="box noprint" onSubmit={submit} noValidate>
        <fieldset aria-describedby={faults.answer === undefined ? undefined : 'answer-fault'}>
          <legend><strong>{t('review.question')}</strong></legend>
          <Fault id="answer-fault" text={faults.answer} />
          {choices.map(({value, said: each, text}) => (
            <div key={value}>
              <label class="inline choice">
                <input id={value === first ? 'answer' : undefined} type="radio" name="answer" value={value}
                  checked={said?.answer === each.answer && said.candidate === each.candidate}
                  onChange={() => { setSaid(each); setReason(''); setFaults({}); }} /> {text}
              </label>
            </div>
          ))}
        </fieldset>
        <label for="reason">{t('review.reason')}</label>
        <Fault id="reason-fault" text={faults.reason} />
        <select id="reason" value={reason} aria-invalid={faults.reason !== undefined} aria-describedby={faults.reason === undefined ? undefined : 'reason-fault'}
          onChange={(event) => { setReason(event.currentTarget.value); setFaults(({reason: _, ...rest}) => rest); }}>
          <option value="">{t(said === null ? 'review.reason.first' : 'review.reason.choose')}</option>
          {(said === null ? [] : kReasons[said.answer]).map((each) => <option key={each} value={each}>{t(`review.reason.${each}`)}</option>)}
        </select>
        <p class="hint">{t('review.once')}</p>
        <div class="bar">
          <button type="submit" class="go" disabled={busy}>{t('review.record')}</button>
          <button type="button" class="plain" onClick={onGiveBack}>{t('review.giveBack')}</button>
        </div>
      </form>
    </>
  );
}
