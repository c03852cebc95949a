// Makes pages/built of pages/src: node build.mjs [FOLDER]. The same sources give the same bytes.
import {build} from 'esbuild';
import {copyFileSync, mkdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, 'built');
mkdirSync(out, {recursive: true});
await build({
  entryPoints: {page: join(here, 'src/main.tsx')},
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
