// The page of an operator, and signing in, in a real Chromium.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {axeFindings, bareWords, close, launch, open, shot, sidewaysScroll, slowLine, smallTargets, stored} from './browser.mjs';
import {ask, folder, makeIssuer, makePeople, serve} from './node.mjs';

let browser, node, guarded, enrolled;
const token = {};

before(async () => {
  ({enrolled} = await makePeople());
  const issue = await makeIssuer(folder);
  token.officer = await issue('desk-1', 'abis.gallery.read abis.identify abis.verify whorl.sample.assess whorl.comparison.explain');
  token.operator = await issue('op-1', 'whorl.metrics.read');
  node = await serve('--gallery-dir', join(folder, 'gallery'));
  guarded = await serve('--gallery-dir', join(folder, 'guarded'), '--create', '--access', join(folder, 'access.toml'));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await node?.stop();
  await guarded?.stop();
});

test('P3 P4 the node says how it does, with the head of its audit log, and names nobody', async () => {
  const page = await open(browser, `${node.url}/node`);
  await page.locator('.verdict').waitFor();
  const text = await page.locator('main').innerText();
  assert.match(text, /default/);
  assert.match(text, /Audit log/);
  const answer = await (await fetch(`${node.url}/v1/node`)).json();
  const root = answer.audit.checkpoint.split('\n')[2];
  assert.ok(root.length > 40 && text.includes(root), 'the root of the log');
  await ask('audit', 'export', '--gallery-dir', join(folder, 'gallery'), '--to', join(folder, 'log'));
  writeFileSync(join(folder, 'log.key'), `${answer.audit.key}\n`);
  const verified = await ask('audit', 'verify', '--export', join(folder, 'log'), '--key', join(folder, 'log.key'));
  assert.ok(verified.length > 0);
  for (const person of enrolled) assert.ok(!text.includes(person) && !JSON.stringify(answer).includes(person));
  await shot(page, 'node-1');
  await close(page, node.url);
});

test('P1 what is wrong is said first, with what mends it', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('**/v1/node', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    body.notices = [{code: 'rotation_unfinished', text: 'x'}];
    body.changesRefused = {code: 'disk_full', kind: 'exhausted'};
    await route.fulfill({response, json: body});
  });
  await page.goto(`${node.url}/node`);
  await page.locator('.verdict').waitFor();
  assert.equal(await page.locator('.verdict').getAttribute('data-state'), 'bad');
  assert.match(await page.locator('.verdict').innerText(), /whorl keys rotate/);
  await shot(page, 'node-2-trouble');
  await context.close();
});

test('a node that stops answering is said so, and does not look well', async () => {
  const page = await open(browser, `${node.url}/node`);
  await page.locator('.verdict').waitFor();
  await page.route('**/v1/node', (route) => route.abort());
  await page.locator('.verdict[data-state=silent]').waitFor({timeout: 15_000});
  assert.equal(await page.locator('.verdict').count(), 1);
  page.faults.length = 0; // Chromium writes of the line that was cut
  await close(page, node.url);
});

test('the page says when the gallery was last copied, that it never was, and that the last copy failed', async () => {
  const look = async (language) => {
    const page = await open(browser, `${node.url}/node?lang=${language}`);
    await page.locator('.verdict').waitFor();
    const text = await page.locator('main').innerText();
    return {page, text};
  };
  const never = await look('en');
  assert.match(never.text, /None is known/);
  await close(never.page, node.url);
  const gallery = join(folder, 'gallery');
  await ask('gallery', 'backup', '--gallery-dir', gallery, '--to', join(folder, 'monday'));
  const told = await (await fetch(`${node.url}/v1/backups`)).json();
  assert.equal(told.backups[0].result, 'made');
  const made = await look('en');
  assert.doesNotMatch(made.text, /None is known/);
  assert.match(made.text, /Last copy of the gallery/);
  assert.ok(!made.text.includes(join(folder, 'monday')), 'no path');
  await close(made.page, node.url);
  await assert.rejects(ask('gallery', 'backup', '--gallery-dir', gallery, '--to', join(folder, 'no', 'such', 'folder')));
  for (const language of ['en', 'id', 'th', 'ar']) {
    const failed = await look(language);
    await failed.page.locator('[data-code="trouble.backup"]').waitFor();
    assert.deepEqual(await sidewaysScroll(failed.page), []);
    await shot(failed.page, `node-backups-${language}`);
    await close(failed.page, node.url);
  }
});

for (const [name, options, more] of [['light', {colorScheme: 'light'}, ''], ['dark', {colorScheme: 'dark'}, ''], ['right to left', {}, '?lang=ar-XB']]) {
  test(`A1 A2 A7 axe, 320 px, targets and words of the node's page: ${name}`, async () => {
    const page = await open(browser, `${node.url}/node${more}`, options);
    await page.locator('.verdict').waitFor();
    assert.deepEqual(await axeFindings(page), []);
    assert.deepEqual(await sidewaysScroll(page), []);
    assert.deepEqual(await smallTargets(page), []);
    if (more !== '') assert.deepEqual(await bareWords(page), []);
    await shot(page, `node-look-${name.replaceAll(' ', '-')}`);
    await close(page, node.url);
  });
}

test('A4 A8 the page of the node fits 80 KB over the wire, and its state is on paper', async () => {
  const {page, bytes, took} = await slowLine(browser, `${node.url}/node`, '.verdict');
  console.log(`# ${bytes} bytes with the first figures, the page stood after ${took} ms on 400 kbit/s`);
  assert.ok(bytes > 5_000 && bytes < 80_000, `${bytes} bytes`);
  await page.emulateMedia({media: 'print'});
  assert.equal(await page.locator('.verdict').isVisible(), true);
  assert.equal(await page.locator('header').isVisible(), false);
  await page.context().close();
});

async function signIn(page, value) {
  await page.fill('#token', value);
  await page.locator('form button').click();
}

test('who is not signed in sees a way in and nothing else; the token is kept nowhere', async () => {
  const page = await open(browser, `${guarded.url}/check`);
  await page.locator('#token').waitFor();
  await shot(page, 'sign-in');
  assert.deepEqual(await axeFindings(page), []);
  assert.deepEqual(await sidewaysScroll(page), []);
  assert.equal(await page.locator('#purpose').count(), 0);
  await page.locator('form button').click();
  assert.match(await page.locator('[role=alert]').innerText(), /token/);
  await signIn(page, 'of.nobody.atall');
  await page.locator('#token-fault', {hasText: /not taken|not signed in/}).waitFor();
  await signIn(page, token.officer);
  await page.locator('#purpose').waitFor();
  assert.match(await page.locator('header').innerText(), /desk-1/);
  assert.deepEqual(await stored(page), {local: 0, session: 0, databases: 0, caches: 0, cookies: ''});
  assert.equal((await page.content()).includes(token.officer), false);
  await page.getByRole('button', {name: 'Sign out'}).click();
  await page.locator('#token').waitFor();
  await signIn(page, token.officer);
  await page.locator('#purpose').waitFor();
  await page.reload();
  await page.locator('#token').waitFor();
  await close(page, guarded.url);
});

test('A7 signing in has no word outside the catalogue', async () => {
  const page = await open(browser, `${guarded.url}/check?lang=en-XA`);
  await page.locator('#token').waitFor();
  assert.deepEqual(await bareWords(page), []);
  await close(page, guarded.url);
});

test('P2 each sees the page of their role', async () => {
  for (const [path, who, seen] of [['node', 'officer', /may not/], ['check', 'operator', /may not/], ['node', 'operator', /Galleries/]]) {
    const page = await open(browser, `${guarded.url}/${path}`);
    await page.locator('#token').waitFor();
    await signIn(page, token[who]);
    await page.locator('main', {hasText: seen}).waitFor();
    await close(page, guarded.url);
  }
});
