// A decision that was refused; of one that waits for its person to sign in again the way there, with all that they have
// filled in left as it is.
import {useState} from 'preact/hooks';
import {type Me, askMe} from './api';
import {Icon} from './icons';
import type {Told} from './refusal';
import type {PageName} from './shell';
import {SignIn} from './signin';
import {t} from './words';

export const wantsSignIn = (told: Told | null): boolean => told?.code === 'sign_in_again';

const isSame = (me: Me, now: Me): boolean => now.subject === me.subject && now.issuer === me.issuer;

// Whether whoever is signed in by now, perhaps in another window, is still the one who filled in the page.
export const isStill = async (me: Me): Promise<boolean> => isSame(me, await askMe());

interface NotDecidedProps {
  told: Told;
  page: PageName;
  me: Me;
  onStranger: () => void;
}

export function NotDecided({told, page, me, onStranger}: NotDecidedProps) {
  const [mended, setMended] = useState<Told | null>(null);
  if (mended === told) {
    return (
      <p class="note" role="status" data-again="done">
        <Icon sign="good" /> {t('signIn.again.done')}
      </p>
    );
  }
  return (
    <>
      <p class="fault" role="alert">
        <Icon sign="bad" /> {told.what}
      </p>
      {wantsSignIn(told) && <SignIn page={page} keep again onSignedIn={(now) => (isSame(me, now) ? setMended(told) : onStranger())} />}
    </>
  );
}
