// Every text that a person sees, by its code: the catalogue of one language, messages/LANGUAGE.json, is loaded and no other.
// Nothing else in src/ is prose.
//
// A message has {arguments}. One that counts has a form for each way of its language to count {n}: "key#one", "key#few" and so
// on, by Intl.PluralRules. A message that nobody has translated yet is said in English, and says that it is.
import {type Language, kLanguages} from './language';

export type Value = string | number;
export type Values = Record<string, Value>;

type Catalogue = Record<string, string>;

// As build.mjs writes assets/words-LANGUAGE.json.
interface Words {
  said: Catalogue;
  english: Catalogue; // what waits for its translation
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

// First-strong isolate and its end: what stands between is written in its own direction, and changes none around it.
const apart = (text: string): string => `\u2068${text}\u2069`;

let now: Language = kLanguages[0]!;
let said: Catalogue = {};

export const language = (): Language => now;

// Throws where the node cannot be reached; the language is then what it was.
export async function speak(wanted: Language): Promise<void> {
  const response = await fetch(`assets/words-${wanted.pseudo ? 'en' : wanted.code}.json`, {credentials: 'same-origin', referrerPolicy: 'no-referrer'});
  if (!response.ok) throw new Error(String(response.status));
  const words = (await response.json()) as Words;
  said = {};
  for (const [key, text] of Object.entries(words.english)) said[key] = apart(`[EN] ${text}`);
  for (const [key, text] of Object.entries(words.said)) said[key] = wanted.pseudo ? pseudo(text) : text;
  now = wanted;
  document.documentElement.lang = now.code;
  document.documentElement.dir = now.rightToLeft ? 'rtl' : 'ltr';
}

export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(now.locale, {maximumFractionDigits: digits}).format(value);

// The month as a word, so that nobody takes it for the day.
export const time = (value: Date): string =>
  new Intl.DateTimeFormat(now.locale, {dateStyle: 'long', timeStyle: 'medium', hourCycle: 'h23'}).format(value);

export const knows = (key: string): boolean => key in said || `${key}#other` in said;

function message(key: string, values: Values): string {
  const n = values['n'];
  const form = typeof n === 'number' ? `${key}#${new Intl.PluralRules(now.locale).select(n)}` : key;
  return said[form] ?? said[`${key}#other`] ?? said[key] ?? key;
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

// As a string, where no element can stand around an argument.
export const t = (key: string, values: Values = {}): string =>
  pieces(key, values)
    .map((piece) => (piece.argument && now.rightToLeft ? apart(piece.text) : piece.text))
    .join('');

// The text of a word that comes from a policy or another node; the word itself where the catalogue does not have it.
export const textOr = (key: string, own: string): string => (knows(key) ? t(key) : own);

// What is said later, in the language of then.
export type Line = string | (() => string);
export const lineOf = (line: Line): string => (typeof line === 'string' ? line : line());
