// What each member said, one line each, and the word that covers all of them.
import type {Decision} from '../api';
import {Icon, type Sign} from '../icons';
import {Say} from '../say';
import {knows, t} from '../words';
import type {MemberAnswer, Purpose} from './asked';
import {DataFrom} from './data';
import type {Members} from './follow';

// The weakest word that covers this node and the members: nobody is "not known" while somebody has not said so.
export type Word = Decision | 'so_far';
export function wordOf(own: Decision, members: Members): Word {
  const states = members.is === 'known' ? members.check.members.map((each) => each.state) : [];
  if (own === 'match' || states.includes('match')) return 'match';
  if (own === 'indeterminate' || states.includes('indeterminate')) return 'indeterminate';
  const silent = members.is === 'asking' || members.is === 'refused' || states.some((state) => state !== 'no_match');
  return silent ? 'so_far' : 'no_match';
}

const kSigns: Record<string, Sign> = {
  match: 'known', no_match: 'unknown', indeterminate: 'look', waiting: 'busy', refused: 'silent', did_not_answer: 'silent', not_asked: 'none',
};

const kDecisions = ['match', 'no_match', 'indeterminate'];

// Read out again, name and word together, when its word changes.
function Line({name, state, why, late}: {name: string | null; state: string; why?: string; late?: boolean}) {
  const reason = `members.why.${why}`;
  return (
    <li class="candidate" data-member={name ?? 'here'} data-state={state} aria-live="polite" aria-atomic="true">
      <strong>{name === null ? t('members.here') : <bdi>{name}</bdi>}</strong>
      <span>
        <Icon sign={kSigns[state] ?? 'silent'} /> {t(kDecisions.includes(state) ? `answer.${state}` : `members.state.${state}`)}
        {late === true && <> {t('members.late')}</>}
        {why !== undefined && why !== '' && knows(reason) && <span class="hint"> {t(reason)}</span>}
      </span>
    </li>
  );
}

const silentOf = (all: MemberAnswer[]): number => all.filter((each) => !kDecisions.includes(each.state)).length;

export function MemberAnswers({own, members, purpose}: {own: Decision | null; members: Members; purpose: Purpose | null}) {
  if (members.is === 'not_asked') return null;
  const check = members.is === 'known' ? members.check : null;
  const silent = check === null ? 0 : silentOf(check.members);
  return (
    <section aria-labelledby="members-heading">
      <h3 id="members-heading">{t('members.title')}</h3>
      <ul class="candidates">
        <Line name={null} state={own ?? 'did_not_answer'} />
        {check?.members.map((each) => <Line key={each.name} {...each} />)}
        {check?.leftOut.map((each) => <Line key={each.name} name={each.name} state="not_asked" why={each.why} />)}
      </ul>
      {members.is === 'asking' && <p role="status"><Icon sign="busy" /> {t('members.asking')}</p>}
      {members.is === 'refused' && <p class="fault" role="alert"><Icon sign="bad" /> {t('members.failed')} {members.told.what}</p>}
      {members.is === 'known' && members.unreached && <p class="fault" role="alert">{t('members.unreached')}</p>}
      {check !== null && silent > 0 && <p class="note"><Say code="members.silent" values={{n: silent, all: check.members.length}} /></p>}
      {members.is === 'known' && check?.members.filter((each) => each.state === 'match').map((each) => (
        <DataFrom key={`${check.checkId} ${each.name}`} check={check.checkId} member={each.name} items={purpose?.items ?? []} samples={members.question.biometricData} />
      ))}
    </section>
  );
}
