// What waits for a person: the list, and the case that somebody has taken.
import {useCallback, useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {type Me, Refused, type ReviewCase, claimCase, giveBackCase, listCases} from '../api';
import {whenForgotten} from '../forget';
import {Icon} from '../icons';
import {type Told, refusalOf} from '../refusal';
import {Say} from '../say';
import {t, time} from '../words';
import {CaseView} from './case';
import {Recorded} from './recorded';
import {RequestView, Requests} from './requests';
import type {ReleaseCase} from '../members/asked';

type Waiting = {is: 'asking'} | {is: 'known'; total: number; cases: ReviewCase[]} | {is: 'refused'; told: Told};

const nameOf = (one: ReviewCase): string => one.reference || one.caseId;

// What this reader can do with it, in words.
function Next({one, onTake}: {one: ReviewCase; onTake: (one: ReviewCase) => void}) {
  if (one.next === 'nothing') return <>{t(`review.why.${one.why}`)}</>;
  return (
    <button type="button" aria-label={t('review.take.named', {name: nameOf(one)})} onClick={() => onTake(one)}>
      {t(one.next === 'decide' ? 'review.goOn' : 'review.take')}
    </button>
  );
}

function List({waiting, onTake}: {waiting: {total: number; cases: ReviewCase[]}; onTake: (one: ReviewCase) => void}) {
  if (waiting.cases.length === 0) return <p>{t('review.none')}</p>;
  return (
    <>
      <ul class="candidates">
        {waiting.cases.map((one) => (
          <li key={one.caseId} class="candidate" data-case={one.caseId}>
            <span>
              <strong><bdi>{nameOf(one)}</bdi></strong> <span class="word">{t(`review.kind.${one.kind}`)}</span>
              <br />
              <span class="hint">
                <Say code="review.due" values={{time: time(new Date(one.dueAt))}} /> <Say code="review.lookedAt" values={{n: one.decided, wanted: one.wanted}} />
              </span>
            </span>
            <span><Next one={one} onTake={onTake} /></span>
          </li>
        ))}
      </ul>
      {waiting.total > waiting.cases.length && <p class="hint"><Say code="review.more" values={{n: waiting.total - waiting.cases.length}} /></p>}
    </>
  );
}

// Cases of this node, and what other members ask of it: each to whoever may decide it.
export function ReviewPage({me, onStranger}: {me: Me; onStranger: () => void}) {
  const [opened, setOpened] = useState<ReleaseCase | null>(null);
  const [decided, setDecided] = useState<ReleaseCase | null>(null);
  const [inCase, setInCase] = useState(false);
  const releases = me.node.asksMembers && me.scopes.includes('whorl.release.decide');
  useEffect(() => whenForgotten(() => {
    setOpened(null);
    setDecided(null);
  }), []);
  if (opened !== null) {
    return <RequestView one={opened} me={me} onBack={() => setOpened(null)} onDecided={(one) => { setOpened(null); setDecided(one); }} onStranger={onStranger} />;
  }
  return (
    <>
      {me.scopes.includes('whorl.case.decide') && <Cases me={me} onStranger={onStranger} onTaken={setInCase} />}
      {releases && !inCase && <Requests done={decided} onOpen={(one) => { setDecided(null); setOpened(one); }} onStranger={onStranger} />}
      {!releases && !me.scopes.includes('whorl.case.decide') && <p class="box">{t('desk.none')}</p>}
    </>
  );
}

function Cases({me, onStranger, onTaken}: {me: Me; onStranger: () => void; onTaken: (taken: boolean) => void}) {
  const [waiting, setWaiting] = useState<Waiting>({is: 'asking'});
  const [taken, setTaken] = useState<ReviewCase | null>(null);
  const [done, setDone] = useState<ReviewCase | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const [forgotten, setForgotten] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);

  const fail = useCallback((error: unknown) => {
    if (error instanceof Refused && error.status === 401) onStranger();
    return refusalOf(error);
  }, [onStranger]);
  const ask = useCallback(async () => {
    try {
      setWaiting({is: 'known', ...(await listCases())});
    } catch (error) {
      setWaiting({is: 'refused', told: fail(error)});
    }
  }, [fail]);
  useEffect(() => void ask(), [ask]);
  useEffect(() => whenForgotten((why) => {
    setTaken(null);
    setDone(null);
    setForgotten(why === 'idle');
  }), []);
  useLayoutEffect(() => {
    onTaken(taken !== null);
    if (taken === null && done === null) heading.current?.focus();
  }, [taken, done]);

  const take = async (one: ReviewCase) => {
    setForgotten(false);
    setDone(null);
    setTold(null);
    try {
      setTaken(await claimCase(one.caseId));
    } catch (error) {
      setTold(fail(error));
      void ask();
    }
  };
  const giveBack = async (one: ReviewCase) => {
    setTaken(null);
    try {
      await giveBackCase(one.caseId);
    } catch (error) {
      setTold(fail(error));
    }
    void ask();
  };
  const recorded = (one: ReviewCase) => {
    setTaken(null);
    setDone(one);
    void ask();
  };

  if (taken !== null) return <CaseView one={taken} me={me} onGiveBack={() => void giveBack(taken)} onRecorded={recorded} onStranger={onStranger} />;
  return (
    <>
      {forgotten && <p class="note" role="status">{t('review.forgotten')}</p>}
      {told !== null && <p class="fault" role="alert"><Icon sign="bad" /> {told.what}</p>}
      {done !== null && <Recorded one={done} />}
      <section class="box" aria-labelledby="waiting-heading">
        <h2 id="waiting-heading" ref={heading} tabIndex={-1}>{t('review.waiting')}</h2>
        <p>{t('review.intro')}</p>
        {waiting.is === 'asking' && <p role="status"><Icon sign="busy" /> {t('review.asking')}</p>}
        {waiting.is === 'refused' && <p class="fault" role="alert">{waiting.told.what}</p>}
        {waiting.is === 'known' && <List waiting={waiting} onTake={(one) => void take(one)} />}
        <button type="button" class="plain" onClick={() => void ask()}>{t('review.refresh')}</button>
      </section>
    </>
  );
}
