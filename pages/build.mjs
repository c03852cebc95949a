// Makes pages/built of pages/src and pages/messages: node build.mjs [FOLDER]. The same sources give the same bytes.
import {build} from 'esbuild';
import {copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, 'built');
mkdirSync(out, {recursive: true});
await build({
  // What only a receipt needs is a file of its own, fetched by it.
  entryPoints: {page: join(here, 'src/main.tsx'), code: join(here, 'src/enrol/code.ts')},
  external: ['./code.js'],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2020',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  charset: 'utf8',
  legalComments: 'inline',
  outdir: out,
  absWorkingDir: here,
  logLevel: 'warning',
});
await build({
  entryPoints: {page: join(here, 'src/page.css')},
  minify: true,
  target: ['chrome90', 'firefox90', 'safari15'],
  charset: 'utf8',
  outdir: out,
  absWorkingDir: here,
  logLevel: 'warning',
});
for (const file of ['page.html', 'icon.svg']) copyFileSync(join(here, 'src', file), join(out, file));

// A file of words for each language: what is said in it, and in English what waits for its translation.
const kRightToLeft = ['ar'];
const catalogue = (language) => JSON.parse(readFileSync(join(here, 'messages', `${language}.json`), 'utf8'));
const plain = (key) => key.split('#')[0];

// Latin words in a text that runs from right to left stand apart, lest the marks between them change sides.
function apart(text) {
  const latin = /[-\w./]*[A-Za-z][-\w./]*(?: +[-\w./]*\w)*/g;
  const isolate = (found) => {
    const end = /[./-]*$/.exec(found).index;
    return `\u2066${found.slice(0, end)}\u2069${found.slice(end)}`;
  };
  return text.split(/(\{\w+\})/).map((part) => (part.startsWith('{') ? part : part.replace(latin, isolate))).join('');
}

const english = catalogue('en');
for (const language of readdirSync(join(here, 'messages')).filter((each) => /^[a-z]{2}\.json$/.test(each)).map((each) => each.slice(0, -5))) {
  const own = catalogue(language);
  const has = new Set(Object.keys(own).map(plain));
  const said = kRightToLeft.includes(language) ? Object.fromEntries(Object.entries(own).map(([key, text]) => [key, apart(text)])) : own;
  const waiting = Object.fromEntries(Object.entries(english).filter(([key]) => !has.has(plain(key))));
  writeFileSync(join(out, `words-${language}.json`), `${JSON.stringify({said, english: waiting})}\n`);
}
