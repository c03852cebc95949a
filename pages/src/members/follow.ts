// A question to other members, from its sending until the last has answered or its time is over.
import {Refused} from '../api';
import {pause, persistently} from '../patience';
import {type Told, refusalOf} from '../refusal';
import {type MembersCheck, type Question, askMembers, readCheck} from './asked';

export type Members =
  | {is: 'not_asked'}
  | {is: 'asking'}
  | {is: 'refused'; told: Told} // nobody was asked, or that is not known
  | {is: 'known'; question: Question; check: MembersCheck; unreached: boolean};

export const kNotAsked: Members = {is: 'not_asked'};

const kSoon_ms = 1000;
const kLater_ms = 15_000;
const kLateAnswers_ms = 3600_000; // as long as the node takes them

// `onChange` hears each state, the last one for ever; nothing after `stop`.
export async function follow(question: Question, stop: AbortSignal, onChange: (members: Members) => void, onStranger: () => void): Promise<void> {
  const tell = (members: Members) => stop.aborted || onChange(members);
  const key = crypto.randomUUID();
  tell({is: 'asking'});
  let check: MembersCheck;
  try {
    check = await persistently(() => askMembers(question, key, stop), () => undefined, stop);
  } catch (error) {
    if (error instanceof Refused && error.status === 401 && !stop.aborted) onStranger();
    tell({is: 'refused', told: refusalOf(error)});
    return;
  }
  let unreached = false;
  while (!stop.aborted) {
    tell({is: 'known', question, check, unreached});
    const waiting = check.members.some((each) => each.state === 'waiting');
    const silent = waiting || check.members.some((each) => each.state === 'did_not_answer');
    if (!silent || Date.now() > Date.parse(check.expiresAt) + kLateAnswers_ms) return;
    await pause(waiting ? kSoon_ms : kLater_ms, stop);
    try {
      check = await readCheck(check.checkId, stop);
      unreached = false;
    } catch (error) {
      if (error instanceof Refused && error.status === 401 && !stop.aborted) onStranger();
      if (error instanceof Refused && error.status === 404) return;
      unreached = true;
    }
  }
}
