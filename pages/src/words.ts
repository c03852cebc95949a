// Every text that a person sees, by its code: messages/en.json is the one catalogue. Nothing else in src/ is prose.
//
// A message has {arguments}. One that counts has forms: "key#one" and "key#other" (Intl.PluralRules of {n}).
import english from '../messages/en.json';

export type Value = string | number;
export type Values = Record<string, Value>;

type Catalogue = Record<string, string>;

interface Language {
  code: string;
  numbers: string;
  rightToLeft: boolean;
  messages: Catalogue;
}

// The pseudo-languages make of the catalogue what no reader would write: a text that is left in plain letters is one that
// no translator could reach. The second one runs from right to left.
const kLetters: Record<string, string> = Object.fromEntries(
  [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter, i) => [
    letter,
    [...'áƀçđéƒǧħíĵķŀɱñóþɋřšťúṽŵẋýžÅƁÇĐÉƑǦĦÍĴĶĿṀÑÓÞɊŘŠŤÚṼŴẊÝŽ'][i]!,
  ]),
);

function pseudo(text: string): string {
  const parts = text.split(/(\{\w+\})/);
  const changed = parts.map((part) => (part.startsWith('{') ? part : part.replace(/[a-zA-Z]/g, (c) => kLetters[c]!)));
  return `⟦${changed.join('')}${'·'.repeat(Math.ceil(text.length / 5))}⟧`;
}

function pseudoOf(messages: Catalogue): Catalogue {
  return Object.fromEntries(Object.entries(messages).map(([key, text]) => [key, pseudo(text)]));
}

const kPlain: Language = {code: 'en', numbers: 'en', rightToLeft: false, messages: english};

function languageOf(code: string | null): Language {
  if (code === 'en-XA') return {code, numbers: 'en', rightToLeft: false, messages: pseudoOf(english)};
  if (code === 'ar-XB') return {code, numbers: 'en', rightToLeft: true, messages: pseudoOf(english)};
  return kPlain;
}

export const kLanguages = ['en', 'en-XA', 'ar-XB'];
let now = languageOf(new URLSearchParams(location.search).get('lang'));

export const language = (): string => now.code;

export function useLanguage(code: string): void {
  now = languageOf(code);
  document.documentElement.lang = now.code;
  document.documentElement.dir = now.rightToLeft ? 'rtl' : 'ltr';
}

export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(now.numbers, {maximumFractionDigits: digits}).format(value);

// Without names of months, which would be of another language than the page.
export function time(value: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${value.getFullYear()}-${two(value.getMonth() + 1)}-${two(value.getDate())}`;
  return `${day} ${two(value.getHours())}:${two(value.getMinutes())}:${two(value.getSeconds())}`;
}

export const knows = (key: string): boolean => key in english || `${key}#other` in english;

function message(key: string, values: Values): string {
  const n = values['n'];
  const form = typeof n === 'number' ? `${key}#${new Intl.PluralRules(now.numbers).select(n)}` : key;
  return now.messages[form] ?? now.messages[`${key}#other`] ?? now.messages[key] ?? key;
}

// The message in pieces: texts, and the arguments that stand in them.
export function pieces(key: string, values: Values = {}): {text: string; argument: boolean}[] {
  return message(key, values)
    .split(/(\{\w+\})/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const name = piece.startsWith('{') ? piece.slice(1, -1) : null;
      if (name === null) return {text: piece, argument: false};
      const value = values[name] ?? '';
      return {text: typeof value === 'number' ? number(value, 1) : value, argument: true};
    });
}

export const t = (key: string, values: Values = {}): string =>
  pieces(key, values)
    .map((piece) => piece.text)
    .join('');
