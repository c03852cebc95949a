// What every page has: where one is, who one is, the language, the way in and out.
import type {ComponentChildren} from 'preact';
import {type Me} from './api';
import {carriedOn, kLanguages} from './language';
import {Say} from './say';
import {language, t} from './words';

export type PageName = 'check' | 'enrol' | 'review' | 'analyse' | 'node';
// Who has all of `scopes`, or one of `or`.
const kPages: {name: PageName; scopes: string[]; or?: string[]}[] = [
  {name: 'check', scopes: ['abis.identify']},
  // Who enrols has searched before.
  {name: 'enrol', scopes: ['whorl.encounter.enrol', 'abis.identify', 'whorl.sample.assess']},
  {name: 'review', scopes: ['whorl.case.decide'], or: ['whorl.release.decide']},
  {name: 'analyse', scopes: ['whorl.evaluation.read']},
  {name: 'node', scopes: ['whorl.metrics.read']},
];

export const maySee = (me: Me, page: PageName): boolean => {
  const {scopes, or = []} = kPages.find((each) => each.name === page)!;
  return scopes.every((scope) => me.scopes.includes(scope)) || or.some((scope) => me.scopes.includes(scope));
};

interface ShellProps {
  page: PageName;
  me: Me | null;
  onLanguage: (code: string) => void;
  onSignOut: () => void;
  children: ComponentChildren;
}

function Languages({onLanguage}: {onLanguage: (code: string) => void}) {
  const shown = kLanguages.filter((each) => !each.pseudo || language().pseudo);
  return (
    <label class="inline">
      {t('shell.language')}{' '}
      <select value={language().code} onChange={(event) => onLanguage(event.currentTarget.value)}>
        {shown.map(({code, name}) => (
          <option key={code} value={code} lang={code} data-raw>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Header({page, me, onLanguage, onSignOut}: Omit<ShellProps, 'children'>) {
  const allowed = kPages.filter((each) => me === null || maySee(me, each.name));
  return (
    <header>
      <a class="skip" href="#main">
        {t('shell.skip')}
      </a>
      <div class="in">
        <strong class="mark">
          <bdi>Whorl</bdi>
        </strong>
        <nav aria-label={t('shell.pages')}>
          {allowed.map((each) => (
            <a key={each.name} href={`${each.name}${carriedOn()}`} aria-current={each.name === page ? 'page' : undefined}>
              {t(`shell.page.${each.name}`)}
            </a>
          ))}
        </nav>
        <span class="who">
          {me !== null && me.signedInBy === 'nothing' && t('shell.local')}
          {me !== null && me.signedInBy !== 'nothing' && (
            <>
              <Say code="shell.who" values={{subject: me.subject}} />{' '}
              <button type="button" class="quiet" onClick={onSignOut}>
                {t('shell.signOut')}
              </button>
            </>
          )}
        </span>
        <Languages onLanguage={onLanguage} />
      </div>
    </header>
  );
}

export function Shell(props: ShellProps) {
  return (
    <>
      <Header {...props} />
      <main id="main" class="in" tabIndex={-1}>
        <h1>{t(`${props.page}.title`)}</h1>
        {props.children}
      </main>
      <footer class="in">{props.me !== null && <Say code="shell.version" values={{version: props.me.node.version}} />}</footer>
    </>
  );
}
