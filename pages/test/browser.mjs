// A Chromium for the tests, and what they ask of every page.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import jsqr from 'jsqr';
import {chromium} from 'playwright-core';

const jsQR = jsqr.default ?? jsqr;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const messages = (code) => JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), `../messages/${code}.json`), 'utf8'));
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

// Gives files to the page of an officer, and waits until each was judged.
export async function add(page, ...files) {
  const already = await page.locator('.taken').count();
  await page.setInputFiles('#files', files);
  await page.locator('.taken').nth(already + files.length - 1).waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.taken[data-state=reading]').length === 0);
}

// What a camera reads of a QR code on the page: of a picture of it, decoded by another library than the one that drew it.
export async function readCode(browser, page) {
  await page.locator('.qr').waitFor();
  const picture = await page.locator('.qr').screenshot();
  const paper = await browser.newPage();
  const {data, width, height} = await paper.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    return {data: [...canvas.getImageData(0, 0, image.width, image.height).data], width: image.width, height: image.height};
  }, `data:image/png;base64,${picture.toString('base64')}`);
  await paper.close();
  return jsQR(Uint8ClampedArray.from(data), width, height)?.data;
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

// English that is left on a page of another language: a text that its catalogue has otherwise, or a Latin word that the
// catalogue does not have (of a language in other letters).
export async function englishLeft(page, code) {
  const [english, words] = ['en', code].map(messages);
  const plain = (key) => english[key] ?? english[`${key.split('#')[0]}#other`];
  const changed = Object.entries(words).map(([key, text]) => [plain(key), text]).filter(([theirs, own]) => theirs !== own && !theirs.includes('{')).map(([theirs]) => theirs);
  const known = new Set(Object.values(words).flatMap((text) => text.replace(/\{\w+\}/g, ' ').match(/[A-Za-z]{2,}/g) ?? []));
  const seen = await page.evaluate(() => document.body.innerText.split('\n').concat([...document.querySelectorAll('[aria-label], [alt], option')].map((e) => e.getAttribute('aria-label') ?? e.getAttribute('alt') ?? e.textContent)).map((each) => each.trim()));
  const whole = seen.filter((each) => changed.includes(each));
  const otherLetters = !/[A-Za-z]/.test(words['check.title']);
  const bare = otherLetters ? (await bareWords(page)).filter((each) => (each.match(/[A-Za-z]{2,}/g) ?? []).some((word) => !known.has(word) && !/^(aria|label|alt|title|placeholder|valuetext)$/.test(word))) : [];
  return [...whole, ...bare];
}

// Texts that are cut: outside of what holds them or of a screen 320 px wide, or in lines so close that marks above and below
// the letters touch.
export async function cutTexts(page, leastLine) {
  const before = page.viewportSize();
  await page.setViewportSize({width: 320, height: 700});
  const found = await page.evaluate((least) => {
    const out = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const holder = node.parentElement;
      if (node.data.trim() === '' || holder.closest('svg, option, script, noscript, .skip, .scroll, [lang=en], .code') !== null) continue;
      if (holder.getClientRects().length === 0) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const rects = [...range.getClientRects()].filter((rect) => rect.width > 0);
      if (rects.some((rect) => rect.left < -1 || rect.right > 321)) out.push(`beside the screen: ${node.data.slice(0, 40)}`);
      const cutting = holder.closest('button, summary, .verdict, label, td, th');
      const box = cutting?.getBoundingClientRect();
      if (box !== undefined && rects.some((rect) => rect.bottom > box.bottom + 4 || rect.top < box.top - 4)) out.push(`outside ${cutting.tagName}: ${node.data.slice(0, 40)}`);
      const style = getComputedStyle(holder);
      const line = style.lineHeight === 'normal' ? 9 : parseFloat(style.lineHeight) / parseFloat(style.fontSize);
      if (line < least) out.push(`lines ${line.toFixed(2)} apart: ${node.data.slice(0, 40)}`);
    }
    return out;
  }, leastLine);
  await page.setViewportSize(before);
  return found;
}

// Lines that end within a word, by the browser's own division of the language into words.
export async function brokenWords(page, selector, code) {
  const before = page.viewportSize();
  await page.setViewportSize({width: 320, height: 700});
  const found = await page.locator(selector).first().evaluate((element, language) => {
    const node = element.firstChild;
    const starts = new Set([...new Intl.Segmenter(language, {granularity: 'word'}).segment(node.data)].map((each) => each.index));
    const range = document.createRange();
    const out = {lines: 1, broken: []};
    let last = null;
    for (let i = 0; i < node.data.length; ++i) {
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const rect = range.getClientRects()[0];
      if (rect === undefined || rect.width === 0) continue;
      if (last !== null && rect.top > last + 8) {
        out.lines += 1;
        if (!starts.has(i)) out.broken.push(node.data.slice(Math.max(0, i - 8), i + 8));
      }
      last = rect.top;
    }
    return out;
  }, code);
  await page.setViewportSize(before);
  return found;
}

// A page on a line of 400 kbit/s and 100 ms, and what it took until the selector stood there.
export async function slowLine(browser, url, selector) {
  const page = await (await browser.newContext()).newPage();
  const line = await page.context().newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', {offline: false, latency: 100, downloadThroughput: 50_000, uploadThroughput: 50_000});
  let bytes = 0;
  line.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
  const began = Date.now();
  await page.goto(url);
  await page.locator(selector).waitFor();
  return {page, bytes, took: Date.now() - began};
}

export const stored = (page) =>
  page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: 'caches' in window ? (await caches.keys()).length : 0,
    cookies: document.cookie,
  }));

export const shot = (page, name) => page.screenshot({path: join(shots, `${name}.png`), fullPage: true});
