// Which page is shown, and to whom.
import {render} from 'preact';
import {useCallback, useEffect, useState} from 'preact/hooks';
import {type Me, Refused, askMe, signOut as endSession} from './api';
import {CheckPage} from './check/page';
import {EnrolPage} from './enrol/page';
import {NodePage} from './node/page';
import {refusalOf} from './refusal';
import {type PageName, Shell, maySee} from './shell';
import {SignIn} from './signin';
import {language, t, useLanguage} from './words';

const page: PageName = (['enrol', 'node'] as const).find((name) => location.pathname.endsWith(`/${name}`)) ?? 'check';

type Who = {is: 'asking'} | {is: 'stranger'} | {is: 'unreached'; why: string} | {is: 'known'; me: Me};

function App() {
  const [who, setWho] = useState<Who>({is: 'asking'});
  const [, setLanguage] = useState(language());
  const [round, setRound] = useState(0);

  const ask = useCallback(async () => {
    try {
      setWho({is: 'known', me: await askMe()});
    } catch (error) {
      if (error instanceof Refused && error.status === 401) setWho({is: 'stranger'});
      else setWho({is: 'unreached', why: refusalOf(error).what});
    }
  }, []);
  useEffect(() => void ask(), [ask]);
  useEffect(() => {
    document.title = `${t(`${page}.title`)} - Whorl`;
  });

  const changeLanguage = (code: string) => {
    useLanguage(code);
    const address = new URL(location.href);
    if (code === 'en') address.searchParams.delete('lang');
    else address.searchParams.set('lang', code);
    history.replaceState(null, '', address);
    setLanguage(code);
  };
  const beStranger = useCallback(() => {
    setRound((n) => n + 1);
    setWho({is: 'stranger'});
  }, []);
  const signOut = useCallback(async () => {
    try {
      const provider = await endSession();
      if (provider !== null) location.assign(provider);
    } catch (error) {
      setWho({is: 'unreached', why: refusalOf(error).what});
      return;
    }
    beStranger();
  }, [beStranger]);

  return (
    <Shell page={page} me={who.is === 'known' ? who.me : null} onLanguage={changeLanguage} onSignOut={() => void signOut()}>
      {who.is === 'asking' && <p role="status">{t('shell.asking')}</p>}
      {who.is === 'unreached' && (
        <div class="box" role="alert">
          <p>{who.why}</p>
          <button type="button" onClick={() => void ask()}>
            {t('shell.again')}
          </button>
        </div>
      )}
      {who.is === 'stranger' && <SignIn page={page} onSignedIn={(me) => setWho({is: 'known', me})} />}
      {who.is === 'known' && !maySee(who.me, page) && <p class="box">{t(`${page}.forbidden`)}</p>}
      {who.is === 'known' && maySee(who.me, page) && (
        <div key={round}>
          {page === 'check' && <CheckPage me={who.me} onStranger={beStranger} />}
          {page === 'enrol' && <EnrolPage me={who.me} onStranger={beStranger} />}
          {page === 'node' && <NodePage onStranger={beStranger} />}
        </div>
      )}
    </Shell>
  );
}

useLanguage(language());
render(<App />, document.getElementById('app')!);
