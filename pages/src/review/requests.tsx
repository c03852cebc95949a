// What other members ask data of, and nobody has decided yet: the list, and the one that an officer looks at.
import {useCallback, useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {NotDecided, isStill, wantsSignIn} from '../again';
import {type Me, Refused} from '../api';
import {Finger} from '../compare';
import {Fault} from '../form';
import {Icon} from '../icons';
import {type Dossier, type ReleaseCase, listRequests, readRequest, refuse, release} from '../members/asked';
import {Facts, itemName} from '../members/data';
import {type Told, refusalOf} from '../refusal';
import {Say} from '../say';
import {type Line, t, textOr, time} from '../words';

type Waiting = {is: 'asking'} | {is: 'known'; all: ReleaseCase[]} | {is: 'refused'; told: Told};

interface RequestsProps {
  onOpen: (one: ReleaseCase) => void;
  done: ReleaseCase | null; // what was decided last
  onStranger: () => void;
}

export function Requests({onOpen, done, onStranger}: RequestsProps) {
  const [waiting, setWaiting] = useState<Waiting>({is: 'asking'});
  const said = useRef<HTMLParagraphElement>(null);
  const ask = useCallback(async () => {
    try {
      setWaiting({is: 'known', all: await listRequests()});
    } catch (error) {
      if (error instanceof Refused && error.status === 401) onStranger();
      setWaiting({is: 'refused', told: refusalOf(error)});
    }
  }, [onStranger]);
  useEffect(() => void ask(), [ask, done]);
  useLayoutEffect(() => said.current?.focus(), [done]);
  return (
    <section class="box" aria-labelledby="requests-heading">
      <h2 id="requests-heading">{t('desk.waiting')}</h2>
      <p>{t('desk.intro')}</p>
      {done !== null && (
        <p class="note" ref={said} tabIndex={-1} data-decided={done.state} role="status">
          <Icon sign="good" /> <Say code="desk.decided" values={{member: done.member}} /> {t(done.state === 'waiting' ? 'desk.decided.second' : `desk.decided.${done.state}`)}
        </p>
      )}
      {waiting.is === 'asking' && <p role="status"><Icon sign="busy" /> {t('review.asking')}</p>}
      {waiting.is === 'refused' && <p class="fault" role="alert">{waiting.told.what}</p>}
      {waiting.is === 'known' && waiting.all.length === 0 && <p>{t('review.none')}</p>}
      {waiting.is === 'known' && (
        <ul class="candidates">
          {waiting.all.map((one) => (
            <li key={one.requestId} class="candidate" data-request={one.requestId}>
              <span>
                <strong><bdi>{one.member}</bdi></strong> <span class="word">{one.items.map(itemName).join(', ')}</span>
                <br />
                <span class="hint"><Say code="review.due" values={{time: time(new Date(one.decideBy))}} /> {one.secondOfficer && <Say code="review.lookedAt" values={{n: one.decided, wanted: 2}} />}</span>
              </span>
              <button type="button" aria-label={t('desk.open.named', {member: one.member})} onClick={() => onOpen(one)}>{t('desk.open')}</button>
            </li>
          ))}
        </ul>
      )}
      <button type="button" class="plain" onClick={() => void ask()}>{t('review.refresh')}</button>
    </section>
  );
}

function Kept({dossier}: {dossier: Dossier}) {
  return (
    <section class="box" aria-labelledby="kept-heading">
      <h3 id="kept-heading"><Say code="desk.kept" values={{person: dossier.request.personId}} /></h3>
      {dossier.encounters.map((each) => (
        <section key={each.encounterId} aria-label={each.encounterId}>
          <p><Say code="desk.encounter" values={{type: each.encounterType, time: time(new Date(each.createdDate))}} /></p>
          {each.biographicData !== undefined && <Facts of={each.biographicData} />}
        </section>
      ))}
      {dossier.encounters.length === 0 && <p class="note">{t('desk.kept.nothing')}</p>}
    </section>
  );
}

interface RequestProps {
  one: ReleaseCase;
  me: Me;
  onBack: () => void;
  onDecided: (one: ReleaseCase) => void;
  onStranger: () => void;
}

export function RequestView({one, me, onBack, onDecided, onStranger}: RequestProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [dossier, setDossier] = useState<Dossier | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const [fault, setFault] = useState<Line | undefined>(undefined);
  const [told, setTold] = useState<Told | null>(null);
  const [busy, setBusy] = useState(false);
  const failed = (error: unknown) => {
    if (error instanceof Refused && error.status === 401) onStranger();
    setTold(refusalOf(error));
  };
  useLayoutEffect(() => heading.current?.focus(), [one.requestId]);
  useEffect(() => {
    const stop = new AbortController();
    readRequest(one.requestId, stop.signal).then(setDossier, (error) => stop.signal.aborted || failed(error));
    return () => stop.abort();
  }, [one.requestId]);

  const decide = async (items: string[] | null) => {
    if (items !== null && items.length === 0) {
      setFault(() => () => t('release.fault.items'));
      document.getElementById('item-0')?.focus();
      return;
    }
    setBusy(true);
    setTold(null);
    try {
      if (wantsSignIn(told) && !(await isStill(me))) return onStranger();
      onDecided(items === null ? await refuse(one.requestId) : await release(one.requestId, items));
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <section class="box">
        <h2 ref={heading} tabIndex={-1}><Say code="desk.request" values={{member: one.member}} /></h2>
        <dl class="facts">
          <div><dt>{t('desk.purpose')}</dt><dd><bdi>{textOr(`purpose.${one.purpose}`, one.purpose)}</bdi></dd></div>
          <div><dt>{t('desk.reason')}</dt><dd><bdi>{textOr(`reason.${one.reason}`, one.reason)}</bdi></dd></div>
          <div><dt>{t('desk.basis')}</dt><dd><bdi>{one.basis}</bdi></dd></div>
          <div><dt>{t('desk.by')}</dt><dd>{time(new Date(one.decideBy))}</dd></div>
        </dl>
        {one.secondOfficer && <p class="note">{t('desk.two')}</p>}
        <p>{t('desk.look')}</p>
      </section>
      {dossier === null && told === null && <p role="status"><Icon sign="busy" /> {t('compare.loading')}</p>}
      {dossier !== null && (
        <>
          <section class="box compare" aria-label={t('compare.title')}>
            {dossier.comparison.fingers.length === 0 && <p class="note">{t('review.nothing')}</p>}
            {dossier.comparison.fingers.map((finger, i) => <Finger key={i} finger={finger} sides={{probe: t('desk.side.sent'), reference: t('compare.kept')}} />)}
          </section>
          <Kept dossier={dossier} />
        </>
      )}
      {told !== null && <NotDecided told={told} page="review" me={me} onStranger={onStranger} />}
      <form class="box noprint" noValidate onSubmit={(event) => { event.preventDefault(); void decide(chosen); }}>
        <fieldset>
          <legend><strong>{t('desk.question')}</strong></legend>
          <Fault id="items-fault" text={fault} />
          {one.items.map((item, i) => {
            const allowed = one.allowed.includes(item);
            return (
              <div key={item}>
                <label class="inline choice">
                  <input id={`item-${i}`} type="checkbox" value={item} disabled={!allowed} checked={chosen.includes(item)} aria-describedby={fault === undefined ? undefined : 'items-fault'}
                    onChange={(event) => { setFault(undefined); setChosen(event.currentTarget.checked ? [...chosen, item] : chosen.filter((each) => each !== item)); }} /> {itemName(item)}
                  {!allowed && <span class="hint"> {t('desk.notAllowed')}</span>}
                </label>
              </div>
            );
          })}
        </fieldset>
        <p class="hint">{t('desk.once')}</p>
        <div class="bar">
          <button type="submit" class="go" disabled={busy || dossier === null}>{t('desk.release')}</button>
          <button type="button" id="refuse" disabled={busy} onClick={() => void decide(null)}>{t('desk.refuse')}</button>
          <button type="button" class="plain" onClick={onBack}>{t('desk.back')}</button>
        </div>
      </form>
    </>
  );
}
