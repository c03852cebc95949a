// The catalogue of the pages: whole, and free of words outside it. Needs no browser.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const words = JSON.parse(readFileSync(join(here, '../messages/en.json'), 'utf8'));
const catalogue = readFileSync(join(here, '../../base/catalogue.inc'), 'utf8');
const codesOf = (macro, text = catalogue) => [...text.matchAll(new RegExp(`WHORL_${macro}\\(\\s*\\w+,\\s*(?:k\\w+,\\s*)?"(\\w+)"`, 'g'))].map((found) => found[1]);
const sources = (folder) =>
  readdirSync(folder, {withFileTypes: true}).flatMap((each) =>
    each.isDirectory() ? sources(join(folder, each.name)) : /\.tsx?$/.test(each.name) ? [join(folder, each.name)] : [],
  );
const texts = sources(join(here, '../src')).map((file) => [file, readFileSync(file, 'utf8')]);

test('every advice of the product has a text', () => {
  const codes = codesOf('FEEDBACK');
  assert.ok(codes.length > 20, 'the catalogue was read');
  for (const code of codes) assert.ok(`feedback.${code}` in words, code);
});

test('every answer of a search has a next step, its own or that of its decision', () => {
  const codes = codesOf('ANSWER').filter((code) => !code.startsWith('claim_'));
  assert.ok(codes.length > 15, 'the catalogue was read');
  for (const code of codes) assert.ok(`next.${code}` in words, code);
});

test('no text is of a code that the product does not have', () => {
  const known = new Set(['ANSWER', 'FEEDBACK', 'ERROR'].flatMap((macro) => codesOf(macro)));
  const own = ['match', 'no_match', 'indeterminate', 'not_reached', 'broken', 'record', 'other'];
  for (const key of Object.keys(words)) {
    const [group, code] = key.split('#')[0].split('.');
    if (!['feedback', 'next', 'why', 'refused'].includes(group) || code === 'status' || own.includes(code)) continue;
    assert.ok(known.has(code), key);
  }
});

test('every text that the sources name is there, and every text is named', () => {
  const named = new Set();
  const prefixes = new Set();
  for (const [file, text] of texts) {
    for (const found of text.matchAll(/\b(?:t|knows)\(\s*'([\w.-]+)'|code="([\w.-]+)"|name="([a-z]+\.[\w.]+)"|key: '([\w.]+)'|'((?:answer|covered|missed|figures|compare|node|trouble|memory|shell|check|enrol|receipt|worth|signIn|refused|candidate|review|members|others|release|desk)\.[\w.-]+)'/g)) {
      const key = found.slice(1).find((each) => each !== undefined);
      if (key === undefined) continue;
      named.add(key);
      assert.ok(key in words || `${key}#other` in words, `${key} in ${file}`);
    }
    for (const found of text.matchAll(/`([\w.]+\.)\$\{/g)) prefixes.add(found[1]);
  }
  for (const key of Object.keys(words)) {
    const plain = key.split('#')[0];
    assert.ok(named.has(plain) || [...prefixes].some((prefix) => plain.startsWith(prefix)) || plain.endsWith('.title') || plain.endsWith('.forbidden'), `${key} is used nowhere`);
  }
});

test('every refusal that a person can do something about has a text of its own', () => {
  const section = (title) => codesOf('ERROR', catalogue.split(`// -- Errors: ${title} -`)[1].split('// -- ')[0]);
  const codes = ['a picture that is refused', 'a template that is refused', 'captures that are not enrolled', 'what cannot be done now', 'who may do what'].flatMap(section);
  assert.ok(codes.length > 70, `${codes.length} codes`);
  // What only a program sends wrongly, another program than these pages meets, or a file of the operator's causes: their status is said.
  const others = new Set(['resolution_not_a_number', 'image_not_at_500_ppi', 'image_sides_out_of_range', 'image_pixels_wrong', 'face_landmarks_together', 'finger_not_extracted',
    'face_networks_differ', 'face_dimensions_differ', 'encounter_file_malformed', 'encounter_file_not_written', 'record_corrupt', 'format_unknown', 'not_of_modality', 'no_sample', 'image_and_template',
    'not_signed_in', 'token_binding', 'sign_in_refused', 'too_many_sign_ins', 'too_many_requests', 'roles_contradict', 'unknown_scope', 'unknown_role', 'access_file_malformed', 'tls_file_unusable', 'open_to_others']);
  for (const code of codes) assert.ok(`refused.${code}` in words || others.has(code), code);
  for (const code of others) assert.ok(!(`refused.${code}` in words) || !codes.includes(code), `${code} has a text: take it out of the list`);
});

test('the sources hold no prose and no styles or scripts of their own', () => {
  for (const [file, text] of texts) {
    const without = text.replace(/\/\/.*$/gm, '').replace(/\{\/\*[\s\S]*?\*\/\}/g, '');
    // A sentence between tags, or in an attribute that people see.
    const between = [...without.matchAll(/>([^<>{}=;()]*[A-Za-z]{3,}[^<>{}=;()]*)<\//g)].map((found) => found[1].trim());
    assert.deepEqual(between.filter((each) => each !== '' && !['Whorl', 'whorl audit verify'].includes(each)), [], file);
    assert.doesNotMatch(without, /(aria-label|alt|title|placeholder)="[^"]*[A-Za-z]/, file);
    assert.doesNotMatch(without, /innerHTML|dangerouslySetInnerHTML|\beval\(|new Function|sessionStorage|indexedDB/, file);
    // The one thing that is kept is the code of a language.
    if (!file.endsWith('/language.ts')) assert.doesNotMatch(without, /localStorage/, file);
    assert.doesNotMatch(without, /https?:\/\//, file);
  }
});

test('the sheet holds logical sides alone', () => {
  const sheet = readFileSync(join(here, '../src/page.css'), 'utf8');
  assert.doesNotMatch(sheet, /(^|[\s;{])(margin|padding|border)-(left|right)|text-align:\s*(left|right)|float:|(^|[\s;{])(left|right):/m);
});
