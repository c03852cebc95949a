// A new user's walk through the pages, as docs/walk.md tells it, with a picture of each step. scripts/walk runs it: first on
// a node where nobody signs in, then (its second half, "decisions") on one where people do.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {close, launch, open, shot} from './browser.mjs';

const url = process.env.WHORL_WALK_URL;
const demo = process.env.WHORL_WALK_DEMO; // the demo's folder
const half = process.argv[2];
const tries = join(demo, 'try');
const token = (who) => readFileSync(join(demo, 'tokens', who), 'utf8').trim();
const filesOf = (folder) => readdirSync(join(tries, folder)).map((name) => join(tries, folder, name));
let n = half === 'decisions' ? 12 : 0;
const step = async (page, name) => {
  n += 1;
  await shot(page, `${String(n).padStart(2, '0')}-${name}`);
  console.log(`   ${n}. ${name.replaceAll('-', ' ')}`);
};

const browser = await launch();

async function walkWithoutSigningIn() {
  const page = await open(browser, `${url}/`);
  async function ask(folder, reference) {
    await page.selectOption('#purpose', 'border.identity');
    await page.fill('#reference', reference);
    await page.setInputFiles('#files', filesOf(folder));
    await page.waitForFunction((count) => document.querySelectorAll('.taken:not([data-state=reading])').length === count, filesOf(folder).length);
  }
  async function answer() {
    await page.locator('button.go').click();
    await page.locator('.verdict').waitFor();
    return page.locator('.verdict').getAttribute('data-decision');
  }
  const startAgain = () => page.getByRole('button', {name: 'Start again'}).click();

  await step(page, 'the-page-of-an-officer');
  await ask('known', 'BP-1');
  await step(page, 'fingers-with-their-quality');
  assert.equal(await answer(), 'match');
  await step(page, 'known');
  await page.locator('.candidate button').first().click();
  await page.locator('.prints svg .mark').first().waitFor();
  await step(page, 'both-prints-to-compare');
  await startAgain();
  await ask('not-known', 'BP-2');
  assert.equal(await answer(), 'no_match');
  await step(page, 'not-known');

  await page.getByRole('link', {name: 'Enrol a person'}).click();
  await page.locator('#heard-in').waitFor();
  await step(page, 'the-notice');
  await page.fill('#heard-in', 'Dari');
  await page.check('#heard');
  await page.fill('#reference', 'D-1');
  await page.selectOption('#type', 'ASYLUM');
  await page.setInputFiles('#files', filesOf('to-enrol'));
  await page.waitForFunction((count) => document.querySelectorAll('.finger:not([data-state=none]):not([data-state=reading])').length === count, filesOf('to-enrol').length);
  for (const finger of await page.locator('.finger[data-state=poor]').all()) {
    await finger.click();
    await page.selectOption('#keep', 'tried');
  }
  await page.locator('#finger-LEFT_RING').click();
  await page.selectOption('#missing', 'AMPUTATED');
  await step(page, 'nine-fingers-and-one-that-is-not-there');
  await page.locator('#search').click();
  await page.locator('.verdict[data-decision=no_match]').waitFor();
  await step(page, 'searched-first');
  await page.locator('#enrol').click();
  await page.locator('.receipt').waitFor();
  assert.match(await page.locator('.receipt').innerText(), /Left ring finger: Not there/);
  await step(page, 'the-receipt');

  await page.getByRole('link', {name: 'Check a person'}).click();
  await page.locator('#purpose').waitFor();
  await ask('to-enrol', 'BP-3');
  assert.equal(await answer(), 'match');
  await step(page, 'the-person-is-known-now');
  await page.getByRole('link', {name: 'Node'}).click();
  await page.locator('.verdict').waitFor();
  await step(page, 'the-node');
  await page.locator('header select').selectOption('ar');
  await page.locator('html[dir=rtl]').waitFor();
  await step(page, 'in-arabic');
  await close(page, url);
}

async function signedIn(who, where) {
  const page = await open(browser, `${url}/${where}`);
  await page.fill('#token', token(who));
  await page.locator('form button').click();
  return page;
}

// What one person sees of the case, and says.
async function review(who, ...names) {
  const page = await signedIn(who, 'review');
  const take = page.locator('[data-case] button').first();
  await take.waitFor();
  if (names[0]) await step(page, names[0]);
  await take.click();
  await page.locator('.prints svg').nth(1).waitFor();
  if (names[1]) await step(page, names[1]);
  await page.locator('input[value="same-1"]').check();
  await page.selectOption('#reason', 'ridges_agree');
  await page.locator('button.go').click();
  await page.locator('#recorded-heading').waitFor();
  await step(page, names[2]);
  const state = await page.locator('section[data-state]').getAttribute('data-state');
  await close(page, url);
  return state;
}

async function decide() {
  assert.equal(await review('rita', 'a-case-waits', 'both-sides-and-no-score', 'one-has-said'), 'waiting');
  assert.notEqual(await review('tom', null, null, 'two-agree'), 'waiting');
}

async function setThreshold() {
  const ana = await signedIn('ana', 'analyse');
  await ana.locator('#day').waitFor();
  await ana.locator('#threshold').fill('45');
  await ana.locator('output', {hasText: '45 dB'}).waitFor();
  await ana.locator('#extrapolated').waitFor();
  await step(ana, 'a-days-work-at-a-threshold');
  await ana.fill('#reason', 'fewer reviews at night');
  await ana.check('#extrapolated');
  await ana.getByRole('button', {name: 'Propose'}).click();
  await ana.locator('[data-state=proposed]').waitFor();
  await step(ana, 'proposed');
  const sup = await signedIn('sup', 'analyse');
  await sup.locator('[data-state=proposed]').waitFor();
  await step(sup, 'for-another-to-approve');
  await sup.locator('[data-state=proposed] input').fill('seen');
  await sup.getByRole('button', {name: 'Approve'}).click();
  await sup.locator('#settings', {hasText: 'approved by sup'}).waitFor();
  await step(sup, 'in-force');
  await close(ana, url);
  await close(sup, url);
}

try {
  if (half === 'decisions') {
    await decide();
    await setThreshold();
  } else {
    await walkWithoutSigningIn();
  }
} finally {
  await browser.close();
}
