// What was recorded, what comes next, and what was hidden until now.
import {useLayoutEffect, useRef} from 'preact/hooks';
import type {ReviewCase} from '../api';
import {Icon} from '../icons';
import {Say} from '../say';
import {number, t} from '../words';

// What follows, in words: by how the case stands, never by what another said.
function whatNext(one: ReviewCase): string {
  if (one.state === 'disputed') return t('review.next.disputed');
  if (one.state === 'waiting') return t(one.decided >= 2 ? 'review.next.third' : 'review.next.second');
  return t(`review.next.${one.outcome?.decision ?? 'decided'}`);
}

export function Recorded({one}: {one: ReviewCase}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), [one]);
  const decided = one.state === 'decided';
  return (
    <section class="box" data-state={one.state} aria-labelledby="recorded-heading">
      <h2 id="recorded-heading" ref={heading} tabIndex={-1}>
        <Icon sign={decided ? 'good' : 'look'} /> <Say code="review.recorded" values={{name: one.reference || one.caseId}} />
      </h2>
      {one.own !== null && <p><Say code={`review.own.${one.own.decision}`} values={{number: one.own.candidate ?? 0}} /></p>}
      <p><strong>{whatNext(one)}</strong></p>
      <h3>{t('review.told')}</h3>
      <ul class="candidates">
        {one.told.map((each) => (
          <li key={each.number} class="candidate">
            <span><Say code="review.told.one" values={{number: each.number, person: each.personId}} /></span>
            <span class="hint">
              {each.score !== null && t('unit.db', {value: number(each.score, 1)})}
              {each.rank !== null && <> <Say code="review.told.rank" values={{rank: each.rank}} /></>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
