// The pages in every language, in a real Chromium on a real node with synthetic people.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {add, axeFindings, brokenWords, close, cutTexts, englishLeft, launch, messages, open, shot, sidewaysScroll, smallTargets, stored} from './browser.mjs';
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

const kLanguages = ['id', 'th', 'ar'];
const visit = (path, more = '', options = {}) => open(browser, `${node.url}/${path}${more}`, options);
const capture = (person, finger) => ({name: `${finger}.png`, mimeType: 'image/png', buffer: readFileSync(prints.get(person)[finger][2])});
const words = (page) => page.asked.filter((each) => each.includes('/assets/words-')).map((each) => each.split('/').pop());
const spoken = (page) => page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dir}`);

async function checked(page, right, left = right) {
  await page.selectOption('#purpose', 'border.identity');
  await page.fill('#reference', 'BP-2291');
  await add(page, capture(right, 'right_index'), capture(left, 'left_index'));
  await page.locator('button.go').click();
  await page.locator('.verdict').waitFor();
}

async function holds(page, code, state) {
  assert.deepEqual(await axeFindings(page), [], state);
  assert.deepEqual(await sidewaysScroll(page), [], state);
  assert.deepEqual(await smallTargets(page), [], state);
  assert.deepEqual(await englishLeft(page, code), [], state);
  assert.deepEqual(await cutTexts(page, code === 'id' ? 1.1 : 1.6), [], state);
  assert.doesNotMatch(await page.locator('body').innerText(), /[\u0660-\u0669\u06f0-\u06f9\u0e50-\u0e59]/, 'Latin digits');
}

for (const code of kLanguages) {
  const dir = code === 'ar' ? 'rtl' : 'ltr';

  test(`${code}: the page of an officer`, async () => {
    const page = await visit('check', `?lang=${code}`);
    assert.equal(await spoken(page), `${code} ${dir}`);
    assert.equal(await page.title(), `${messages(code)['check.title']} - Whorl`);
    await page.locator('button.go').click();
    await holds(page, code, 'with a problem');
    await add(page, {name: 'right_index.png', mimeType: 'image/png', buffer: blankPng(300)}, {name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no image')});
    await holds(page, code, 'with poor samples');
    await shot(page, `language-${code}-check-1-poor`);
    await page.locator('.bar .plain').first().click();
    await checked(page, enrolled[0]);
    await page.locator('.candidate button').first().click();
    await page.locator('.prints svg .mark').first().waitFor();
    await page.locator('.answer summary').click();
    await holds(page, code, 'with an answer and the prints');
    await shot(page, `language-${code}-check-2-known`);
    await page.setViewportSize({width: 320, height: 700});
    await shot(page, `language-${code}-check-3-phone`);
    assert.deepEqual(words(page), [`words-${code}.json`], 'one language alone');
    await close(page, node.url);
  });

  test(`${code}: the page of a desk, to the receipt`, async () => {
    const page = await visit('enrol', `?lang=${code}`);
    await holds(page, code, 'the notice');
    await shot(page, `language-${code}-enrol-1-notice`);
    await page.fill('#heard-in', 'Dari');
    await page.check('#heard');
    await page.fill('#reference', 'D-118');
    await page.selectOption('#type', 'ASYLUM');
    await page.setInputFiles('#files', [capture(strangers[0], 'right_index')]);
    await page.locator('#finger-RIGHT_INDEX[data-state=good], #finger-RIGHT_INDEX[data-state=poor]').waitFor();
    if ((await page.locator('#finger-RIGHT_INDEX').getAttribute('data-state')) === 'poor') await page.selectOption('#keep', 'worn');
    for (const finger of await page.locator('.finger:not(#finger-RIGHT_INDEX)').all()) {
      await finger.click();
      await page.selectOption('#missing', 'BANDAGED');
    }
    await page.locator('#search').click();
    await page.locator('.verdict').waitFor();
    await holds(page, code, 'after the search');
    await shot(page, `language-${code}-enrol-2-fingers`);
    if (await page.locator('#enrol').isDisabled()) await page.selectOption('#go-on', 'compared'); // enrolled in the language before
    await page.locator('#enrol').click();
    await page.locator('.receipt').waitFor();
    await holds(page, code, 'the receipt');
    await shot(page, `language-${code}-enrol-3-receipt`);
    await close(page, node.url);
  });

  test(`${code}: the page of an operator, and the way in`, async () => {
    const page = await visit('node', `?lang=${code}`);
    await page.locator('.verdict').waitFor();
    await holds(page, code, 'the node');
    await shot(page, `language-${code}-node`);
    await close(page, node.url);
    const outside = await browser.newContext();
    const stranger = await outside.newPage();
    await stranger.route('**/v1/me', (route) => route.fulfill({status: 401, contentType: 'application/json', body: '{}'}));
    await stranger.goto(`${node.url}/check?lang=${code}`);
    await stranger.locator('main form').waitFor();
    await holds(stranger, code, 'the way in');
    await shot(stranger, `language-${code}-sign-in`);
    await outside.close();
  });
}

test('Thai lines end between words', async () => {
  const page = await visit('enrol', '?lang=th');
  const found = await brokenWords(page, 'section li', 'th');
  assert.ok(found.lines > 1, 'the text has several lines at 320 px');
  assert.deepEqual(found.broken, []);
  await close(page, node.url);
});

test('C13 a decision has its word in every language, and so has its name for who hears the page', async () => {
  const page = await visit('check');
  const cases = [['match', [enrolled[0]]], ['no_match', [strangers[1]]], ['indeterminate', [enrolled[4], enrolled[5]]]];
  for (const [decision, people] of cases) {
    await page.getByRole('button', {name: messages('en')['check.clear']}).click();
    await checked(page, ...people);
    assert.equal(await page.locator('.verdict').getAttribute('data-decision'), decision);
    for (const code of ['id', 'th', 'ar', 'en']) {
      await page.locator('header select').selectOption(code);
      await page.getByRole('heading', {name: messages(code)[`answer.${decision}`], exact: true, level: 2}).waitFor();
    }
  }
  await close(page, node.url);
});

test('a language is that of the browser, until a person chooses; of the choice its code alone is kept', async () => {
  const page = await visit('check', '', {locale: 'th-TH'});
  assert.equal(await spoken(page), 'th ltr');
  assert.deepEqual(await stored(page), {local: 0, session: 0, databases: 0, caches: 0, cookies: ''}, 'nothing before a choice');
  await page.locator('header select').selectOption('ar');
  await page.locator('html[lang=ar]').waitFor();
  assert.deepEqual(await page.evaluate(() => ({...localStorage})), {'whorl.language': 'ar'});
  await page.goto(`${node.url}/node`);
  await page.locator('h1').waitFor();
  assert.equal(await spoken(page), 'ar rtl');
  await page.goto(`${node.url}/node?lang=id`);
  await page.locator('h1').waitFor();
  assert.equal(await spoken(page), 'id ltr', 'an address that names a language goes before');
  await close(page, node.url);
  const other = await visit('check', '', {locale: 'ms-MY'});
  assert.equal(await spoken(other), 'en ltr', 'a language that there is not');
  await close(other, node.url);
});

test('what is said already is said in the new language: problems, refusals, the state of fingers', async () => {
  const page = await visit('check');
  await add(page, {name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no image')});
  await page.locator('button.go').click();
  await page.locator('header select').selectOption('th');
  await page.locator('html[lang=th]').waitFor();
  assert.deepEqual(await englishLeft(page, 'th'), []);
  assert.match(await page.locator('.error').innerText(), new RegExp(messages('th')['check.fault.refused']));
  assert.match(await page.locator('.taken').innerText(), new RegExp(messages('th')['refused.image_format_unknown']));
  await close(page, node.url);
});

test('a text that waits for its translation is said in English, and says so', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('**/words-th.json', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    delete body.said['check.privacy'];
    body.english['check.privacy'] = messages('en')['check.privacy'];
    await route.fulfill({response, json: body});
  });
  await page.goto(`${node.url}/check?lang=th`);
  await page.getByText(`[EN] ${messages('en')['check.privacy']}`).waitFor();
  await context.close();
});

test('where the words do not come, the page says so in every language, and a change of language leaves what is spoken', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('**/words-*.json', (route) => route.abort());
  await page.goto(`${node.url}/check`);
  await page.locator('#unreached p').nth(3).waitFor();
  assert.equal(await page.locator('#unreached p:visible').count(), 4);
  assert.deepEqual(await axeFindings(page), []);
  await page.unroute('**/words-*.json');
  await page.reload();
  await page.locator('h1').waitFor();
  await page.route('**/words-th.json', (route) => route.abort());
  const asked = page.waitForEvent('requestfailed');
  await page.locator('header select').selectOption('th');
  await asked;
  await page.waitForFunction(() => document.querySelector('header select').value === 'en');
  assert.equal(await spoken(page), 'en ltr');
  await context.close();
});
