// The page of a desk, in a real Chromium on a real node with synthetic people. Names begin with the check that they hold.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {axeFindings, bareWords, close, launch, open, readCode, shot, sidewaysScroll, slowLine, smallTargets, stored} from './browser.mjs';
import {blankPng, folder, makePeople, prints, serve} from './node.mjs';

let browser, node, enrolled, strangers;
before(async () => {
  ({enrolled, strangers} = await makePeople());
  node = await serve('--gallery-dir', join(folder, 'gallery'));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await node?.stop();
});

const kTaken = ['right_index', 'left_index'];
const kGone = ['LEFT_LITTLE', 'LEFT_RING', 'LEFT_MIDDLE', 'LEFT_THUMB', 'RIGHT_THUMB', 'RIGHT_MIDDLE', 'RIGHT_RING', 'RIGHT_LITTLE'];
const visit = (more = '', options = {}) => open(browser, `${node.url}/enrol${more}`, options);
const named = (person, finger) => ({name: `${finger}.png`, mimeType: 'image/png', buffer: readFileSync(prints.get(person)[finger][2])});

async function hear(page) {
  await page.fill('#heard-in', 'Dari');
  await page.check('#heard');
  await page.fill('#reference', 'D-118');
  await page.selectOption('#type', 'ASYLUM');
}
async function give(page, ...files) {
  let awaited = files.length;
  const judged = new Promise((done) => {
    page.on('response', (each) => {
      if (each.url().includes('/v1/assess') && --awaited === 0) done();
    });
  });
  await page.setInputFiles('#files', files);
  await judged;
  await page.waitForFunction(() => document.querySelectorAll('.finger[data-state=reading]').length === 0 && document.querySelectorAll('.finger:not([data-state=none])').length > 0);
}
async function cross(page, presence = 'AMPUTATED') {
  for (const finger of kGone) {
    await page.locator(`#finger-${finger}`).click();
    await page.selectOption('#missing', presence);
  }
}
// A poor print is kept with its reason.
async function keepPoor(page) {
  for (const finger of kTaken) {
    const button = page.locator(`#finger-${finger.toUpperCase()}`);
    if ((await button.getAttribute('data-state')) !== 'poor') continue;
    await button.click();
    await page.selectOption('#keep', 'worn');
  }
}
async function filled(page, person) {
  await hear(page);
  await give(page, ...kTaken.map((finger) => named(person, finger)));
  await keepPoor(page);
  await cross(page);
}
async function searched(page) {
  await page.locator('#search').click();
  await page.locator('.verdict').waitFor();
  return page.locator('.verdict').getAttribute('data-decision');
}
const off = (page) => page.locator('#enrol').isDisabled();
const enrolments = (page) => page.asked.filter((each) => each.includes('/v1/persons')).length;

test('E1 E2 E11 enrolling waits for notice, fingers and search; what is missing stands on the receipt and in the record', async () => {
  const page = await visit();
  assert.equal(await page.locator('#enrol').count(), 0, 'nothing before the notice');
  assert.equal(await page.locator('#heard').isDisabled(), true, 'not without a language');
  await shot(page, 'enrol-1-notice');
  await hear(page);
  assert.equal(await off(page), true);
  await give(page, ...kTaken.map((finger) => named(strangers[0], finger)));
  await keepPoor(page);
  assert.equal(await page.locator('#search').isDisabled(), true, 'ten fingers are settled first');
  await cross(page, 'BANDAGED');
  assert.equal(await page.locator('.finger[data-state=missing]').count(), kGone.length);
  assert.equal(await off(page), true);
  await shot(page, 'enrol-2-fingers');
  assert.equal(await searched(page), 'no_match');
  assert.equal(await off(page), false);
  const answered = page.waitForResponse(/v1\/persons/);
  await page.locator('#enrol').click();
  await page.locator('.receipt').waitFor();
  const {personId, encounterId} = await (await answered).json();
  const text = await page.locator('.receipt').innerText();
  assert.match(text, new RegExp(encounterId));
  assert.match(text, /Left ring finger: Bandaged/);
  assert.match(text, /Come again/);
  await shot(page, 'enrol-3-receipt');
  assert.equal(await readCode(browser, page), encounterId, 'the code on the screen is the reference and nothing else');
  await page.emulateMedia({colorScheme: 'dark', forcedColors: 'active'});
  assert.equal(await readCode(browser, page), encounterId, 'black on white whatever the colours');
  await page.emulateMedia({media: 'print', colorScheme: 'light', forcedColors: 'none'});
  assert.equal(await readCode(browser, page), encounterId, 'and on paper');
  assert.doesNotMatch(await page.locator('.receipt').innerText(), new RegExp(personId), 'the paper names no person');
  await shot(page, 'enrol-4-paper');
  const kept = await (await fetch(`${node.url}/v1/persons/${personId}/encounters/${encounterId}?transactionId=1`)).json();
  const missing = kept.biometricData.flatMap((item) => item.missing ?? []);
  assert.deepEqual(missing.map((each) => each.biometricSubType).sort(), [...kGone].sort());
  assert.ok(missing.every((each) => each.presence === 'BANDAGED'));
  assert.equal(kept.contextualData.notice.language, 'Dari');
  await close(page, node.url);
});

test('E8 a hit stops and says what to do; only a stated choice goes on', async () => {
  const page = await visit();
  await filled(page, enrolled[0]);
  assert.equal(await searched(page), 'match');
  assert.match(await page.locator('#hit').innerText(), /Stop/);
  assert.equal(await off(page), true);
  await page.locator('.candidate button').first().click();
  await page.locator('.prints svg .mark').first().waitFor();
  await shot(page, 'enrol-5-hit');
  await page.selectOption('#go-on', 'compared');
  assert.equal(await off(page), false);
  assert.equal(enrolments(page), 0);
  await close(page, node.url);
});

test('E9 a line that breaks after the record is stored loses nothing, and sending again enrols nobody twice', async () => {
  const page = await visit();
  await filled(page, strangers[1]);
  assert.equal(await searched(page), 'no_match');
  const keys = [];
  const ids = [];
  await page.route('**/livez', (route) => route.abort()); // else the page sends it again by itself
  await page.route('**/v1/persons**', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    const response = await route.fetch();
    ids.push((await response.json()).encounterId);
    return ids.length === 1 ? route.abort() : route.fulfill({response});
  });
  await page.locator('#enrol').dblclick();
  await page.locator('#not-stored[data-again=true]').waitFor();
  assert.match(await page.locator('#not-stored').innerText(), /not known whether/);
  assert.equal(await page.inputValue('#reference'), 'D-118');
  assert.equal(await page.locator('.finger[data-state=missing]').count(), kGone.length);
  await shot(page, 'enrol-6-line-broke');
  await page.locator('#enrol').click();
  await page.locator('.receipt').waitFor();
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  assert.equal(ids[0], ids[1], 'one encounter');
  page.faults.length = 0; // Chromium writes of the line that was cut
  await close(page, node.url);
});

test('E10 without a line nothing is lost or said to be searched; what was asked for goes by itself, once, when the line is back', async () => {
  const page = await visit();
  await filled(page, strangers[2]);
  const cut = (to) => page.route(to, (route) => route.abort());
  await cut('**/v1/identify/**');
  await cut('**/livez');
  await page.locator('#search').click();
  await page.locator('.verdict[data-decision=none]', {hasText: /Not yet searched/}).waitFor();
  assert.equal(await off(page), true, 'nobody is enrolled unsearched');
  await shot(page, 'enrol-8-no-line');
  await page.unroute('**/v1/identify/**');
  await page.unroute('**/livez');
  await page.locator('.verdict[data-decision=no_match]').waitFor();
  const sent = [];
  await page.route('**/v1/persons**', (route) => {
    sent.push(route.request().headers()['idempotency-key']);
    return sent.length === 1 ? route.abort() : route.continue();
  });
  await cut('**/livez');
  await page.locator('#enrol').click();
  await page.locator('#not-stored[data-again=true]', {hasText: /by itself/}).waitFor();
  await page.unroute('**/livez');
  await page.locator('.receipt').waitFor();
  assert.equal(sent.length, 2);
  assert.equal(sent[0], sent[1], 'one order');
  page.faults.length = 0; // Chromium writes of the line that was cut
  await close(page, node.url);
});

test('E3 a whole hand that is not there is enrolled so', async () => {
  const page = await visit();
  await hear(page);
  await give(page, named(strangers[1], 'right_index'));
  await keepPoor(page);
  for (const finger of [...kGone, 'LEFT_INDEX']) {
    await page.locator(`#finger-${finger}`).click();
    await page.selectOption('#missing', 'AMPUTATED');
  }
  await searched(page);
  if (await off(page)) await page.selectOption('#go-on', 'compared');
  const answered = page.waitForResponse(/v1\/persons/);
  await page.locator('#enrol').click();
  await page.locator('.receipt').waitFor();
  const {personId, encounterId} = await (await answered).json();
  const kept = await (await fetch(`${node.url}/v1/persons/${personId}/encounters/${encounterId}?transactionId=1`)).json();
  const missing = kept.biometricData.flatMap((item) => item.missing ?? []).map((each) => each.biometricSubType);
  assert.equal(missing.filter((each) => each.startsWith('LEFT_')).length, 5);
  assert.equal(missing.length, 9);
  await close(page, node.url);
});

test('E4 a print of exactly the quality that is asked for is taken', async () => {
  const image = named(strangers[0], 'right_index').buffer.toString('base64');
  const body = JSON.stringify({biometricData: [{biometricType: 'FINGER', biometricSubType: 'RIGHT_INDEX', image}]});
  const {samples} = await (await fetch(`${node.url}/v1/assess`, {method: 'POST', headers: {'Content-Type': 'application/json'}, body})).json();
  for (const [limit, taken] of [[samples[0].quality, true], [samples[0].quality + 1, false]]) {
    const strict = await serve('--gallery-dir', join(folder, `limit-${limit}`), '--create', '--min-quality', String(limit));
    const page = await open(browser, `${strict.url}/enrol`);
    await hear(page);
    await give(page, named(strangers[0], 'right_index'));
    assert.equal((await page.locator('#finger-RIGHT_INDEX').getAttribute('data-state')) !== 'bad', taken, `limit ${limit}`);
    await close(page, strict.url);
    await strict.stop();
  }
});

test('E5 a file of several fingers is refused, with what to give instead', async () => {
  const page = await visit();
  await hear(page);
  await page.route('**/v1/assess', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    await route.fulfill({response, json: {...body, samples: [...body.samples, ...body.samples]}});
  });
  await page.setInputFiles('#files', [named(strangers[0], 'right_index')]);
  await page.locator('#files-fault', {hasText: /several fingers/}).waitFor();
  assert.doesNotMatch(await page.locator('#finger-RIGHT_INDEX').getAttribute('data-state'), /good|kept/);
  await close(page, node.url);
});

test('A4 the page fits 70 KB over the wire, and stands on 400 kbit/s', async () => {
  const {page, bytes, took} = await slowLine(browser, `${node.url}/enrol`, '#heard-in');
  console.log(`# ${bytes} bytes, the page stood after ${took} ms on 400 kbit/s`);
  assert.ok(bytes > 5_000 && bytes < 70_000, `${bytes} bytes`);
  await page.context().close();
});

test('A8 forced colours, less motion and paper: fingers keep their marks, and the answer is on paper without the form', async () => {
  const page = await visit('', {forcedColors: 'active', reducedMotion: 'reduce'});
  await filled(page, enrolled[2]);
  await searched(page);
  assert.equal(await page.locator('.finger .icon').count(), 10, 'a state is a sign and a name, not a colour');
  const moving = await page.evaluate(() => document.getAnimations().length);
  assert.equal(moving, 0);
  await page.emulateMedia({media: 'print', forcedColors: 'none'});
  assert.equal(await page.locator('.verdict').isVisible(), true);
  assert.equal(await page.locator('.hands').isVisible(), false);
  await close(page, node.url);
});

test('E5 E7 the same file twice is refused; a node that cannot judge is not a poor print', async () => {
  const page = await visit();
  await hear(page);
  await give(page, named(strangers[0], 'right_index'));
  await page.setInputFiles('#files', [{...named(strangers[0], 'right_index'), name: 'left_thumb.png'}]);
  await page.locator('#files-fault').waitFor();
  assert.equal(await page.locator('#finger-LEFT_THUMB').getAttribute('data-state'), 'none');
  await page.route('**/v1/assess', (route) => route.fulfill({status: 503, contentType: 'application/json', body: '{}'}));
  await page.setInputFiles('#files', [named(strangers[0], 'left_index')]);
  await page.locator('#finger-LEFT_INDEX[data-state=unread]').waitFor();
  await page.unroute('**/v1/assess');
  await page.getByRole('button', {name: 'Ask the node again'}).click();
  await page.waitForFunction(() => /good|poor/.test(document.querySelector('#finger-LEFT_INDEX').dataset.state));
  await close(page, node.url);
});

test('E6 a poor take is said in words, and a better one takes its place', async () => {
  const page = await visit();
  await hear(page);
  await give(page, {name: 'right_index.png', mimeType: 'image/png', buffer: blankPng(300)});
  assert.equal(await page.locator('#finger-RIGHT_INDEX').getAttribute('data-state'), 'bad');
  assert.match(await page.locator('.worth.bad p').innerText(), /capture it again/i);
  await give(page, named(strangers[0], 'right_index'));
  assert.match(await page.locator('#finger-RIGHT_INDEX').getAttribute('data-state'), /good|poor/);
  assert.match(await page.locator('.taken').nth(1).innerText(), /best so far/);
  await shot(page, 'enrol-7-takes');
  await close(page, node.url);
});

test('the notice is the operator\'s, in a language that is chosen, and its version is enrolled with the person', async () => {
  const notices = join(folder, 'notices');
  mkdirSync(notices);
  writeFileSync(join(notices, '2025-06-15.en.txt'), 'An older text.');
  writeFileSync(join(notices, '2026-11-01.en.txt'), 'We take your prints.\nYou may ask for them to be erased.');
  writeFileSync(join(notices, '2026-11-01.fa.txt'), 'اثر انگشت شما گرفته می‌شود.');
  const told = await serve('--gallery-dir', join(folder, 'told'), '--create', '--notices', notices);
  const page = await open(browser, `${told.url}/enrol`);
  await page.locator('#notice', {hasText: 'We take your prints'}).waitFor();
  assert.equal(await page.locator('#notice').getAttribute('data-version'), '2026-11-01');
  assert.deepEqual(await axeFindings(page), []);
  await page.selectOption('#notice-language', 'fa');
  await page.locator('#notice[lang=fa]').waitFor();
  await shot(page, 'enrol-notice');
  const enrolled = page.waitForResponse(/\/v1\/persons/);
  await filled(page, strangers[1]);
  await searched(page);
  await page.locator('#enrol').click();
  await page.locator('.receipt').waitFor();
  const sent = (await enrolled).request().postDataJSON();
  assert.deepEqual([sent.contextualData.notice.version, sent.contextualData.notice.language], ['2026-11-01', 'Dari']);
  delete sent.contextualData.notice;
  const without = await fetch(`${told.url}/v1/persons?transactionId=t`, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(sent)});
  assert.equal(without.status, 400);
  assert.equal(without.headers.get('whorl-reason'), 'notice_needed');
  await close(page, told.url);
  await told.stop();
});

test('without a text on the page nobody has heard it; where another came meanwhile the fingers stay', async () => {
  const page = await visit();
  let given = {inForce: null, notices: []};
  let works = false;
  await page.route('**/v1/notices*', (route) => (works ? route.fulfill({json: given}) : route.abort()));
  await page.route('**/v1/notices/**', (route) => route.fulfill({json: {version: '2', language: 'en', text: 'The new text.'}}));
  await page.reload();
  await page.locator('#heard-in').fill('Dari');
  await page.locator('.fault[role=alert]').first().waitFor();
  assert.equal(await page.locator('#heard').isDisabled(), true);
  works = true;
  await page.getByRole('button', {name: 'Load the text again'}).click();
  await filled(page, strangers[2]);
  if ((await searched(page)) !== 'no_match') await page.selectOption('#go-on', {index: 1}); // enrolled by another test
  given = {inForce: '2', notices: [{version: '2', languages: ['en']}]};
  await page.route('**/v1/persons/**', (route) => route.fulfill({status: 400, headers: {'Whorl-Reason': 'notice_needed'}, json: {code: 400, message: 'contextualData.notice'}}));
  await page.route('**/v1/persons?**', (route) => route.fulfill({status: 400, headers: {'Whorl-Reason': 'notice_needed'}, json: {code: 400, message: 'contextualData.notice'}}));
  await page.locator('#enrol').click();
  await page.locator('#notice-changed').waitFor();
  await page.locator('#notice', {hasText: 'The new text.'}).waitFor();
  assert.equal(await page.locator('#heard').isChecked(), false);
  await page.check('#heard');
  await page.locator('.finger[data-state]:not([data-state=none])').first().waitFor();
  assert.ok((await page.locator('.finger:not([data-state=none])').count()) >= 2, 'what was captured is there');
  page.faults.length = 0; // the line that was cut
  await close(page, node.url);
});

test('E12 A10 refusing the notice stores nothing and forgets all; so do five minutes of nothing', async () => {
  const page = await visit();
  await page.clock.install();
  await filled(page, strangers[0]);
  await page.getByRole('button', {name: 'The person refuses'}).click();
  await page.locator('.finger').first().waitFor({state: 'detached'});
  assert.equal(enrolments(page), 0);
  await hear(page);
  assert.equal(await page.locator('.finger:not([data-state=none])').count(), 0);
  await page.clock.fastForward(6 * 60 * 1000);
  await page.locator('.finger').first().waitFor({state: 'detached'});
  assert.deepEqual(await stored(page), {local: 0, session: 0, databases: 0, caches: 0, cookies: ''});
  await close(page, node.url);
});

for (const [name, options, more] of [['light', {colorScheme: 'light'}, ''], ['dark', {colorScheme: 'dark'}, ''], ['right to left', {}, '?lang=ar-XB']]) {
  test(`A1 A2 A7 axe, 320 px, targets and words of the desk's page: ${name}`, async () => {
    const page = await visit(more, options);
    const hold = async (state) => {
      assert.deepEqual(await axeFindings(page), [], state);
      assert.deepEqual(await sidewaysScroll(page), [], state);
      assert.deepEqual(await smallTargets(page), [], state);
      if (more !== '') assert.deepEqual(await bareWords(page), [], state);
    };
    await hold('empty');
    await filled(page, enrolled[1]);
    await hold('with fingers');
    await searched(page);
    await hold('with a hit');
    await shot(page, `enrol-look-${name.replaceAll(' ', '-')}`);
    await page.selectOption('#go-on', 'told');
    await page.locator('#enrol').click();
    await page.locator('.receipt').waitFor();
    await hold('with a receipt');
    await close(page, node.url);
  });
}

test('A3 fingers by arrow keys', async () => {
  const page = await visit();
  await hear(page);
  await page.locator('#finger-RIGHT_INDEX').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'finger-RIGHT_MIDDLE');
  assert.match(await page.locator('.one h3').innerText(), /Right middle/);
  await close(page, node.url);
});

test('A3 the whole way of the desk by keyboard alone, with the focus always to be seen', async () => {
  const page = await visit();
  page.on('filechooser', () => {}); // choosers are caught from here on
  const hidden = [];
  const to = async (selector, key = 'Tab') => {
    for (let i = 0; i < 40; ++i) {
      await page.keyboard.press(key);
      const now = await page.evaluate((wanted) => {
        const e = document.activeElement;
        const style = getComputedStyle(e);
        return {there: e.matches(wanted), seen: e === document.body || style.outlineStyle !== 'none' || style.boxShadow !== 'none', tag: e.outerHTML.slice(0, 60)};
      }, selector);
      if (!now.seen) hidden.push(now.tag);
      if (now.there) return;
    }
    assert.fail(`no way to ${selector}`);
  };
  const choose = async (selector, value) => {
    await to(selector);
    for (let i = 0; i < 5 && (await page.inputValue(selector)) !== value; ++i) await page.keyboard.press('ArrowDown');
    assert.equal(await page.inputValue(selector), value);
  };
  await to('#heard-in');
  await page.keyboard.type('Dari');
  await to('#heard');
  await page.keyboard.press('Space');
  await to('#reference');
  await page.keyboard.type('D-118');
  await choose('#type', 'ASYLUM');
  await to('.finger');
  await to('#files');
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(kTaken.map((finger) => named(enrolled[6], finger)));
  await page.waitForFunction(() => document.querySelectorAll('.finger[data-state=good], .finger[data-state=poor]').length === 2);
  for (let i = 0; i < 10; ++i) {
    await to('.finger', 'Shift+Tab');
    await page.keyboard.press('ArrowRight');
    const [id, state] = await page.evaluate(() => [document.activeElement.id, document.activeElement.dataset.state]);
    if (state === 'poor') await choose('#keep', 'worn');
    else if (state === 'none') await choose('#missing', 'AMPUTATED');
    else await to('#missing');
    assert.match(id, /^finger-/);
  }
  await to('#search');
  await page.keyboard.press('Enter');
  await page.locator('.verdict.match').waitFor();
  await choose('#go-on', 'compared');
  await to('#enrol');
  await page.keyboard.press('Enter');
  await page.locator('.receipt').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'receipt-heading', 'the receipt takes the focus');
  assert.deepEqual(hidden, []);
  await close(page, node.url);
});
