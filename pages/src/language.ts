// In which language the pages speak: the one that the address names, else the one that was chosen on this machine, else the
// first of the browser's that there is. Of a choice the code of the language is kept, and nothing else is ever stored.
export interface Language {
  code: string;
  name: string; // in itself: whoever looks for it reads no other
  locale: string; // of numbers, dates and plurals: Latin digits, and years that everybody counts alike
  rightToLeft: boolean;
  pseudo: boolean; // made of English, for tests and translators
}

const kTable: [string, string, string][] = [
  ['en', 'English', 'en-GB'],
  ['id', 'Bahasa Indonesia', 'id-ID'],
  ['th', 'ไทย', 'th-TH-u-ca-gregory-nu-latn'],
  ['ar', 'العربية', 'ar-u-ca-gregory-nu-latn'],
  ['en-XA', 'Ŀéƒť ťó ɋíǧħť', 'en-GB'],
  ['ar-XB', 'Říǧħť ťó ŀéƒť', 'en-GB'],
];
export const kLanguages: readonly Language[] = kTable.map(([code, name, locale]) => ({
  code,
  name,
  locale,
  rightToLeft: code.startsWith('ar'),
  pseudo: code.includes('-'),
}));

const kKept = 'whorl.language';
const named = (code: string | null): Language | undefined => kLanguages.find((each) => each.code === code);

// A browser may forbid the storage, and then remembers nothing.
function keptCode(): string | null {
  try {
    return localStorage.getItem(kKept);
  } catch {
    return null;
  }
}

export function preferred(): Language {
  const asked = named(new URLSearchParams(location.search).get('lang')) ?? named(keptCode());
  if (asked !== undefined) return asked;
  for (const each of navigator.languages) {
    const found = named(each.toLowerCase().split('-')[0]!);
    if (found !== undefined) return found;
  }
  return kLanguages[0]!;
}

// The choice is kept, or stands in the address where nothing can be kept. A pseudo-language is nobody's choice.
export function keep(language: Language): void {
  if (language.pseudo) return;
  const address = new URL(location.href);
  address.searchParams.delete('lang');
  try {
    localStorage.setItem(kKept, language.code);
  } catch {
    address.searchParams.set('lang', language.code);
  }
  history.replaceState(null, '', address);
}

// What links to other pages carry on.
export const carriedOn = (): string => {
  const code = new URLSearchParams(location.search).get('lang');
  return named(code) === undefined ? '' : `?lang=${code}`;
};
