// The report of an evaluation, opened from its file with the network off.
import assert from 'node:assert/strict';
import {existsSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {after, before, test} from 'node:test';
import {axeFindings, launch, shot} from './browser.mjs';
import {ask, folder, makePeople} from './node.mjs';

let browser;
before(async () => {
  await makePeople();
  browser = await launch();
});
after(() => browser?.close());

async function holds(file, name, pictures) {
  assert.ok(statSync(file).size <= 1_000_000, `${statSync(file).size} bytes`);
  const context = await browser.newContext({offline: true, viewport: {width: 1280, height: 900}});
  const page = await context.newPage();
  const asked = [];
  const faults = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(pathToFileURL(file).href);
  const drawn = await page.evaluate(() => ({
    plots: [...document.querySelectorAll('figure svg')].map((svg) => ({width: svg.getBoundingClientRect().width, marks: svg.querySelectorAll('path, line, polyline, rect, circle, text').length})),
    pictures: [...document.images].map((image) => image.naturalWidth),
    tables: document.querySelectorAll('table').length,
  }));
  assert.ok(drawn.plots.length >= 3, `${drawn.plots.length} plots`);
  assert.ok(drawn.plots.every((plot) => plot.width > 300 && plot.marks > 10), JSON.stringify(drawn.plots));
  assert.ok(drawn.tables >= 4, 'the figures of the plots stand in tables');
  assert.equal(drawn.pictures.length > 0, pictures);
  assert.ok(drawn.pictures.every((width) => width > 50), 'pictures are drawn');
  assert.deepEqual(asked.filter((each) => !each.startsWith('data:')), [pathToFileURL(file).href], 'nothing else is asked for');
  assert.deepEqual(await axeFindings(page), []);
  await shot(page, name);
  await page.emulateMedia({media: 'print'});
  assert.ok((await page.pdf()).length > 20_000, 'it prints');
  assert.deepEqual(faults, []);
  await context.close();
}

test('N8 A9 the report opens from a file with the network off and draws everything', async () => {
  const file = join(folder, 'report.html');
  await ask('evaluate', '--manifest', join(folder, 'people/manifest.csv'), '--bootstrap', '50', '--worst', join(folder, 'worst'), '--report', file);
  await holds(file, 'report-fingers', true);
});

test('N8 the report of faces, too', async (context) => {
  const shared = process.env.WHORL_SHARED_DIR ?? join(dirname(fileURLToPath(import.meta.url)), '../../../shared');
  const photographs = join(shared, 'data/faces/LFW_A');
  const models = process.env.WHORL_MODELS ?? join(shared, 'models');
  if (!existsSync(photographs) || !existsSync(models)) return context.skip('no photographs and networks of faces');
  process.env.WHORL_MODELS = models;
  const people = readdirSync(photographs).filter((person) => readdirSync(join(photographs, person)).length >= 2).slice(0, 12);
  const files = people.map((person) => readdirSync(join(photographs, person)).sort().slice(0, 2).map((name) => `${person}/${name}`));
  const lines = files.flatMap(([a, b], i) => [`${a},${b},1`, `${a},${files[(i + 1) % files.length][1]},0`]);
  writeFileSync(join(folder, 'pairs.csv'), `a,b,mated\n${lines.join('\n')}\n`);
  const file = join(folder, 'faces.html');
  await ask('evaluate', '--pairs', join(folder, 'pairs.csv'), '--images', photographs, '--several', 'central', '--bootstrap', '50', '--report', file);
  await holds(file, 'report-faces', false);
});
