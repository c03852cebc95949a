// Check a person: why, what was captured, the answer, and both prints to look at.
import {useEffect, useRef, useState} from 'preact/hooks';
import {type Answered, type Answer, type Candidate, type Case, type Explanation, type Item, type Me, Refused, explain, identify} from '../api';
import {whenForgotten} from '../forget';
import {Icon} from '../icons';
import {type Told, refusalOf} from '../refusal';
import {Say} from '../say';
import {t} from '../words';
import {AnswerView, type Given} from './answer';
import {Captured} from './captured';
import {Compare} from './compare';
import {type Taken, assessed, itemOf, positionsTwice, takenOf} from './samples';

const kPurposes = ['border.identity', 'document.doubt', 'return.identity', 'case.review'];
const kMostFiles = 11;
const kMostReference = 64;
const kMostTries = 4;

type Faults = Partial<Record<'purpose' | 'reference' | 'files', string>>;
const kFields: (keyof Faults)[] = ['purpose', 'reference', 'files'];

type Stage =
  | {is: 'nothing'}
  | {is: 'searching'; waiting: number}
  | {is: 'given'; given: Given}
  | {is: 'refused'; told: Told};

interface Look {
  person: string;
  explanation: Explanation | null;
  told: Told | null;
}

const seconds = (n: number) => new Promise((resolve) => setTimeout(resolve, n * 1000));

// A node that is busy says when to come back: the page does, and loses nothing.
async function persistently(about: Case, items: Item[], onWait: (s: number) => void, stop: AbortSignal): Promise<Answered<Answer>> {
  for (let tries = 1; ; ++tries) {
    try {
      return await identify(about, items, stop);
    } catch (error) {
      const busy = error instanceof Refused && (error.status === 503 || error.status === 429) && error.retryAfter > 0;
      if (!busy || tries === kMostTries || stop.aborted) throw error;
      const wait = Math.min(error.retryAfter, 30);
      onWait(wait);
      await seconds(wait);
      onWait(0);
    }
  }
}

function Problems({faults, round}: {faults: Faults; round: number}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [round]);
  return (
    <div class="error" role="alert">
      <h2 ref={heading} tabIndex={-1}>{t('check.problem')}</h2>
      <ul>
        {kFields.filter((field) => faults[field] !== undefined).map((field) => (
          <li key={field}>
            <a href={`#${field}`} onClick={(event) => { event.preventDefault(); document.getElementById(field)?.focus(); }}>{faults[field]}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Fault({id, text}: {id: string; text: string | undefined}) {
  if (text === undefined) return null;
  return <p class="fault" id={id}><Icon sign="bad" /> {text}</p>;
}

export function CheckPage({me, onStranger}: {me: Me; onStranger: () => void}) {
  const [purpose, setPurpose] = useState('');
  const [reference, setReference] = useState('');
  const several = me.galleries.length > 1 || me.galleries.length === 0;
  const [gallery, setGallery] = useState(several && me.allGalleries ? 'ALL' : (me.galleries[0] ?? 'ALL'));
  const [all, setAll] = useState<Taken[]>([]);
  const [faults, setFaults] = useState<Faults>({});
  const [round, setRound] = useState(0);
  const [stage, setStage] = useState<Stage>({is: 'nothing'});
  const [look, setLook] = useState<Look | null>(null);
  const [forgotten, setForgotten] = useState(false);
  const running = useRef(new AbortController());
  const comparing = useRef<HTMLHeadingElement>(null);

  // An answer is one to the samples that were sent.
  const outdate = () => {
    running.current.abort();
    running.current = new AbortController();
    setStage({is: 'nothing'});
    setLook(null);
  };
  const mend = (field: keyof Faults) => setFaults((now) => ({...now, [field]: undefined}));
  const forget = () => {
    outdate();
    setAll([]);
    setReference('');
    setPurpose('');
    setFaults({});
  };
  useEffect(() => whenForgotten((why) => {
    forget();
    setForgotten(why === 'idle');
    if (why === 'left' && me.signedInBy !== 'nothing') onStranger();
  }), []);

  const replace = (changed: Taken) => setAll((now) => now.map((each) => (each.id === changed.id ? changed : each)));
  const look_at = async (taken: Taken) => {
    const sent = taken;
    const read = await assessed(sent);
    // Its finger may have been named meanwhile.
    setAll((now) => now.map((each) => (each.id !== sent.id ? each : {...read, position: each.position === sent.position ? read.position : each.position})));
  };
  const addFiles = async (files: File[]) => {
    if (files.length === 0) return;
    outdate();
    setForgotten(false);
    const room = kMostFiles - all.length;
    setFaults((now) => ({...now, files: files.length > room ? t('check.fault.tooMany', {most: kMostFiles}) : undefined}));
    const taken = await Promise.all(files.slice(0, Math.max(0, room)).filter((file) => file.size <= me.node.maxImageBytes).map(takenOf));
    if (files.some((file) => file.size > me.node.maxImageBytes)) setFaults((now) => ({...now, files: t('check.fault.tooLarge', {megabytes: me.node.maxImageBytes / 2 ** 20})}));
    setAll((now) => [...now, ...taken]);
    await Promise.all(taken.map(look_at));
  };
  const change = (changed: Taken, again: boolean) => {
    outdate();
    mend('files');
    replace({...changed, state: again ? 'reading' : changed.state});
    if (again) void look_at(changed);
  };
  const remove = (taken: Taken) => {
    outdate();
    mend('files');
    setAll((now) => now.filter((each) => each.id !== taken.id));
    document.getElementById('files')?.focus();
  };

  const faultsOfNow = (): Faults => {
    const out: Faults = {};
    if (purpose === '') out.purpose = t('check.fault.purpose');
    if (reference.trim() === '') out.reference = t('check.fault.reference');
    const twice = positionsTwice(all);
    if (all.length === 0) out.files = t('check.fault.none');
    else if (all.some((taken) => taken.state === 'reading')) out.files = t('check.fault.reading');
    else if (all.some((taken) => taken.state === 'refused')) out.files = t('check.fault.refused');
    else if (twice.length > 0) out.files = t('check.fault.twice', {finger: t(`position.${twice[0]!}`)});
    return out;
  };
  const about: Case = {gallery, purpose, reference: reference.trim()};

  const submit = async (event: Event) => {
    event.preventDefault();
    const found = faultsOfNow();
    setFaults(found);
    if (Object.keys(found).length > 0) {
      setRound((n) => n + 1);
      return;
    }
    outdate();
    const stop = running.current.signal;
    setStage({is: 'searching', waiting: 0});
    try {
      const answered = await persistently(about, all.map(itemOf), (waiting) => setStage({is: 'searching', waiting}), stop);
      if (!stop.aborted) setStage({is: 'given', given: {answer: answered.value, request: answered.request, at: new Date(), about}});
    } catch (error) {
      if (stop.aborted) return;
      if (error instanceof Refused && error.status === 401) onStranger();
      setStage({is: 'refused', told: refusalOf(error)});
    }
  };
  const lookAt = async (candidate: Candidate) => {
    const stop = running.current.signal;
    setLook({person: candidate.personId, explanation: null, told: null});
    try {
      const explanation = await explain(about, candidate.personId, all.map(itemOf), stop);
      if (stop.aborted) return;
      setLook({person: candidate.personId, explanation, told: null});
      comparing.current?.focus();
    } catch (error) {
      if (!stop.aborted) setLook({person: candidate.personId, explanation: null, told: refusalOf(error)});
    }
  };

  const anyFault = kFields.some((field) => faults[field] !== undefined);
  return (
    <>
      {forgotten && <p class="note" role="status">{t('check.forgotten')}</p>}
      {anyFault && round > 0 && <Problems faults={faults} round={round} />}
      <div class="cols">
        <form class="box noprint" onSubmit={submit} noValidate autocomplete="off">
          <h2>{t('check.why')}</h2>
          <label for="purpose">{t('check.purpose')}</label>
          <Fault id="purpose-fault" text={faults.purpose} />
          <select id="purpose" value={purpose} aria-invalid={faults.purpose !== undefined} aria-describedby={faults.purpose === undefined ? undefined : 'purpose-fault'}
            onChange={(event) => { outdate(); mend('purpose'); setPurpose(event.currentTarget.value); }}>
            <option value="">{t('check.purpose.choose')}</option>
            {kPurposes.map((each) => <option key={each} value={each}>{t(`purpose.${each}`)}</option>)}
          </select>
          <label for="reference">{t('check.reference')}</label>
          <p class="hint" id="reference-hint">{t('check.reference.hint')}</p>
          <Fault id="reference-fault" text={faults.reference} />
          <input id="reference" value={reference} maxLength={kMostReference} spellcheck={false} autocomplete="off" dir="auto" aria-invalid={faults.reference !== undefined}
            aria-describedby={faults.reference === undefined ? 'reference-hint' : 'reference-fault reference-hint'}
            onInput={(event) => { outdate(); mend('reference'); setReference(event.currentTarget.value); }} />
          {several && me.galleries.length > 0 && (
            <>
              <label for="gallery">{t('check.gallery')}</label>
              <select id="gallery" value={gallery} onChange={(event) => { outdate(); setGallery(event.currentTarget.value); }}>
                {me.allGalleries && <option value="ALL">{t('check.gallery.all')}</option>}
                {me.galleries.map((each) => <option key={each} value={each} data-raw>{each}</option>)}
              </select>
            </>
          )}
          <h2>{t('check.samples')}</h2>
          <Captured all={all} faces={me.node.readsImages.includes('FACE')} fault={faults.files ?? null}
            onFiles={(files) => void addFiles(files)} onChange={change} onRemove={remove} />
          <div class="bar">
            <button type="submit" class="go">{t('check.go')}</button>
            <button type="button" class="plain" onClick={() => { forget(); document.getElementById('purpose')?.focus(); }}>{t('check.clear')}</button>
          </div>
          <p class="hint">{t('check.privacy')}</p>
        </form>
        <section class="answer" aria-label={t('check.answer')}>
          <div aria-live="polite">
            {stage.is === 'nothing' && <p class="waiting">{t('check.noAnswer')}</p>}
            {stage.is === 'searching' && (
              <p class="waiting"><Icon sign="busy" /> {stage.waiting > 0 ? <Say code="check.busy" values={{n: stage.waiting}} /> : t('check.searching')}</p>
            )}
          </div>
          {stage.is === 'refused' && (
            <div class="verdict silent" data-decision="none" role="alert">
              <Icon sign="silent" />
              <div>
                <h2>{t('answer.none')}</h2>
                <p class="next">{stage.told.what}</p>
                <p class="record"><Say code="refused.record" values={{code: stage.told.code, request: stage.told.request}} /></p>
              </div>
            </div>
          )}
          {stage.is === 'given' && <AnswerView given={stage.given} looking={look?.person ?? null} busy={look !== null && look.explanation === null && look.told === null} onLook={(candidate) => void lookAt(candidate)} />}
        </section>
      </div>
      {look !== null && (
        <section class="box compare" aria-labelledby="compare-heading">
          <h2 id="compare-heading" ref={comparing} tabIndex={-1}>{t('compare.title')}</h2>
          {look.told !== null && <p class="fault" role="alert">{look.told.what}</p>}
          {look.told === null && look.explanation === null && <p role="status"><Icon sign="busy" /> {t('compare.loading')}</p>}
          {look.explanation !== null && <Compare person={look.person} explanation={look.explanation} />}
        </section>
      )}
    </>
  );
}
