// Check a person: why, what was captured, the answer, and both prints to look at.
import {useEffect, useRef, useState} from 'preact/hooks';
import {type Case, type Me, Refused, identify, openCase} from '../api';
import {AnswerView, type Given} from '../answer';
import {useLook} from '../comparing';
import {whenForgotten} from '../forget';
import {Fault, type Faults as FaultsOf, Problems} from '../form';
import {Icon} from '../icons';
import {persistently} from '../patience';
import {type Told, refusalOf} from '../refusal';
import {type Taken, assessed, itemOf, positionsTwice, takenOf} from '../samples';
import {Say, WordOption} from '../say';
import {MemberAnswers} from '../members/answers';
import {type Terms, askTerms} from '../members/asked';
import {type Members, follow, kNotAsked} from '../members/follow';
import {t} from '../words';
import {Captured} from './captured';
import {type Others, OthersView, countriesOf, faultsOfOthers, kOthers, kOthersFields} from './others';

const kPurposes = ['border.identity', 'document.doubt', 'return.identity', 'case.review'];
const kMostFiles = 11;
const kMostReference = 64;

const kFields = ['purpose', 'reference', ...kOthersFields, 'files'] as const;
type Faults = FaultsOf<(typeof kFields)[number]>;

type Stage =
  | {is: 'nothing'}
  | {is: 'searching'; waiting: number}
  | {is: 'given'; given: Given}
  | {is: 'refused'; told: Told};

export function CheckPage({me, onStranger}: {me: Me; onStranger: () => void}) {
  const [purpose, setPurpose] = useState('');
  const [reference, setReference] = useState('');
  const several = me.galleries.length > 1 || me.galleries.length === 0;
  const [gallery, setGallery] = useState(several && me.allGalleries ? 'ALL' : (me.galleries[0] ?? 'ALL'));
  const [all, setAll] = useState<Taken[]>([]);
  const [faults, setFaults] = useState<Faults>({});
  const [round, setRound] = useState(0);
  const [stage, setStage] = useState<Stage>({is: 'nothing'});
  const look = useLook();
  const [forgotten, setForgotten] = useState(false);
  const running = useRef(new AbortController());
  const [terms, setTerms] = useState<Terms | null>(null);
  const [termsTold, setTermsTold] = useState<Told | null>(null);
  const [others, setOthers] = useState<Others>(kOthers);
  const [members, setMembers] = useState<Members>(kNotAsked);
  const asksMembers = me.node.asksMembers && me.scopes.includes('whorl.exchange.ask');
  useEffect(() => {
    if (asksMembers) persistently(askTerms, () => undefined, running.current.signal).then(setTerms, (error) => setTermsTold(refusalOf(error)));
  }, [asksMembers]);
  const exchanged = terms?.purposes.find((each) => each.name === purpose) ?? null;
  const purposes = [...new Set([...kPurposes, ...(terms?.purposes ?? []).map((each) => each.name)])];

  // An answer is one to the samples that were sent.
  const outdate = () => {
    running.current.abort();
    running.current = new AbortController();
    setStage({is: 'nothing'});
    setMembers(kNotAsked);
    look.close();
  };
  const mend = (field: keyof Faults) => setFaults((now) => ({...now, [field]: undefined}));
  const forget = () => {
    outdate();
    setAll([]);
    setReference('');
    setPurpose('');
    setOthers(kOthers);
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
    setFaults((now) => ({...now, files: files.length > room ? () => t('check.fault.tooMany', {most: kMostFiles}) : undefined}));
    const taken = await Promise.all(files.slice(0, Math.max(0, room)).filter((file) => file.size <= me.node.maxImageBytes).map(takenOf));
    if (files.some((file) => file.size > me.node.maxImageBytes)) setFaults((now) => ({...now, files: () => t('check.fault.tooLarge', {megabytes: me.node.maxImageBytes / 2 ** 20})}));
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
    if (purpose === '') out.purpose = () => t('check.fault.purpose');
    if (reference.trim() === '') out.reference = () => t('check.fault.reference');
    if (exchanged !== null) Object.assign(out, faultsOfOthers(others));
    const twice = positionsTwice(all);
    if (all.length === 0) out.files = () => t('check.fault.none');
    else if (all.some((taken) => taken.state === 'reading')) out.files = () => t('check.fault.reading');
    else if (all.some((taken) => taken.state === 'refused')) out.files = () => t('check.fault.refused');
    else if (twice.length > 0) out.files = () => t('check.fault.twice', {finger: t(`position.${twice[0]!}`)});
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
    if (exchanged !== null && others.asked) {
      const subject = exchanged.protectsSubject ? {country: others.country.trim().toUpperCase(), avoid: countriesOf(others.avoid)} : {country: '', avoid: []};
      void follow({purpose, reason: others.reason, case: about.reference, subject, biometricData: all.map(itemOf)}, stop, setMembers, onStranger);
    }
    try {
      const answered = await persistently(() => identify(about, all.map(itemOf), stop), (waiting) => setStage({is: 'searching', waiting}), stop);
      if (!stop.aborted) setStage({is: 'given', given: {answer: answered.value, request: answered.request, at: new Date(), about}});
    } catch (error) {
      if (stop.aborted) return;
      if (error instanceof Refused && error.status === 401) onStranger();
      setStage({is: 'refused', told: refusalOf(error)});
    }
  };
  const anyFault = kFields.some((field) => faults[field] !== undefined);
  return (
    <>
      {forgotten && <p class="note" role="status">{t('check.forgotten')}</p>}
      {anyFault && round > 0 && <Problems fields={kFields} faults={faults} round={round} />}
      <div class="cols">
        <form class="box noprint" onSubmit={submit} noValidate autocomplete="off">
          <h2>{t('check.why')}</h2>
          <label for="purpose">{t('check.purpose')}</label>
          <Fault id="purpose-fault" text={faults.purpose} />
          <select id="purpose" value={purpose} aria-invalid={faults.purpose !== undefined} aria-describedby={faults.purpose === undefined ? undefined : 'purpose-fault'}
            onChange={(event) => { outdate(); mend('purpose'); setOthers(kOthers); setPurpose(event.currentTarget.value); }}>
            <option value="">{t('check.purpose.choose')}</option>
            {purposes.map((each) => <WordOption key={each} code={`purpose.${each}`} own={each} />)}
          </select>
          {exchanged !== null && <OthersView purpose={exchanged} others={others} faults={faults} onChange={(changed) => { outdate(); setFaults(({reason: _, country: __, avoid: ___, ...rest}) => rest); setOthers(changed); }} />}
          {termsTold !== null && <p class="note" role="alert">{t('others.unknown')} {termsTold.what}</p>}
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
          {stage.is === 'refused' && <MemberAnswers own={null} members={members} purpose={exchanged} />}
          {stage.is === 'given' && <AnswerView given={stage.given} members={members} purpose={exchanged} looking={look.person} busy={look.busy} onLook={(candidate) => void look.lookAt(about, candidate, all.map(itemOf), running.current.signal)}
            onReview={me.scopes.includes('whorl.case.open') ? () => openCase(about, all.map(itemOf)) : undefined} />}
        </section>
      </div>
      {look.shown}
    </>
  );
}
