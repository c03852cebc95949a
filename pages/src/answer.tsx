// The answer in plain words: what it is, what to do next, what it covers; figures are folded away.
import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import type {Answer, Candidate, Case, Receipt, ReviewCase} from './api';
import {Icon, type Sign} from './icons';
import {MemberAnswers, type Word, wordOf} from './members/answers';
import type {Purpose} from './members/asked';
import {type Members, kNotAsked} from './members/follow';
import {refusalOf} from './refusal';
import {Say} from './say';
import {type Values, knows, number, t, time} from './words';

const kSigns: Record<Word, Sign> = {match: 'known', no_match: 'unknown', indeterminate: 'look', so_far: 'silent'};

export interface Given {
  answer: Answer;
  request: string;
  at: Date;
  about: Case;
}

// Arguments of a reason as a person reads them.
function readable(values: Values): Values {
  const out: Values = {};
  for (const [name, value] of Object.entries(values)) {
    const finger = name === 'finger' || name === 'other_finger';
    out[name] = finger ? t(`position.${String(value).toUpperCase()}`) : value;
  }
  return out;
}

function Covered({receipt}: {receipt: Receipt}) {
  const all = receipt.searched === receipt.gallerySize;
  return (
    <>
      <Say code={all ? 'covered.all' : 'covered.part'} values={{n: receipt.gallerySize, searched: receipt.searched}} />
      {receipt.comparedPersons < receipt.searched && (
        <>
          {' '}
          <Say code="covered.compared" values={{n: receipt.comparedPersons}} />
        </>
      )}
    </>
  );
}

function Missed({answer}: {answer: Answer}) {
  if (answer.decision !== 'no_match' || answer.expectedMissRate === null) return null;
  const inAHundred = Math.ceil(answer.expectedMissRate * 100);
  if (inAHundred >= 1) return <p><Say code="missed.some" values={{n: inAHundred}} /></p>;
  return <p>{t('missed.few')}</p>;
}

function Figures({answer}: {answer: Answer}) {
  const best = answer.candidates[0];
  const beyond = best !== undefined && best.score > answer.supportedDb;
  const oneIn = Math.round(10 ** (Math.min(best?.score ?? 0, answer.supportedDb) / 10));
  return (
    <details>
      <summary>{t('figures.title')}</summary>
      <dl class="figures">
        {best !== undefined && <><dt>{t('figures.best')}</dt><dd>{t('unit.db', {value: number(best.score, 1)})}</dd></>}
        <dt>{t('figures.threshold')}</dt>
        <dd>{t('unit.db', {value: number(answer.thresholdDb, 1)})}</dd>
        <dt>{t('figures.supported')}</dt>
        <dd>{t('unit.db', {value: number(answer.supportedDb, 1)})}</dd>
      </dl>
      {best !== undefined && <p><Say code={beyond ? 'figures.beyond' : 'figures.chance'} values={{count: number(oneIn)}} /></p>}
    </details>
  );
}

function CandidateRow({candidate, chosen, busy, onLook}: {
  candidate: Candidate;
  chosen: boolean;
  busy: boolean;
  onLook: (candidate: Candidate) => void;
}) {
  const said = t(`candidate.${candidate.others.decision}`);
  return (
    <li class={`candidate ${candidate.others.decision}`}>
      <span>
        <strong><bdi>{candidate.personId}</bdi></strong>
        <span class="word">{said}</span>
      </span>
      <button type="button" aria-pressed={chosen} disabled={busy} onClick={() => onLook(candidate)}
        aria-label={t('candidate.look.named', {person: candidate.personId})}>
        {t('candidate.look')}
      </button>
    </li>
  );
}

interface AnswerProps {
  given: Given;
  looking: string | null;
  busy: boolean;
  onLook: (candidate: Candidate) => void;
  onReview?: (() => Promise<ReviewCase | null>) | undefined; // where this officer may ask for one
  members?: Members; // what others were asked
  purpose?: Purpose | null; // as the exchange knows it
}

// Two people who compare, on the page review.
function AskForReview({onReview}: {onReview: () => Promise<ReviewCase | null>}) {
  const [asked, setAsked] = useState<ReviewCase | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = async () => {
    try {
      setAsked(await onReview());
      setProblem(null);
    } catch (error) {
      setProblem(refusalOf(error).what);
    }
  };
  return (
    <div class="noprint">
      {asked === null && <button type="button" class="plain" onClick={() => void ask()}>{t('review.ask')}</button>}
      <div role="status">{asked !== null && <p class="note"><Say code="review.asked" values={{name: asked.caseId}} /></p>}</div>
      {problem !== null && <p class="fault" role="alert">{problem}</p>}
    </div>
  );
}

// What to do next: by this node's own reason, unless another member changes the word.
function nextOf(answer: Answer, word: Word): string {
  if (word !== answer.decision) return t(`members.next.${word}`);
  const own = `next.${answer.reasonCode}`;
  return t(knows(own) ? own : `next.${answer.decision}`);
}

export function AnswerView({given, looking, busy, onLook, onReview, members = kNotAsked, purpose = null}: AnswerProps) {
  const {answer, about} = given;
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), [given]);
  const word = wordOf(answer.decision, members);
  const why = `why.${answer.reasonCode}`;
  return (
    <>
      <div class={`verdict ${word === 'so_far' ? 'silent' : word}`} data-decision={word}>
        <Icon sign={kSigns[word]} />
        <div>
          <h2 ref={heading} tabIndex={-1}>{t(`answer.${word}`)}</h2>
          <p class="next">{nextOf(answer, word)}</p>
        </div>
      </div>
      <MemberAnswers own={answer.decision} members={members} purpose={purpose} />
      <p data-code={answer.reasonCode}>
        {members.is !== 'not_asked' && <><strong>{t('members.here')}</strong><br /></>}
        {knows(why) && <><Say code={why} values={readable(answer.reasonArguments)} />{' '}</>}
        <Covered receipt={answer.receipt} />
      </p>
      {answer.matches > 1 && <p class="note"><Say code="answer.several" values={{n: answer.matches}} /></p>}
      <Missed answer={answer} />
      {answer.candidates.length > 0 && (
        <>
          <h3>{t('candidate.title')}</h3>
          <ul class="candidates">
            {answer.candidates.map((candidate) => (
              <CandidateRow key={candidate.personId} candidate={candidate} chosen={looking === candidate.personId}
                busy={busy} onLook={onLook} />
            ))}
          </ul>
        </>
      )}
      {onReview !== undefined && answer.candidates.length > 0 && <AskForReview key={given.request} onReview={onReview} />}
      <Figures answer={answer} />
      <p class="record">
        <Say code="answer.record" values={{reference: about.reference, time: time(given.at), request: given.request}} />{' '}
        {members.is === 'not_asked' && t('answer.alone')}
      </p>
      <button type="button" class="plain noprint" onClick={() => print()}>{t('answer.print')}</button>
    </>
  );
}
