// A Chromium for the tests, and what they ask of every page.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {chromium} from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = process.env.WHORL_PAGES_SHOTS;
mkdirSync(shots, {recursive: true});

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  });

// A page that remembers what it asked for, and what its policy forbade.
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
  const page = await context.newPage();
  page.asked = [];
  page.faults = [];
  page.on('request', (request) => page.asked.push(request.url()));
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => {
    const expected = /status of (400|401|403|503)/.test(message.text());
    if (message.type() === 'error' && !expected) page.faults.push(message.text());
  });
  await page.addInitScript(() => {
    window.forbidden = [];
    document.addEventListener('securitypolicyviolation', (event) => window.forbidden.push(event.violatedDirective));
  });
  await page.goto(url);
  await page.locator('h1').waitFor();
  return page;
}

export async function close(page, url) {
  const origin = new URL(url).origin;
  for (const each of page.asked) assert.ok(each.startsWith(origin) || each.startsWith('blob:') || each.startsWith('data:'), `asked ${each}`);
  assert.deepEqual(page.faults, []);
  assert.deepEqual(await page.evaluate(() => window.forbidden), [], 'the policy of the page');
  await page.context().close();
}

// By axe alone: a script that a test puts into the page is not the page's.
export async function axeFindings(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}));
  return found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`);
}

export async function sidewaysScroll(page) {
  const before = page.viewportSize();
  await page.setViewportSize({width: 320, height: 700});
  const wide = await page.evaluate(() => ({
    page: document.documentElement.scrollWidth,
    by: [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > 321 && !e.closest('.scroll, svg')).map((e) => e.outerHTML.slice(0, 80)).slice(0, 3),
  }));
  await page.setViewportSize(before);
  return wide.page > 320 ? [`${wide.page} px: ${wide.by}`] : [];
}

// What a person can hit is 24 px high and wide, or stands in a sentence (WCAG 2.5.8).
export const smallTargets = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, input, select, textarea, summary, nav a, [role=button]')]
      .filter((e) => e.getClientRects().length > 0)
      .map((e) => ({e, box: e.getBoundingClientRect()}))
      .filter(({box}) => box.width < 24 || box.height < 24)
      .map(({e, box}) => `${e.outerHTML.slice(0, 60)} ${box.width}x${box.height}`),
  );

// Words that no translator could reach: plain Latin letters in what a person sees or hears, but for what came from outside
// (<bdi>, [data-raw]).
export const bareWords = (page) =>
  page.evaluate(() => {
    const out = [];
    const raw = (element) => element.closest('bdi, [data-raw], noscript, script, style') !== null;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (/[A-Za-z]{2,}/.test(node.data) && !raw(node.parentElement)) out.push(node.data.trim());
    }
    for (const element of document.querySelectorAll('*')) {
      for (const name of ['aria-label', 'alt', 'title', 'placeholder', 'aria-valuetext', 'aria-description']) {
        const value = element.getAttribute(name);
        // Names of people are arguments there, and cannot stand apart.
        if (value !== null && /(^|\s)[A-Za-z]{2,}(\s|$)/.test(value) && !raw(element)) out.push(`${name}: ${value}`);
      }
    }
    return out;
  });

export const stored = (page) =>
  page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: 'caches' in window ? (await caches.keys()).length : 0,
    cookies: document.cookie,
  }));

export const shot = (page, name) => page.screenshot({path: join(shots, `${name}.png`), fullPage: true});
