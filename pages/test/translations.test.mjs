// The languages of the pages against English: whole, with the same arguments, counted as the language counts. Needs no browser.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const read = (name) => JSON.parse(readFileSync(join(here, '../messages', name), 'utf8'));
const english = read('en.json');
const waiting = read('waiting.json');
const kLanguages = ['id', 'th', 'ar'];
const plain = (key) => key.split('#')[0];
const keysOf = (words) => new Set(Object.keys(words).map(plain));
const waits = (key) => waiting.some((prefix) => key.startsWith(prefix));
const argumentsOf = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
// The text of a key in English: of one that counts the form of many.
const inEnglish = (key) => english[`${plain(key)}#other`] ?? english[plain(key)];

// What an officer decides by is never left in a language that they may not read.
const kNeverWaits = ['answer.', 'members.', 'others.', 'next.', 'why.', 'feedback.', 'refused.', 'candidate.', 'worth.', 'covered.', 'missed.', 'check.', 'notice.', 'receipt.'];
// The same in both languages, or for the reader of any.
const kAlike = new Set(['enrol.finger', 'receipt.missing.one', 'unit.db', 'unit.mb', 'enrolType.VISA', 'analyse.percent', 'desk.encounter', 'desk.decided', 'item.status']);

for (const code of ['en', ...kLanguages]) {
  const words = read(`${code}.json`);

  test(`${code}: every text is there, and no other`, () => {
    const has = keysOf(words);
    const missing = [...keysOf(english)].filter((key) => !has.has(key) && !waits(key));
    assert.deepEqual(missing, [], `translate them in messages/${code}.json, or let them wait: messages/waiting.json`);
    assert.deepEqual([...has].filter((key) => inEnglish(key) === undefined), [], 'English has no such text');
  });

  test(`${code}: a text has the arguments of the English one`, () => {
    for (const [key, text] of Object.entries(words)) {
      const own = argumentsOf(text);
      const theirs = argumentsOf(inEnglish(key));
      // None, one and two may be words.
      const counted = /#(zero|one|two)$/.test(key);
      assert.deepEqual(counted ? [...new Set([...own, 'n'])].sort() : own, counted ? [...new Set([...theirs, 'n'])].sort() : theirs, key);
    }
  });

  test(`${code}: a text that counts has every form of its language, and no other`, () => {
    const forms = [...new Intl.PluralRules(code).resolvedOptions().pluralCategories].sort();
    const counting = new Set(Object.keys(words).filter((key) => key.includes('#')).map(plain));
    assert.ok(counting.size > 10, 'some texts count');
    for (const key of counting) {
      const own = Object.keys(words).filter((each) => each.startsWith(`${key}#`)).map((each) => each.split('#')[1]);
      assert.deepEqual(own.sort(), forms, key);
      assert.ok(`${key}#other` in english, `${key} counts in English, too`);
      assert.ok(!(key in words), key);
    }
  });

  test(`${code}: figures are written in the digits that everybody compares by`, () => {
    for (const [key, text] of Object.entries(words)) assert.doesNotMatch(text, /[\u0660-\u0669\u06f0-\u06f9\u0e50-\u0e59]/, key);
    for (const [key, text] of Object.entries(words)) assert.equal(text, text.normalize('NFC').trim(), key);
  });
}

for (const code of kLanguages) {
  const words = read(`${code}.json`);

  test(`${code}: no text is left in English`, () => {
    const left = Object.entries(words).filter(([key, text]) => text === inEnglish(key) && !kAlike.has(key));
    assert.deepEqual(left, []);
  });

  test(`${code}: Latin letters are names, commands and file formats alone, and no other script strays in`, () => {
    if (code === 'id') return;
    const kNames = /^(PNG|TIFF|BMP|JPEG|WSQ|right_index\.png|docs\/keys\.md|--root-key|whorl|keys|rotate|gallery|seal|backup|MB|dB|SHA-256|DET|FMR|FNMR|FNIR|FPIR)$/;
    const own = {th: /\p{Script=Thai}/u, ar: /\p{Script=Arabic}/u}[code];
    for (const [key, text] of Object.entries(words)) {
      const without = text.replace(/\{\w+\}/g, ' ');
      for (const [word] of without.matchAll(/[-\w./]*[A-Za-z][-\w./]*/g)) assert.match(word.replace(/\.$/, ''), kNames, key);
      for (const letter of without.match(/\p{Letter}/gu) ?? []) assert.ok(own.test(letter) || /[A-Za-z]/.test(letter), `${key}: ${letter}`);
    }
  });
}

test('what waits for its translation is known, is not what is decided by, and really waits', () => {
  for (const prefix of waiting) {
    assert.ok(!kNeverWaits.some((never) => never.startsWith(prefix) || prefix.startsWith(never)), `${prefix} may not wait`);
    const keys = [...keysOf(english)].filter((key) => key.startsWith(prefix));
    const missing = keys.filter((key) => kLanguages.some((code) => !keysOf(read(`${code}.json`)).has(key)));
    assert.notDeepEqual(missing, [], `${prefix} is translated: take it out of messages/waiting.json`);
  }
});

test('the language that each catalogue is of has its file among those of the pages', () => {
  const list = readFileSync(join(here, '../src/language.ts'), 'utf8');
  const built = readFileSync(join(here, '../../server/CMakeLists.txt'), 'utf8');
  for (const code of ['en', ...kLanguages]) {
    assert.ok(list.includes(`['${code}', `), code);
    assert.ok(built.includes(`words-${code}.json`), code);
  }
});
