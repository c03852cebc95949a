// What the person is told before anything is captured: the operator's text, where the node has one, else the product's.
import {useEffect, useState} from 'preact/hooks';
import {Refused, path, query, requested} from '../api';
import {Icon} from '../icons';
import {type Told, refusalOf} from '../refusal';
import {language, t} from '../words';

const kOwn = ['what', 'why', 'who', 'rights'];
const kOwnVersion = '1'; // of the texts notice.*

interface Listed {
  inForce: string | null;
  notices: {version: string; languages: string[]}[];
}
interface Text {
  language: string;
  text: string;
}

const ask = async <T,>(what: string): Promise<T> => (await requested<T>('GET', what)).value;

interface NoticeProps {
  onVersion: (version: string) => void; // of the text that is shown; empty: none is
  onExpired: () => void;
}

export function NoticeText({onVersion, onExpired}: NoticeProps) {
  const [listed, setListed] = useState<Listed | null>(null);
  const [shown, setShown] = useState<Text | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const version = listed?.inForce ?? null;
  const languages = listed?.notices.find((each) => each.version === version)?.languages ?? [];
  const refused = (error: unknown) => {
    setTold(refusalOf(error));
    if (error instanceof Refused && error.status === 401) onExpired();
  };
  const show = async (of: string, lang: string) => {
    onVersion('');
    setShown(null);
    try {
      setShown(await ask<Text>(path('v1', 'notices', of) + query({lang})));
      onVersion(of);
    } catch (error) {
      refused(error);
    }
  };
  const load = async () => {
    onVersion('');
    setTold(null);
    setShown(null);
    try {
      const found = await ask<Listed>('v1/notices');
      setListed(found);
      if (found.inForce === null) return onVersion(kOwnVersion);
      const there = found.notices.find((each) => each.version === found.inForce)!.languages;
      await show(found.inForce, there.includes(language().code) ? language().code : there[0]!);
    } catch (error) {
      refused(error);
    }
  };
  useEffect(() => void load(), []);

  if (told !== null) {
    return (
      <p class="fault" role="alert">
        <Icon sign="bad" /> {told.what}{' '}
        <button type="button" class="plain" onClick={() => void load()}>
          {t('enrol.notice.again')}
        </button>
      </p>
    );
  }
  if (listed === null) return null;
  if (version === null) return <ul>{kOwn.map((each) => <li key={each}>{t(`notice.${each}`)}</li>)}</ul>;
  return (
    <>
      <label for="notice-language">{t('enrol.notice.language')}</label>
      <select id="notice-language" value={shown?.language ?? ''} onChange={(event) => void show(version, event.currentTarget.value)}>
        {languages.map((each) => (
          <option key={each} value={each} data-raw>
            {each}
          </option>
        ))}
      </select>
      {shown !== null && (
        <div class="notice" id="notice" lang={shown.language} dir="auto" data-version={version} data-raw>
          {shown.text}
        </div>
      )}
    </>
  );
}
