// The page of a reviewer, in a real Chromium on a real node where people sign in. Names begin with the check that they hold.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {axeFindings, bareWords, close, launch, open, shot, sidewaysScroll, slowLine, smallTargets, stored} from './browser.mjs';
import {folder, makeIssuer, makePeople, prints, serve} from './node.mjs';

let browser, node, enrolled;
const token = {};

const finger = (person, name, capture) => ({
  biometricType: 'FINGER', biometricSubType: name.toUpperCase(), image: readFileSync(prints.get(person)[name][capture]).toString('base64'),
});
const both = (person, capture) => ['right_index', 'left_index'].map((name) => finger(person, name, capture));

async function call(who, method, path, body) {
  const headers = {Authorization: `Bearer ${token[who]}`, ...(body === undefined ? {} : {'Content-Type': 'application/json'})};
  const response = await fetch(`${node.url}${path}`, {method, headers, body: body && JSON.stringify(body)});
  return {status: response.status, body: await response.json().catch(() => null)};
}
// Two candidates: somebody who is enrolled twice.
async function openCase(reference) {
  const opened = await call('officer', 'POST', '/v1/cases', {kind: 'identification', galleryId: 'default', reference, biometricData: both(enrolled[0], 2)});
  assert.equal(opened.status, 200, JSON.stringify(opened.body));
  assert.equal(opened.body.case.candidates, 2);
  return opened.body.case.caseId;
}

before(async () => {
  ({enrolled} = await makePeople());
  const issue = await makeIssuer(folder);
  token.officer = await issue('anna', 'abis.identify abis.encounter.write whorl.case.open');
  for (const who of ['rita', 'sam', 'tom']) token[who] = await issue(who, 'whorl.case.decide', 'reviewer');
  token.ritaLongAgo = await issue('rita', 'whorl.case.decide', 'reviewer', 4000);
  node = await serve('--gallery-dir', join(folder, 'gallery'), '--access', join(folder, 'access.toml'));
  const twin = await call('officer', 'POST', '/v1/persons/twin/encounters/e1?transactionId=t', {
    status: 'ACTIVE', encounterType: 'X', galleries: ['default'], biometricData: both(enrolled[0], 2),
  });
  assert.equal(twin.status, 200, JSON.stringify(twin.body));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await node?.stop();
});

async function signedIn(who, more = '', options = {}) {
  const page = await open(browser, `${node.url}/review${more}`, options);
  await page.fill('#token', token[who]);
  await page.locator('form button').click();
  await page.locator('#waiting-heading').waitFor();
  return page;
}
async function take(page, id) {
  await page.locator(`[data-case="${id}"] button`).click();
  await page.locator('.prints svg').nth(3).waitFor();
}
async function say(page, value, reason) {
  await page.locator(`input[value="${value}"]`).check();
  await page.selectOption('#reason', reason);
  await page.locator('button.go').click();
  await page.locator('#recorded-heading').waitFor();
  return page.locator('section[data-state]').getAttribute('data-state');
}
const next = (page) => page.locator('section[data-state] strong').first().innerText();

test('V1 nothing of score, name or another answer is sent before one has decided; two who agree decide', async () => {
  const id = await openCase('BP-1');
  const first = await signedIn('rita');
  await shot(first, 'review-1-waiting');
  const said = [];
  first.on('response', async (response) => /v1\/cases/.test(response.url()) && said.push(await response.text().catch(() => '')));
  await take(first, id);
  await shot(first, 'review-2-case');
  const before_ = said.join(' ') + (await first.content());
  for (const hidden of ['"score"', '"rank":', 'encounterId', enrolled[0], 'twin', ' dB']) assert.equal(before_.includes(hidden), false, hidden);
  assert.equal(await say(first, 'same-1', 'ridges_agree'), 'waiting');
  assert.match(await next(first), /second person/);
  const told = await first.locator('section[data-state]').innerText();
  assert.match(told, new RegExp(enrolled[0]));
  assert.match(told, /dB/);
  await shot(first, 'review-3-recorded');

  const second = await signedIn('sam');
  await take(second, id);
  const seen = await second.locator('main').innerText();
  assert.doesNotMatch(seen, /dB|twin|You said/);
  assert.equal(await say(second, 'same-2', 'points_agree'), 'decided'); // V3: the order is another
  assert.match(await next(second), /Confirmed/);
  await close(first, node.url);
  await close(second, node.url);
  const outcome = (await call('officer', 'GET', `/v1/cases/${id}`)).body.outcome;
  assert.equal(outcome.decision, 'same');
  assert.ok([enrolled[0], 'twin'].includes(outcome.personId));
});

test('V2 the same person is not offered a second decision, and the server refuses it', async () => {
  const id = await openCase('BP-2');
  const page = await signedIn('rita');
  await take(page, id);
  await say(page, 'different', 'ridges_differ');
  await page.locator(`[data-case="${id}"]`, {hasText: /another person is needed/}).waitFor();
  assert.equal(await page.locator(`[data-case="${id}"] button`).count(), 0);
  assert.equal((await call('rita', 'POST', `/v1/cases/${id}/claim`)).status, 409);
  assert.equal((await call('rita', 'POST', `/v1/cases/${id}/decisions`, {decision: 'different', reason: 'ridges_differ'})).status, 409);
  await close(page, node.url);
});

test('V3 each reviewer sees the candidates in another order', async () => {
  const id = await openCase('BP-3');
  const orders = [];
  for (const who of ['rita', 'sam']) {
    await call(who, 'POST', `/v1/cases/${id}/claim`);
    const decided = await call(who, 'POST', `/v1/cases/${id}/decisions`, {decision: 'cannot_tell', reason: 'poor_capture'});
    orders.push(decided.body.told.map((each) => each.personId));
  }
  assert.deepEqual([...orders[0]].reverse(), orders[1]);
});

test('V4 two who differ call a third person', async () => {
  const id = await openCase('BP-4');
  const results = [];
  for (const [who, value, reason] of [['rita', 'different', 'ridges_differ'], ['sam', 'cannot_tell', 'poor_capture'], ['tom', 'different', 'points_differ']]) {
    const page = await signedIn(who);
    await take(page, id);
    results.push([await say(page, value, reason), await next(page)]);
    await close(page, node.url);
  }
  assert.deepEqual(results.map(([state]) => state), ['waiting', 'waiting', 'decided']);
  assert.match(results[1][1], /third person/);
  assert.match(results[2][1], /different people/);
});

test('V5 zoom moves both sides; the pairs come when they are asked for, and are walked by keyboard', async () => {
  const id = await openCase('BP-5');
  const page = await signedIn('rita');
  await take(page, id);
  const views = () => page.locator('.prints').first().locator('svg').evaluateAll((all) => all.map((svg) => svg.getAttribute('viewBox').split(' ').slice(2).join(' ')));
  const wide = await views();
  await page.locator('input[type=range]').first().focus();
  await page.keyboard.press('ArrowRight');
  const near = await views();
  assert.notDeepEqual(near, wide);
  assert.equal(near[0], near[1]);
  assert.equal(await page.locator('[data-candidate] .mark').count(), 0, 'points are off at first');
  await page.locator('[data-candidate="1"] button', {hasText: /paired/}).first().click();
  await page.locator('[data-candidate="1"] .mark').first().waitFor();
  await page.locator('select[id$=pair]').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.locator('[data-candidate="1"] [role=status]', {hasText: /Point 1/}).first().waitFor();
  await shot(page, 'review-4-pairs');
  await page.locator('form .plain').click();
  await page.locator('#waiting-heading').waitFor();
  await page.locator(`[data-case="${id}"] button`, {hasText: /^Take$/}).waitFor();
  await close(page, node.url);
});

test('A3 the whole way by keyboard; what is missing is said, with the focus there', async () => {
  const id = await openCase('BP-6');
  const page = await signedIn('sam');
  const press = async (until) => {
    for (let i = 0; i < 60; ++i) {
      if (await page.evaluate(until)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`the focus never came to ${until}`);
  };
  await press(`document.activeElement.closest('[data-case="${id}"]') !== null && document.activeElement.tagName === 'BUTTON'`);
  await page.keyboard.press('Enter');
  await page.locator('.prints svg').nth(3).waitFor();
  await press(`document.activeElement.classList.contains('go')`);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.closest('.error') !== null);
  assert.match(await page.locator('.error').innerText(), /what you see/);
  await press(`document.activeElement.name === 'answer'`);
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await press(`document.activeElement.id === 'reason'`);
  await page.keyboard.press('ArrowDown');
  await press(`document.activeElement.classList.contains('go')`);
  await page.keyboard.press('Enter');
  await page.locator('#recorded-heading').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'recorded-heading');
  assert.deepEqual(await stored(page), {local: 0, session: 0, databases: 0, caches: 0, cookies: ''});
  await close(page, node.url);
});

test('V9 whoever signed in long ago signs in again, and what they have said is there; somebody else does not find it', async () => {
  for (const [reference, back] of [['BP-9', 'rita'], ['BP-10', 'sam']]) {
    const id = await openCase(reference);
    const page = await signedIn('ritaLongAgo');
    await page.route('**/v1/sign-in', (route) => route.fulfill({json: {provider: true, csrf: null}}));
    await take(page, id);
    await page.locator('input[value="different"]').check();
    await page.selectOption('#reason', 'ridges_differ');
    await page.locator('button.go').click();
    const link = page.locator('#provider');
    await link.waitFor();
    assert.match(await page.locator('.fault[role=alert]').innerText(), /within 3,600 seconds.*Nothing was decided/);
    assert.match(await link.getAttribute('href'), /^v1\/sign-in\/start\?page=review&again=true$/);
    assert.equal(await link.getAttribute('target'), '_blank');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'provider');
    assert.deepEqual(await axeFindings(page), []);
    assert.deepEqual(await sidewaysScroll(page), []);
    assert.deepEqual(await smallTargets(page), []);
    if (back === 'rita') await shot(page, 'review-5-sign-in-again');
    assert.equal((await call('rita', 'GET', `/v1/cases/${id}`)).body.decided, 0);
    // Who says without having done so is told again; what is no token signs nobody out.
    await page.getByRole('button', {name: 'I have signed in'}).click();
    await page.locator('[data-again]').waitFor();
    await page.locator('button.go').click();
    await page.locator('#provider').waitFor();
    await page.locator('details summary').click();
    await page.fill('#token', 'x.y.z');
    await page.locator('details button').click();
    await page.locator('#token-fault').waitFor();
    await page.fill('#token', token[back]);
    await page.locator('details button').click();
    if (back === 'rita') {
      await page.locator('[data-again=done]').waitFor();
      assert.equal(await page.locator('input[value="different"]').isChecked(), true);
      assert.equal(await page.locator('#reason').inputValue(), 'ridges_differ');
      await page.locator('button.go').click();
      await page.locator('#recorded-heading').waitFor();
      assert.equal((await call('rita', 'GET', `/v1/cases/${id}`)).body.own.decision, 'different');
    } else {
      // The link to the provider stands on the page before and after: what tells them apart is the case.
      await page.locator('form.box').waitFor({state: 'detached'});
      await page.locator('#provider').waitFor();
      assert.equal(await page.locator('form.box, [data-candidate]').count(), 0, 'nothing of the case is there');
      assert.equal((await call('sam', 'GET', `/v1/cases/${id}`)).body.decided, 0);
    }
    await close(page, node.url);
  }
});

test('A4 the page fits 70 KB over the wire, and stands on 400 kbit/s', async () => {
  const {page, bytes, took} = await slowLine(browser, `${node.url}/review`, '#token');
  console.log(`# ${bytes} bytes, the page stood after ${took} ms on 400 kbit/s`);
  assert.ok(bytes > 5_000 && bytes < 70_000, `${bytes} bytes`);
  await page.context().close();
});

test('who is not a reviewer is told so, and sees no case', async () => {
  const page = await open(browser, `${node.url}/review`);
  await page.fill('#token', token.officer);
  await page.locator('form button').click();
  await page.locator('main', {hasText: /may not decide/}).waitFor();
  assert.equal(page.asked.some((each) => each.includes('v1/cases')), false);
  await close(page, node.url);
});

for (const [name, options, more] of [['light', {colorScheme: 'light'}, ''], ['dark', {colorScheme: 'dark'}, ''], ['right to left', {}, '?lang=ar-XB'], ['pseudo', {}, '?lang=en-XA']]) {
  test(`A1 A2 A7 axe, 320 px, targets and words of the reviewer's page: ${name}`, async () => {
    const id = await openCase(`BP-7-${name.replaceAll(' ', '-')}`);
    const page = await signedIn('tom', more, options);
    const look = async (state) => {
      assert.deepEqual(await axeFindings(page), [], state);
      assert.deepEqual(await sidewaysScroll(page), [], state);
      assert.deepEqual(await smallTargets(page), [], state);
      if (more !== '') assert.deepEqual(await bareWords(page), [], state);
    };
    await look('the list');
    await take(page, id);
    await look('a case');
    await shot(page, `review-look-${name.replaceAll(' ', '-')}`);
    await page.locator('button.go').click();
    await page.locator('.error').waitFor();
    await look('what is missing');
    await say(page, 'cannot_tell', 'too_little_in_common');
    await look('recorded');
    await close(page, node.url);
  });
}
