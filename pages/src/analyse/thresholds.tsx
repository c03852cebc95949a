// Which thresholds are in force, what is proposed, and the two people that a change takes.
import {useState} from 'preact/hooks';
import {NotDecided, isStill, wantsSignIn} from '../again';
import type {Me} from '../api';
import {Fault, type Faults, Problems} from '../form';
import {type Told, refusalOf} from '../refusal';
import {Say} from '../say';
import {number, t, time} from '../words';
import {type Change, type Rule, type Settings, decide, propose, withdraw} from './asked';
import {decibels, percent} from './figures';

const kMostReason = 500; // bytes

const Gallery = ({id}: {id: string | null}) => (id === null ? <>{t('analyse.gallery.every')}</> : id === 'ALL' ? <>{t('analyse.gallery.all')}</> : <bdi>{id}</bdi>);

function RuleText({rule}: {rule: Rule | null}) {
  if (rule === null) return <>{t('analyse.rule.end')}</>;
  const band = rule.reviewBandDb === null ? '' : t('analyse.rule.band', {band: decibels(rule.reviewBandDb)});
  const what = rule.thresholdDb !== null ? t('analyse.rule.threshold', {threshold: decibels(rule.thresholdDb)}) : t('analyse.rule.fpir', {rate: percent(rule.targetFpir ?? 0)});
  return <>{`${what} ${band}`}</>;
}

export function InForceView({settings}: {settings: Settings}) {
  return (
    <section class="box">
      <h2 id="in-force">{t('analyse.inForce.title')}</h2>
      <dl class="facts" id="settings">
        {settings.inForce.map((each) => {
          const change = settings.changes.find((one) => one.proposalId === each.proposalId);
          return (
            <div key={each.galleryId ?? ''} data-gallery={each.galleryId ?? ''}>
              <dt><Gallery id={each.galleryId} /></dt>
              <dd>
                <RuleText rule={each} />{' '}
                {change === undefined
                  ? t('analyse.source.configuration')
                  : <Say code="analyse.source.setting" values={{proposer: change.proposedBy.subject, decider: change.decidedBy?.subject ?? '', time: time(new Date(change.decidedAt ?? change.proposedAt))}} />}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}

interface ProposeProps {
  me: Me;
  threshold: number;
  band: string;
  basis: {id: string; set: string; fingers: number; supported_db: number | null} | null;
  onChanged: (said: string) => void;
}

const kFields = ['reason', 'extrapolated'] as const;
type Field = (typeof kFields)[number];

export function ProposeForm({me, threshold, band, basis, onChanged}: ProposeProps) {
  const [gallery, setGallery] = useState('');
  const [reason, setReason] = useState('');
  const [extrapolated, setExtrapolated] = useState(false);
  const [faults, setFaults] = useState<Faults<Field>>({});
  const [round, setRound] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (me.signedInBy === 'nothing') return <section class="box"><h2>{t('analyse.propose.title')}</h2><p>{t('analyse.propose.signIn')}</p></section>;
  if (!me.scopes.includes('whorl.threshold.propose')) return null;
  const beyond = basis !== null && threshold > (basis.supported_db ?? 0);
  const submit = async (event: Event) => {
    event.preventDefault();
    const found: Faults<Field> = {};
    if (reason.trim() === '' || new TextEncoder().encode(reason.trim()).length > kMostReason) found.reason = t('analyse.propose.reasonNeeded', {most: number(kMostReason)});
    if (beyond && !extrapolated) found.extrapolated = t('analyse.propose.sayExtrapolated');
    setFaults(found);
    setRound((n) => n + 1);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      await propose({
        ...(gallery.trim() === '' ? {} : {galleryId: gallery.trim()}),
        thresholdDb: threshold,
        ...(band === '' ? {} : {reviewBandDb: Number(band)}),
        reason: reason.trim(),
        ...(basis === null ? {} : {evaluation: {id: basis.id, set: basis.set, fingers: basis.fingers}}),
        ...(beyond ? {extrapolated: true} : {}),
      });
      setReason('');
      setExtrapolated(false);
      setProblem(null);
      onChanged(t('analyse.propose.done'));
    } catch (error) {
      setProblem(refusalOf(error).what);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="box noprint" onSubmit={submit} noValidate>
      <h2>{t('analyse.propose.title')}</h2>
      {Object.keys(faults).length > 0 && <Problems fields={kFields} faults={faults} round={round} />}
      <p><Say code="analyse.propose.what" values={{threshold: decibels(threshold), band: decibels(Number(band))}} /></p>
      <label for="gallery">{t('analyse.propose.gallery')}</label>
      <p class="hint" id="gallery-hint">{t('analyse.propose.galleryHint')}</p>
      <input id="gallery" value={gallery} autocomplete="off" spellcheck={false} maxLength={128} aria-describedby="gallery-hint" onInput={(event) => setGallery(event.currentTarget.value)} />
      <label for="reason">{t('analyse.propose.reason')}</label>
      <Fault id="reason-fault" text={faults.reason} />
      <textarea id="reason" rows={2} value={reason} aria-invalid={faults.reason !== undefined} aria-describedby={faults.reason === undefined ? undefined : 'reason-fault'} onInput={(event) => setReason(event.currentTarget.value)} />
      {beyond && (
        <>
          <Fault id="extrapolated-fault" text={faults.extrapolated} />
          <label class="inline">
            <input id="extrapolated" type="checkbox" checked={extrapolated} onChange={(event) => setExtrapolated(event.currentTarget.checked)} /> {t('analyse.propose.extrapolated')}
          </label>
        </>
      )}
      {problem !== null && <p class="fault" role="alert">{problem}</p>}
      <div class="bar"><button type="submit" disabled={busy}>{t('analyse.propose.go')}</button></div>
    </form>
  );
}

interface ChangesProps {
  me: Me;
  settings: Settings;
  onChanged: (said: string) => void;
  onStranger: () => void;
}

export function Proposals({me, settings, onChanged, onStranger}: ChangesProps) {
  const [told, setTold] = useState<Told | null>(null); // a decision that waits for a new sign-in: one place for them all
  const waiting = settings.changes.filter((change) => change.state === 'proposed');
  const over = settings.changes.filter((change) => change.state !== 'proposed');
  return (
    <section class="box">
      <h2>{t('analyse.proposals.title')}</h2>
      {waiting.length === 0 && <p>{t('analyse.proposals.none')}</p>}
      {told !== null && <NotDecided told={told} page="analyse" me={me} onStranger={onStranger} />}
      <ul class="proposals">{waiting.map((change) => <Waiting key={change.proposalId} me={me} change={change} told={told} onTold={setTold} onChanged={onChanged} onStranger={onStranger} />)}</ul>
      {over.length > 0 && (
        <details>
          <summary>{t('analyse.proposals.history', {n: over.length})}</summary>
          <ul class="proposals">{over.map((change) => <li key={change.proposalId} data-state={change.state}><About change={change} /><Over change={change} /></li>)}</ul>
        </details>
      )}
    </section>
  );
}

function About({change}: {change: Change}) {
  return (
    <>
      <p><strong><Gallery id={change.galleryId} />: <RuleText rule={change.rule} /></strong></p>
      <p><Say code="analyse.proposals.by" values={{subject: change.proposedBy.subject, time: time(new Date(change.proposedAt))}} /> <bdi>{change.reason}</bdi></p>
      <p class="hint">
        {change.evaluation === null ? t('analyse.proposals.noBasis') : <Say code="analyse.proposals.basis" values={{run: change.evaluation.id, supported: decibels(change.evaluation.supportedDb)}} />}{' '}
        {change.extrapolated && <strong>{t('analyse.proposals.extrapolated')}</strong>}
      </p>
    </>
  );
}

function Over({change}: {change: Change}) {
  const by = change.decidedBy?.subject ?? '';
  const at = time(new Date(change.decidedAt ?? change.proposedAt));
  return (
    <p>
      <strong>{t(`analyse.state.${change.state}`)}</strong> <Say code="analyse.proposals.decided" values={{subject: by, time: at}} />{' '}
      {change.beforeDb !== null && <Say code="analyse.proposals.before" values={{threshold: decibels(change.beforeDb)}} />} <bdi>{change.decisionReason}</bdi>
    </p>
  );
}

interface WaitingProps {
  me: Me;
  change: Change;
  told: Told | null;
  onTold: (told: Told | null) => void;
  onChanged: (said: string) => void;
  onStranger: () => void;
}

function Waiting({me, change, told, onTold, onChanged, onStranger}: WaitingProps) {
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const own = change.proposedBy.subject === me.subject;
  const field = `reason-${change.proposalId}`;
  const act = async (what: () => Promise<Change>, done: 'approved' | 'rejected' | 'withdrawn') => {
    setBusy(true);
    setProblem(null);
    try {
      if (wantsSignIn(told) && !(await isStill(me))) return onStranger();
      await what();
      onTold(null);
      onChanged(t(`analyse.decide.${done}`));
    } catch (error) {
      const why = refusalOf(error);
      if (wantsSignIn(why)) onTold(why);
      else setProblem(why.what);
      setBusy(false);
    }
  };
  const reject = () => {
    if (reason.trim() === '') {
      setProblem(t('analyse.decide.reasonNeeded'));
      document.getElementById(field)?.focus();
      return;
    }
    void act(() => decide(change.proposalId, 'reject', reason.trim()), 'rejected');
  };
  return (
    <li data-state="proposed">
      <About change={change} />
      {own && <p class="note">{t('analyse.decide.own')}</p>}
      {!own && me.scopes.includes('whorl.threshold.approve') && (
        <>
          <label for={field}>{t('analyse.decide.reason')}</label>
          <input id={field} value={reason} maxLength={kMostReason} autocomplete="off" onInput={(event) => setReason(event.currentTarget.value)} />
          <div class="bar">
            <button type="button" disabled={busy} onClick={() => void act(() => decide(change.proposalId, 'approve', reason.trim()), 'approved')}>{t('analyse.decide.approve')}</button>
            <button type="button" class="plain" disabled={busy} onClick={reject}>{t('analyse.decide.reject')}</button>
          </div>
        </>
      )}
      {own && me.scopes.includes('whorl.threshold.propose') && (
        <div class="bar"><button type="button" class="plain" disabled={busy} onClick={() => void act(() => withdraw(change.proposalId), 'withdrawn')}>{t('analyse.decide.withdraw')}</button></div>
      )}
      {problem !== null && <p class="fault" role="alert">{problem}</p>}
    </li>
  );
}
