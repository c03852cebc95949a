// Which page is shown, and to whom.
import {render} from 'preact';
import {useCallback, useEffect, useState} from 'preact/hooks';
import {type Me, Refused, askMe, signOut as endSession} from './api';
import {AnalysePage} from './analyse/page';
import {CheckPage} from './check/page';
import {EnrolPage} from './enrol/page';
import {NodePage} from './node/page';
import {keep, kLanguages, preferred} from './language';
import {ReviewPage} from './review/page';
import {type Told, refusalOf} from './refusal';
import {type PageName, Shell, maySee} from './shell';
import {SignIn, refusedThere} from './signin';
import {speak, t} from './words';

const page: PageName = (['analyse', 'enrol', 'review', 'node'] as const).find((name) => location.pathname.endsWith(`/${name}`)) ?? 'check';

type Who = {is: 'asking'} | {is: 'stranger'} | {is: 'unreached'; why: Told} | {is: 'known'; me: Me};

function App() {
  const [who, setWho] = useState<Who>({is: 'asking'});
  const [, setLanguage] = useState({});
  const [round, setRound] = useState(0);

  const ask = useCallback(async () => {
    try {
      setWho({is: 'known', me: await askMe()});
    } catch (error) {
      if (error instanceof Refused && error.status === 401) setWho({is: 'stranger'});
      else setWho({is: 'unreached', why: refusalOf(error)});
    }
  }, []);
  useEffect(() => void ask(), [ask]);
  useEffect(() => {
    document.title = `${t(`${page}.title`)} - Whorl`;
  });

  const changeLanguage = async (code: string) => {
    const wanted = kLanguages.find((each) => each.code === code)!;
    try {
      await speak(wanted);
      keep(wanted);
    } finally {
      setLanguage({}); // where the words did not come, the list shows what is spoken still
    }
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
      setWho({is: 'unreached', why: refusalOf(error)});
      return;
    }
    beStranger();
  }, [beStranger]);

  return (
    <Shell page={page} me={who.is === 'known' ? who.me : null} onLanguage={(code) => void changeLanguage(code).catch(() => undefined)} onSignOut={() => void signOut()}>
      {who.is === 'asking' && <p role="status">{t('shell.asking')}</p>}
      {who.is === 'unreached' && (
        <div class="box" role="alert">
          <p>{who.why.what}</p>
          <button type="button" onClick={() => void ask()}>
            {t('shell.again')}
          </button>
        </div>
      )}
      {who.is === 'stranger' && <SignIn page={page} onSignedIn={(me) => setWho({is: 'known', me})} />}
      {who.is === 'known' && refusedThere() !== '' && <p class="fault" role="alert">{refusedThere()}</p>}
      {who.is === 'known' && !maySee(who.me, page) && <p class="box">{t(`${page}.forbidden`)}</p>}
      {who.is === 'known' && maySee(who.me, page) && (
        <div key={round}>
          {page === 'check' && <CheckPage me={who.me} onStranger={beStranger} />}
          {page === 'enrol' && <EnrolPage me={who.me} onStranger={beStranger} />}
          {page === 'analyse' && <AnalysePage me={who.me} onStranger={beStranger} />}
          {page === 'review' && <ReviewPage me={who.me} onStranger={beStranger} />}
          {page === 'node' && <NodePage onStranger={beStranger} />}
        </div>
      )}
    </Shell>
  );
}

speak(preferred()).then(
  () => render(<App />, document.getElementById('app')!),
  () => document.getElementById('unreached')!.removeAttribute('hidden'),
);
