// Enrol a person: the notice, the fingers, search first, enrol, and the receipt.
import {useEffect, useRef, useState} from 'preact/hooks';
import {AnswerView, type Given} from '../answer';
import {type Case, type Me, Refused, enrol, identify} from '../api';
import {useLook} from '../comparing';
import {whenForgotten} from '../forget';
import {Icon} from '../icons';
import {persistently, useOnReturn} from '../patience';
import {type Told, refusalOf} from '../refusal';
import {type Taken, assessed, isRecord, kFace, kUnknown, positionOfName, takenOf} from '../samples';
import {Say} from '../say';
import {SignIn} from '../signin';
import {WatchFolder} from '../watch';
import {type Line, t} from '../words';
import {type Slot, type Slots, encounterOf, kAcross, kReasonsToGoOn, missingOf, newKey, samplesOf, settled, slotOf, stateOf, withTake} from './desk';
import {Finger} from './finger';
import {Hands} from './hands';
import {NoticeText} from './notice';
import {ReceiptView, type ReceiptOf} from './receipt';

const kTypes = ['IDENTITY', 'ASYLUM', 'VISA', 'RESIDENCE'];
const kPurpose = 'enrolment.first';
const kMostText = 64;
const kNotReached = 'not_reached';

// `again`: whether the node may have stored it, and the same is to be sent once more.
type Stage = {is: 'nothing'} | {is: 'searching' | 'enrolling'; waiting: number} | {is: 'given'; given: Given} | {is: 'refused'; told: Told};
interface Sending { key: string; body: unknown }
interface NotStored { told: Told; again: boolean }

// Whether a refusal leaves open if the record is on disk: the line broke, or the node said nothing about it.
const leavesOpen = (error: unknown): boolean => !(error instanceof Refused) || error.status === 0 || error.status >= 500 || error.status === 408 || error.status === 409 || error.status === 429;

export function EnrolPage({me, onStranger}: {me: Me; onStranger: () => void}) {
  const galleries = me.galleries.length > 0 ? me.galleries : ['default'];
  const [heard, setHeard] = useState('');
  const [heardIn, setHeardIn] = useState('');
  const [noticeVersion, setNoticeVersion] = useState(''); // empty: no text is shown
  const [noticeTry, setNoticeTry] = useState(0);
  const [reference, setReference] = useState('');
  const [type, setType] = useState('');
  const [gallery, setGallery] = useState(galleries[0]!);
  const [slots, setSlots] = useState<Slots>({});
  const [current, setCurrent] = useState('RIGHT_INDEX');
  const [fault, setFaultLine] = useState<Line | null>(null);
  const setFault = (line: Line | null) => setFaultLine(() => line);
  const [stage, setStage] = useState<Stage>({is: 'nothing'});
  const [found, setFound] = useState<Given | null>(null);
  const [goOn, setGoOn] = useState('');
  const [sending, setSending] = useState<Sending | null>(null);
  const [notStored, setNotStored] = useState<NotStored | null>(null);
  const [expired, setExpired] = useState(false);
  const [receipt, setReceipt] = useState<ReceiptOf | null>(null);
  const [note, setNote] = useState('');
  const running = useRef(new AbortController());
  const once = useRef(false); // a second press while the first is on its way
  const visit = useRef(0); // a take that arrives after all was forgotten is of nobody
  const look = useLook();

  // A search is one of the samples that were sent; so is the order to enrol them.
  const outdate = () => {
    running.current.abort();
    running.current = new AbortController();
    setStage({is: 'nothing'});
    setFound(null);
    setGoOn('');
    setSending(null);
    setNotStored(null);
    look.close();
  };
  // Another text, or none: what was heard is not this one.
  const told = (version: string) => {
    setHeard('');
    setNoticeVersion(version);
  };
  const forget = (why: string) => {
    visit.current += 1;
    outdate();
    setSlots({});
    setHeard('');
    setHeardIn('');
    setReference('');
    setType('');
    setFault(null);
    setExpired(false);
    setNote(why);
  };
  useEffect(() => whenForgotten((why) => {
    forget(why === 'idle' ? 'check.forgotten' : '');
    setReceipt(null);
    if (why === 'left' && me.signedInBy !== 'nothing') onStranger();
  }), []);

  const change = (position: string, how: (slot: Slot) => Slot) => setSlots((now) => ({...now, [position]: how(slotOf(now, position))}));
  const replace = (position: string, changed: Taken) => change(position, (slot) => ({...slot, takes: slot.takes.map((each) => (each.id === changed.id ? changed : each))}));
  const judge = async (position: string, taken: Taken) => {
    const of = visit.current;
    const read = {...(await assessed(taken)), position};
    if (visit.current === of) replace(position, read);
    if (isRecord(read)) setFault(() => t('enrol.fault.record'));
  };
  const again = (position: string, taken: Taken) => {
    outdate();
    replace(position, {...taken, state: 'reading'});
    void judge(position, taken);
  };
  // One file goes to the chosen finger unless its name says another; several go by their names.
  const addFiles = async (files: File[], to: string) => {
    if (files.length === 0) return;
    outdate();
    setFault(null);
    setNote('');
    const of = visit.current;
    const held = new Map(Object.entries(slots).flatMap(([position, slot]) => slot.takes.map((taken) => [taken.data, position] as const)));
    for (const file of files) {
      const named = positionOfName(file.name);
      const position = named !== kUnknown ? named : files.length === 1 ? to : '';
      if (position === '') { setFault(() => t('enrol.fault.unnamed')); continue; }
      if (file.size > me.node.maxImageBytes) { setFault(() => t('check.fault.tooLarge', {megabytes: me.node.maxImageBytes / 2 ** 20})); continue; }
      const taken = {...(await takenOf(file)), position};
      if (visit.current !== of) return;
      const other = held.get(taken.data);
      if (other !== undefined) { setFault(() => t('enrol.fault.same', {finger: t(`position.${other}`)})); continue; }
      held.set(taken.data, position);
      change(position, (slot) => withTake(slot, taken));
      setCurrent(position);
      void judge(position, taken);
    }
  };

  const items = samplesOf(slots);
  const done = kAcross.filter((each) => settled(stateOf(slotOf(slots, each)))).length;
  const face = stateOf(slotOf(slots, kFace));
  const about: Case = {gallery: me.allGalleries ? 'ALL' : gallery, purpose: kPurpose, reference: reference.trim()};
  const todo = [
    ...(heard === '' ? ['enrol.todo.notice'] : []),
    ...(reference.trim() === '' || type === '' ? ['enrol.todo.about'] : []),
    ...(done < kAcross.length ? ['enrol.todo.fingers'] : []),
    ...(face === 'none' || settled(face) ? [] : ['enrol.todo.face']),
    ...(done === kAcross.length && items.length === 0 ? ['enrol.todo.sample'] : []),
  ];
  const nobody = found !== null && (found.answer.decision === 'no_match' || found.answer.reasonCode === 'nobody_enrolled');
  const busy = stage.is === 'searching' || stage.is === 'enrolling';
  const ready = todo.length === 0 && found !== null && (nobody || goOn !== '') && !busy;

  const search = async () => {
    outdate();
    const stop = running.current.signal;
    setStage({is: 'searching', waiting: 0});
    try {
      const answered = await persistently(() => identify(about, items, stop), (waiting) => setStage({is: 'searching', waiting}), stop);
      if (stop.aborted) return;
      setFound({answer: answered.value, request: answered.request, at: new Date(), about});
      setStage({is: 'nothing'});
    } catch (error) {
      if (stop.aborted) return;
      setExpired(error instanceof Refused && error.status === 401);
      setStage({is: 'refused', told: refusalOf(error)});
    }
  };
  const send = async () => {
    if (once.current || found === null) return;
    once.current = true;
    const stop = running.current.signal;
    const {decision, reasonCode} = found.answer;
    const order = sending ?? {
      key: newKey(),
      body: encounterOf(slots, {type, gallery, heardIn: heardIn.trim(), heardAt: heard, goOn: nobody ? '' : goOn, search: {decision, reasonCode, request: found.request, at: found.at.toISOString()}}, noticeVersion),
    };
    const facts = {reference: reference.trim(), taken: [...kAcross, kFace].filter((each) => ['good', 'kept'].includes(stateOf(slotOf(slots, each)))), missing: missingOf(slots)};
    setSending(order);
    setNotStored(null);
    setStage({is: 'enrolling', waiting: 0});
    try {
      const enrolled = await persistently(() => enrol(facts.reference, order.body, order.key), (waiting) => setStage({is: 'enrolling', waiting}), stop);
      forget('');
      setReceipt({enrolled, at: new Date(), ...facts});
    } catch (error) {
      if (stop.aborted) return;
      setStage({is: 'nothing'});
      setExpired(error instanceof Refused && error.status === 401);
      if (error instanceof Refused && error.code === 'notice_needed') setNoticeTry((n) => n + 1);
      setNotStored({told: refusalOf(error), again: leavesOpen(error)});
    } finally {
      once.current = false;
    }
  };
  // A line that is gone: what the page holds waits in it, and goes as soon as there is a line.
  const searchCut = stage.is === 'refused' && stage.told.code === kNotReached;
  const orderCut = notStored !== null && notStored.told.code === kNotReached;
  useOnReturn(searchCut ? () => void search() : orderCut ? () => void send() : null);
  // Another person at the desk does not find what the first one captured.
  const signedIn = (now: Me) => {
    setExpired(false);
    if (now.subject === me.subject) return;
    forget('');
    onStranger();
  };

  if (receipt !== null) return <ReceiptView receipt={receipt} onNext={() => setReceipt(null)} />;
  return (
    <>
      {note !== '' && <p class="note" role="status">{t(note)}</p>}
      {expired && <SignIn page="enrol" keep onSignedIn={signedIn} />}
      <section class="box noprint" aria-labelledby="notice-heading">
        <h2 id="notice-heading">{t('enrol.notice')}</h2>
        <p>{t('enrol.notice.read')}</p>
        {noticeTry > 0 && heard === '' && <p class="fault" id="notice-changed" role="alert">{t('refused.notice_needed')}</p>}
        <NoticeText key={noticeTry} onVersion={told} onExpired={() => setExpired(true)} />
        <label for="heard-in">{t('enrol.heardIn')}</label>
        <input id="heard-in" value={heardIn} maxLength={kMostText} autocomplete="off" dir="auto" onInput={(event) => { outdate(); setHeard(''); setHeardIn(event.currentTarget.value); }} />
        <p class="bar">
          <label class="inline" for="heard"><input id="heard" type="checkbox" checked={heard !== ''} disabled={heardIn.trim() === '' || noticeVersion === ''}
            onChange={(event) => { outdate(); setHeard(event.currentTarget.checked ? new Date().toISOString() : ''); }} /> <span>{t('enrol.heard')}</span></label>
          <button type="button" class="plain" onClick={() => forget('enrol.refused')}>{t('enrol.refuse')}</button>
        </p>
      </section>
      {heard === '' ? <p class="waiting noprint">{t('enrol.todo.notice')}</p> : (
        <>
          <section class="box noprint" aria-labelledby="about-heading">
            <h2 id="about-heading">{t('enrol.about')}</h2>
            <label for="reference">{t('check.reference')}</label>
            <p class="hint" id="reference-hint">{t('check.reference.hint')}</p>
            <input id="reference" value={reference} maxLength={kMostText} spellcheck={false} autocomplete="off" dir="auto" aria-describedby="reference-hint"
              onInput={(event) => { outdate(); setReference(event.currentTarget.value); }} />
            <label for="type">{t('enrol.type')}</label>
            <select id="type" value={type} onChange={(event) => { outdate(); setType(event.currentTarget.value); }}>
              <option value="">{t('check.purpose.choose')}</option>
              {kTypes.map((each) => <option key={each} value={each}>{t(`enrolType.${each}`)}</option>)}
            </select>
            {galleries.length > 1 && (
              <>
                <label for="gallery">{t('enrol.gallery')}</label>
                <select id="gallery" value={gallery} onChange={(event) => { outdate(); setGallery(event.currentTarget.value); }}>
                  {galleries.map((each) => <option key={each} value={each} data-raw>{each}</option>)}
                </select>
              </>
            )}
          </section>
          <section class="box noprint" aria-labelledby="fingers-heading" onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => { event.preventDefault(); void addFiles([...(event.dataTransfer?.files ?? [])], current); }}>
            <h2 id="fingers-heading">{t('enrol.fingers')}</h2>
            <p role="status"><Say code="enrol.settled" values={{n: done}} /></p>
            <p class="hint">{t('enrol.fingers.hint')}</p>
            <WatchFolder onFiles={(files) => void addFiles(files, current)} />
            <Hands slots={slots} current={current} onChoose={(position) => { setFault(null); setCurrent(position); }} onFiles={(files, position) => void addFiles(files, position)} />
            {me.node.readsImages.includes('FACE') && (
              <button type="button" class="plain" id="face" aria-pressed={current === kFace} onClick={() => { setFault(null); setCurrent(kFace); }}>
                {t('enrol.finger', {finger: t('position.PORTRAIT'), state: t(`fingerState.${face}`)})}
              </button>
            )}
            <Finger key={current} position={current} slot={slotOf(slots, current)} fault={fault} onFiles={(files) => void addFiles(files, current)}
              onAgain={(taken) => again(current, taken)} onSlot={(slot) => { outdate(); change(current, () => slot); }} />
          </section>
          <section class="box" aria-labelledby="search-heading">
            <h2 id="search-heading">{t('enrol.search')}</h2>
            <p class="noprint">{t('enrol.search.why')}</p>
            {todo.length > 0 && <ul class="todo" aria-label={t('enrol.todo')}>{todo.map((each) => <li key={each}>{t(each)}</li>)}</ul>}
            <button type="button" class="noprint" id="search" disabled={todo.length > 0 || busy || sending !== null} onClick={() => void search()}>{t('enrol.search.go')}</button>
            <div aria-live="polite">
              {(stage.is === 'searching' || stage.is === 'enrolling') && (
                <p class="waiting"><Icon sign="busy" /> {stage.waiting > 0 ? <Say code="check.busy" values={{n: stage.waiting}} /> : t(stage.is === 'searching' ? 'check.searching' : 'enrol.sending')}</p>
              )}
            </div>
            {stage.is === 'refused' && (
              <div class="verdict silent" data-decision="none" role="alert">
                <Icon sign="silent" />
                <div>
                  <h3>{t('answer.none')}</h3>
                  <p class="next">{stage.told.what}</p>
                  <p>{t(searchCut ? 'enrol.search.notYet' : 'enrol.search.lost')}</p>
                </div>
              </div>
            )}
            {found !== null && <AnswerView given={found} looking={look.person} busy={look.busy} onLook={(candidate) => void look.lookAt(about, candidate, items, running.current.signal)} />}
            {look.shown}
            {found !== null && !nobody && (
              <div class="note noprint" id="hit">
                <p><strong>{t(found.answer.decision === 'match' ? 'enrol.hit.match' : 'enrol.hit.review')}</strong></p>
                <label for="go-on">{t('enrol.goOn')}</label>
                <select id="go-on" value={goOn} disabled={sending !== null} onChange={(event) => setGoOn(event.currentTarget.value)}>
                  <option value="">{t('enrol.goOn.no')}</option>
                  {kReasonsToGoOn.map((each) => <option key={each} value={each}>{t(`goOn.${each}`)}</option>)}
                </select>
              </div>
            )}
          </section>
          <section class="box noprint" aria-labelledby="enrol-heading">
            <h2 id="enrol-heading">{t('enrol.enrol')}</h2>
            {notStored !== null && (
              <div class="error" role="alert" id="not-stored" data-again={notStored.again}>
                <h3>{t(notStored.again ? 'enrol.unknown' : 'enrol.notStored')}</h3>
                <p>{notStored.told.what}</p>
                {orderCut && <p>{t('enrol.notYet')}</p>}
                <p class="record"><Say code="refused.record" values={{code: notStored.told.code, request: notStored.told.request}} /></p>
              </div>
            )}
            <button type="button" class="go" id="enrol" disabled={!ready} onClick={() => void send()}>{t(notStored === null ? 'enrol.go' : 'enrol.sendAgain')}</button>
            <p class="hint">{t('enrol.privacy')}</p>
          </section>
        </>
      )}
    </>
  );
}
