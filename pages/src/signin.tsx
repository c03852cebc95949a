// Signing in: at the operator's identity provider, or with a token of it.
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {type Me, Refused, askMe, askWays, tokenOfNow, useToken} from './api';
import {Icon} from './icons';
import {refusalOf} from './refusal';
import type {PageName} from './shell';
import {knows, t} from './words';

interface SignInProps {
  page: PageName;
  keep?: boolean; // what the page holds is still needed: signing in goes on in another window
  again?: boolean; // whoever is signed in already shows anew who they are
  onSignedIn: (me: Me) => void;
}

// Why the way back from the provider did not end here, as the address says; empty: nobody was there.
export function refusedThere(): string {
  const why = new URLSearchParams(location.search).get('signIn');
  if (why === null) return '';
  const key = `signIn.refused.${why}`;
  return t(knows(key) ? key : 'signIn.refused.refused');
}

function AtProvider({page, keep, again, onSignedIn}: SignInProps) {
  const [problem, setProblem] = useState(refusedThere());
  const link = useRef<HTMLAnchorElement>(null);
  useLayoutEffect(() => link.current?.focus(), []);
  const goOn = async () => {
    try {
      onSignedIn(await askMe());
    } catch (error) {
      setProblem(refusalOf(error as Refused).what);
    }
  };
  return (
    <>
      {problem !== '' && (
        <p class="fault" role="alert">
          <Icon sign="bad" /> {problem}
        </p>
      )}
      <p>{t(keep ? 'signIn.otherWindow' : 'signIn.there')}</p>
      <p>
        <a
          class="button"
          id="provider"
          ref={link}
          href={`v1/sign-in/start?page=${page}${again ? '&again=true' : ''}`}
          target={keep ? '_blank' : undefined}
          rel="noopener"
        >
          {t(again ? 'signIn.again.go' : 'signIn.go')}
        </a>{' '}
        {keep && (
          <button type="button" class="plain" onClick={() => void goOn()}>
            {t('signIn.goOn')}
          </button>
        )}
      </p>
    </>
  );
}

function WithToken({focused, onSignedIn}: {focused: boolean; onSignedIn: (me: Me) => void}) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (focused) field.current?.focus();
  }, [focused]);
  const submit = async (event: Event) => {
    event.preventDefault();
    const token = field.current!.value.trim();
    if (token === '' || /[^\x21-\x7e]/.test(token)) {
      setProblem(t('signIn.needed'));
      field.current!.focus();
      return;
    }
    setBusy(true);
    const before = tokenOfNow();
    useToken(token);
    try {
      onSignedIn(await askMe());
    } catch (error) {
      useToken(before);
      setProblem(refusalOf(error as Refused).what);
      field.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <label for="token">{t('signIn.token')}</label>
      {problem !== null && (
        <p class="fault" id="token-fault" role="alert">
          <Icon sign="bad" /> {problem}
        </p>
      )}
      <textarea
        id="token"
        ref={field}
        rows={4}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? 'token-hint' : 'token-fault token-hint'}
      />
      <p class="hint" id="token-hint">
        {t('signIn.memory')}
      </p>
      <button type="submit" disabled={busy}>
        {t('signIn.go')}
      </button>
    </form>
  );
}

export function SignIn({page, keep, again, onSignedIn}: SignInProps) {
  const [provider, setProvider] = useState<boolean | null>(null);
  useEffect(() => {
    askWays().then(
      (ways) => setProvider(ways.provider),
      () => setProvider(false),
    );
  }, []);
  if (provider === null) return null;
  return (
    <div class="box narrow">
      <h2>{t(again ? 'signIn.again.go' : 'signIn.title')}</h2>
      {again && <p>{t('signIn.again')}</p>}
      {provider ? (
        <>
          <AtProvider page={page} keep={keep} again={again} onSignedIn={onSignedIn} />
          <details>
            <summary>{t('signIn.byToken')}</summary>
            <WithToken focused={false} onSignedIn={onSignedIn} />
          </details>
        </>
      ) : (
        <>
          <p>{t('signIn.now')}</p>
          <WithToken focused onSignedIn={onSignedIn} />
        </>
      )}
    </div>
  );
}
