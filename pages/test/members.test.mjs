// Members ask each other, in a real Chromium: an officer of a, an officer of b who releases data, and a real switch between
// them. Names begin with the check that they hold.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {add, axeFindings, bareWords, close, launch, open, shot, sidewaysScroll, smallTargets, stored} from './browser.mjs';
import {startExchange} from './exchange.mjs';
import {ask, folder, makePeople, prints} from './node.mjs';

// Anna is known to b, Bela to b and hidden from a, Cyril to b and c, Emil to nobody.
let browser, exchange, person, token;
const kFingers = ['right_index', 'left_index'];
const kPatience = {timeout: 60_000};

const file = (name, finger, capture) => prints.get(person[name])[finger][capture];
const enrol = (member, name) =>
  ask('enrol', '--gallery-dir', join(folder, `gallery-${member}`), '--person', name, '--encounter', 'first', ...kFingers.flatMap((finger) => ['--finger', `${finger}=${file(name, finger, 1)}`]));

async function atB(who, method, path, body) {
  const headers = {Authorization: `Bearer ${token[who]}`, 'Content-Type': 'application/json'};
  const response = await fetch(`${exchange.nodes.b.url}${path}`, {method, headers, body: body && JSON.stringify(body)});
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return response.status === 204 ? null : response.json();
}

before(async () => {
  const {enrolled, strangers} = await makePeople();
  person = {Anna: enrolled[0], Bela: enrolled[1], Cyril: enrolled[2], Fay: enrolled[3], Emil: strangers[0]};
  await enrol('a', 'Fay');
  for (const name of ['Bela', 'Cyril']) await enrol('b', name);
  await enrol('c', 'Cyril');
  exchange = await startExchange();
  token = {
    officer: await exchange.token('mira.ost', 'whorl.release.decide', 'release'),
    officerLongAgo: await exchange.token('mira.ost', 'whorl.release.decide', 'release', 4000),
    protection: await exchange.token('jon.hale', 'whorl.protection.write', 'protection'),
    registry: await exchange.token('registry', 'abis.encounter.write'),
  };
  await atB('registry', 'POST', '/v1/persons/Anna/encounters/first?transactionId=t', {
    status: 'ACTIVE', encounterType: 'RESIDENCE', galleries: ['default'],
    biographicData: {firstName: 'Anna', lastName: 'Vela', documentNumber: 'BX204417'},
    biometricData: kFingers.map((finger) => ({biometricType: 'FINGER', biometricSubType: finger.toUpperCase(), image: readFileSync(file('Anna', finger, 1)).toString('base64')})),
  });
  await atB('protection', 'PUT', '/v1/exchange/protection/Bela', {neverTo: ['a.rbdes.test']});
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await exchange?.stop();
});

const stateOf = (page, member) => page.locator(`[data-member="${member}.rbdes.test"]`).getAttribute('data-state');
const word = (page) => page.locator('.verdict').getAttribute('data-decision');
const settled = (page) => page.waitForFunction(() => document.querySelector('[data-member]') !== null && document.querySelector('[data-state=waiting]') === null, undefined, kPatience);

async function filled(page, name) {
  await page.selectOption('#purpose', 'border.identity');
  await page.locator('#others').waitFor();
  await page.selectOption('#reason', 'no_document');
  await page.fill('#reference', 'BP-2291');
  await add(page, ...kFingers.map((finger) => ({name: `${finger}.png`, mimeType: 'image/png', buffer: readFileSync(file(name, finger, 2))})));
}
async function checked(name, more = '', options = {}) {
  const page = await open(browser, `${exchange.nodes.a.url}/check${more}`, options);
  await filled(page, name);
  await page.locator('button.go').click();
  await page.locator('.verdict').waitFor();
  await page.locator('[data-member]').nth(2).waitFor(kPatience);
  return page;
}

test('a member knows somebody whom this node does not, and its data come when an officer there has released them', async () => {
  const page = await checked('Anna');
  await settled(page);
  assert.equal(await word(page), 'match');
  assert.deepEqual([await page.locator('[data-member=here]').getAttribute('data-state'), await stateOf(page, 'b'), await stateOf(page, 'c')], ['no_match', 'match', 'no_match']);
  assert.doesNotMatch(await page.locator('.answer').innerText(), /Anna|Vela|this node alone/i);
  await shot(page, 'members-1-known-to-another');
  assert.deepEqual(await axeFindings(page), []);
  assert.deepEqual(await sidewaysScroll(page), []);
  assert.deepEqual(await smallTargets(page), []);

  // V7: no request without what is needed and why.
  const form = page.locator('[data-data-of="b.rbdes.test"]');
  await form.locator('button').click();
  assert.equal(await form.locator('.fault').count(), 2);
  await form.locator('input[value=identity]').check();
  await form.locator('input[value=document]').check();
  await form.locator('input[id$=basis]').fill('no document, and two names given');
  await form.locator('button').click();
  await form.locator('[data-release=waiting]').waitFor();

  const desk = await open(browser, `${exchange.nodes.b.url}/review`);
  await desk.fill('#token', token.officerLongAgo);
  await desk.locator('form button').click();
  await desk.locator('#requests-heading').waitFor();
  assert.equal(await desk.locator('#waiting-heading').count(), 0, 'this officer decides no cases');
  await desk.waitForFunction(() => document.querySelector('[data-request]') !== null || (document.querySelector('button.plain').click(), false), undefined, {...kPatience, polling: 1000});
  await shot(desk, 'members-2-desk');
  assert.deepEqual(await axeFindings(desk), []);
  await desk.locator('[data-request] button').click();
  await desk.locator('.prints svg').nth(3).waitFor();
  const seen = await desk.locator('main').innerText();
  for (const shown of ['a.rbdes.test', 'no document, and two names given', 'Anna', 'Vela', 'BX204417']) assert.ok(seen.includes(shown), shown);
  await shot(desk, 'members-3-request');
  assert.deepEqual(await axeFindings(desk), []);
  assert.deepEqual(await sidewaysScroll(desk), []);
  assert.deepEqual(await smallTargets(desk), []);
  await desk.locator('button.go').click();
  assert.match(await desk.locator('#items-fault').innerText(), /at least one/);
  await desk.locator('input[value=identity]').check();
  // She signed in long ago: what she chose stays, and goes once she has done so again.
  await desk.locator('button.go').click();
  await desk.locator('#token').waitFor();
  assert.match(await desk.locator('.fault[role=alert]').innerText(), /Nothing was decided/);
  assert.deepEqual(await axeFindings(desk), []);
  await desk.fill('#token', token.officer);
  await desk.locator('.narrow form button').click();
  await desk.locator('[data-again=done]').waitFor();
  await desk.locator('button.go').click();
  await desk.locator('[data-decided=partly]').waitFor();
  assert.equal(await desk.locator('[data-request]').count(), 0);
  assert.deepEqual(await stored(desk), {local: 0, session: 0, cookies: '', databases: 0, caches: 0});

  await form.locator('[data-release=partly]').waitFor(kPatience);
  const data = await form.innerText();
  assert.match(data, /Vela/);
  assert.doesNotMatch(data, /BX204417|mira/);
  await shot(page, 'members-4-data');
  assert.deepEqual(await stored(page), {local: 0, session: 0, cookies: '', databases: 0, caches: 0});
  await close(page, exchange.nodes.a.url);
  await close(desk, exchange.nodes.b.url);
});

test('what is refused is said as refused, without who or why', async () => {
  const page = await checked('Cyril');
  await settled(page);
  assert.deepEqual([await stateOf(page, 'b'), await stateOf(page, 'c')], ['match', 'match']);
  const form = page.locator('[data-data-of="b.rbdes.test"]');
  await form.locator('input[value=identity]').check();
  await form.locator('input[id$=basis]').fill('as above');
  await form.locator('button').click();
  let requests = [];
  for (let i = 0; requests.length === 0 && i < 100; ++i) {
    await new Promise((again) => setTimeout(again, 300));
    requests = await atB('officer', 'GET', '/v1/exchange/desk');
  }
  const desk = await open(browser, `${exchange.nodes.b.url}/review`);
  await desk.fill('#token', token.officer);
  await desk.locator('form button').click();
  await desk.locator('[data-request] button').click();
  await desk.locator('#refuse').click();
  await desk.locator('[data-decided=refused]').waitFor();
  await form.locator('[data-release=refused]').waitFor(kPatience);
  assert.doesNotMatch(await form.innerText(), /mira|Vela/);
  await close(desk, exchange.nodes.b.url);
  await close(page, exchange.nodes.a.url);
});

test('C12 somebody who is hidden is to the page as somebody whom nobody knows', async () => {
  const shown = [];
  for (const name of ['Bela', 'Emil']) {
    const page = await checked(name);
    await settled(page);
    assert.equal(await word(page), 'no_match');
    shown.push(await page.locator('section[aria-labelledby=members-heading]').innerHTML());
    await close(page, exchange.nodes.a.url);
  }
  assert.equal(shown[0], shown[1]);
});

// Members that a test speaks for: how far each is by now.
async function spoken(page, members) {
  const check = () => ({checkId: 'one', purpose: 'border.identity', result: 'waiting', reason: '', askedAt: new Date().toISOString(), expiresAt: new Date(Date.now() + 60_000).toISOString(), members, leftOut: [{name: 'd.rbdes.test', why: 'feared'}]});
  page.questions = [];
  await page.route('**/v1/exchange/checks**', (route) => {
    if (route.request().method() === 'POST') page.questions.push(route.request());
    return route.fulfill({json: check()});
  });
}
const member = (name, state, more = {}) => ({name: `${name}.rbdes.test`, state, why: '', scoreDb: 0, late: false, answeredAt: null, ...more});

test('C7 C8 answers come one by one without a reload, and who is silent is never a no', async () => {
  const page = await open(browser, `${exchange.nodes.a.url}/check`);
  const members = [member('b', 'waiting'), member('c', 'waiting'), member('e', 'waiting')];
  await spoken(page, members);
  await filled(page, 'Emil');
  await page.locator('button.go').click();
  await page.locator('[data-member="e.rbdes.test"][data-state=waiting]').waitFor();
  await page.locator('.verdict').waitFor();
  assert.equal(await word(page), 'so_far');
  assert.match(await page.locator('.verdict h2').innerText(), /so far/);
  const loaded = page.asked.filter((each) => each.endsWith('/check')).length;

  members[0] = member('b', 'no_match');
  await page.locator('[data-member="b.rbdes.test"][data-state=no_match]').waitFor();
  assert.equal(await word(page), 'so_far');
  members[1] = member('c', 'did_not_answer', {why: 'not_connected'});
  await page.locator('[data-member="c.rbdes.test"][data-state=did_not_answer]').waitFor();
  members[2] = member('e', 'no_match', {late: true});
  await page.locator('[data-member="e.rbdes.test"][data-state=no_match]').waitFor();
  assert.equal(await word(page), 'so_far');
  const said = await page.locator('.answer').innerText();
  assert.match(said, /1 of 3/);
  assert.match(said, /d\.rbdes\.test\s+Not asked/);
  // Each is read out by itself, with its name, when it changes.
  assert.deepEqual(await page.locator('[data-member]').evaluateAll((all) => all.map((each) => `${each.ariaLive} ${each.ariaAtomic}`)), Array(5).fill('polite true'));
  await page.emulateMedia({media: 'print'});
  assert.equal(await page.locator('[data-member="c.rbdes.test"]').isVisible(), true);
  assert.match(await page.locator('[data-member="c.rbdes.test"]').innerText(), /Did not answer/);
  await page.emulateMedia({media: 'screen'});
  await shot(page, 'members-5-silent');
  assert.equal(page.asked.filter((each) => each.endsWith('/check')).length, loaded);
  assert.equal(page.questions.length, 1);
  assert.ok((await page.questions[0].allHeaders())['idempotency-key'].length >= 16);
  // Late, and known: the word changes by itself.
  members[1] = member('c', 'match', {late: true, scoreDb: 50});
  await page.locator('[data-member="c.rbdes.test"][data-state=match]').waitFor(kPatience);
  assert.equal(await word(page), 'match');
  await close(page, exchange.nodes.a.url);
});

test('nobody is asked without a reason, and nobody where the officer does not want it', async () => {
  const page = await open(browser, `${exchange.nodes.a.url}/check`);
  await spoken(page, [member('b', 'no_match')]);
  await filled(page, 'Emil');
  await page.selectOption('#reason', '');
  await page.locator('button.go').click();
  assert.match(await page.locator('.error').innerText(), /reason/);
  assert.equal(page.questions.length, 0);
  await page.locator('#others').uncheck();
  await page.locator('button.go').click();
  await page.locator('.verdict').waitFor();
  assert.equal(page.questions.length, 0);
  assert.match(await page.locator('.answer').innerText(), /This node alone/);
  await close(page, exchange.nodes.a.url);
});

test('where the person is from goes to the node with the question, and decides whom it asks', async () => {
  const page = await open(browser, `${exchange.nodes.a.url}/check`);
  await spoken(page, [member('b', 'no_match')]);
  await filled(page, 'Emil');
  await page.selectOption('#purpose', 'asylum.registration');
  await page.selectOption('#reason', 'first_registration');
  await page.fill('#country', 'x1');
  await page.locator('button.go').click();
  assert.match(await page.locator('.error').innerText(), /three letters/);
  await page.fill('#country', 'del');
  await page.fill('#avoid', 'bel cor');
  await page.locator('button.go').click();
  await page.locator('[data-member="b.rbdes.test"]').waitFor();
  const {subject} = page.questions[0].postDataJSON();
  assert.deepEqual(subject, {country: 'DEL', avoid: ['BEL', 'COR']});
  await close(page, exchange.nodes.a.url);
});

test('A7 A1 in letters that nobody writes, from right to left, and at night', async () => {
  for (const [more, options] of [['?lang=en-XA', {}], ['?lang=ar', {colorScheme: 'dark'}]]) {
    const page = await open(browser, `${exchange.nodes.a.url}/check${more}`, options);
    await spoken(page, [member('b', 'match', {scoreDb: 50}), member('c', 'did_not_answer', {why: 'no_answer'}), member('e', 'refused', {why: 'quota'})]);
    await filled(page, 'Emil');
    await page.locator('button.go').click();
    await page.locator('[data-data-of] form').waitFor();
    if (more === '?lang=en-XA') assert.deepEqual(await bareWords(page), []);
    assert.deepEqual(await axeFindings(page), []);
    assert.deepEqual(await sidewaysScroll(page), []);
    await shot(page, `members-6${more.replace(/\W+/g, '-')}`);
    await close(page, exchange.nodes.a.url);
  }
});

test('a question that cannot be sent is said, and is not an answer', async () => {
  const page = await open(browser, `${exchange.nodes.a.url}/check`);
  await page.route('**/v1/exchange/checks**', (route) => route.fulfill({status: 403, json: {code: 403, message: 'the policy'}}));
  await filled(page, 'Emil');
  await page.locator('button.go').click();
  await page.locator('.verdict').waitFor();
  await page.getByText('The other members were not asked').waitFor();
  assert.equal(await word(page), 'so_far');
  await close(page, exchange.nodes.a.url);
});

test('a member that is gone did not answer', async () => {
  await exchange.nodes.c.stop();
  const page = await checked('Emil');
  await settled(page);
  assert.equal(await stateOf(page, 'c'), 'did_not_answer');
  assert.equal(await stateOf(page, 'b'), 'no_match');
  assert.equal(await word(page), 'so_far');
  await close(page, exchange.nodes.a.url);
});
