// The report of `whorl evaluate`, in a real Chromium with the network off.
import assert from 'node:assert/strict';
import {mkdirSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {axeFindings, launch, shot, sidewaysScroll} from './browser.mjs';
import {ask, folder} from './node.mjs';

const kMostBytes = 1_000_000;
let browser, report;
before(async () => {
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(folder, {recursive: true});
  report = join(folder, 'report.html');
  const people = join(folder, 'people');
  await ask('synth', '--out', people, '--subjects', '6', '--fingers', '2', '--impressions', '3');
  await ask('evaluate', '--manifest', join(people, 'manifest.csv'), '--out', join(folder, 'results'), '--report', report, '--worst', join(folder, 'worst'));
  browser = await launch();
});
after(async () => browser?.close());

test('N8 the report opens from a file with the network off, and draws everything', async () => {
  assert.ok(statSync(report).size <= kMostBytes, `${statSync(report).size} bytes`);
  const context = await browser.newContext({offline: true, viewport: {width: 1280, height: 900}});
  const page = await context.newPage();
  const asked = [];
  const faults = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(pathToFileURL(report).href);
  await page.locator('h1').waitFor();
  assert.deepEqual(asked.filter((each) => !each.startsWith('data:')), [pathToFileURL(report).href]);
  assert.deepEqual(faults, []);
  const drawn = await page.evaluate(() =>
    [...document.querySelectorAll('svg, img')].map((each) => {
      const box = each.getBoundingClientRect();
      const whole = each instanceof HTMLImageElement ? each.complete && each.naturalWidth > 0 : each.querySelector('path, polyline, line, rect') !== null;
      return {whole, seen: (box.width > 0 && box.height > 0) || each.closest('details:not([open])') !== null, what: each.outerHTML.slice(0, 80)};
    }),
  );
  assert.ok(drawn.length >= 4, `${drawn.length} pictures`);
  assert.deepEqual(drawn.filter((each) => !each.whole || !each.seen), []);
  assert.ok((await page.locator('table').count()) > 0, 'the same figures as tables');
  await shot(page, 'report');
  assert.deepEqual(await axeFindings(page), []);
  assert.deepEqual(await sidewaysScroll(page), []);
  await context.close();
});
