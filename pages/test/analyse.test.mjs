// The analyst's page in a real Chromium: curves, a day's work, two runs, and two people who set a threshold.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {axeFindings, bareWords, close, launch, open, shot, sidewaysScroll, slowLine, smallTargets, stored} from './browser.mjs';
import {ask, folder, makeIssuer, makePeople, prints, serve} from './node.mjs';

let browser, node, guarded;
const token = {};
const runs = () => join(folder, 'runs');

before(async () => {
  await makePeople();
  const manifest = join(folder, 'people/manifest.csv');
  mkdirSync(runs());
  await ask('evaluate', '--manifest', manifest, '--out', join(runs(), 'first'));
  await ask('evaluate', '--manifest', manifest, '--out', join(runs(), 'second'), '--compare', join(runs(), 'first/scores.csv'));
  const issue = await makeIssuer(folder);
  token.analyst = await issue('ana', 'whorl.evaluation.read whorl.threshold.propose');
  token.supervisor = await issue('sup', 'whorl.evaluation.read whorl.threshold.approve', 'supervisor');
  token.supervisorLongAgo = await issue('sup', 'whorl.evaluation.read whorl.threshold.approve', 'supervisor', 4000);
  token.officer = await issue('off', 'abis.identify abis.gallery.read whorl.sample.assess');
  node = await serve('--gallery-dir', join(folder, 'gallery'), '--evaluations', runs());
  guarded = await serve('--gallery-dir', join(folder, 'guarded'), '--create', '--access', join(folder, 'access.toml'), '--evaluations', runs());
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await node?.stop();
  await guarded?.stop();
});

const figure = (page, name) => page.locator(`#day [data-figure=${name}] dd`).innerText();
const digits = (text) => Number(text.replaceAll(',', '').split(' ')[0]);

// The page with a run open, at this threshold.
async function analysing(options = {}, more = '') {
  const page = await open(browser, `${node.url}/analyse${more}`, options);
  await page.locator('#day').waitFor();
  return page;
}
async function choose(page, value) {
  const answered = page.waitForResponse((response) => new URL(response.url()).searchParams.get('thresholdDb') === String(value));
  await page.locator('#threshold').fill(String(value));
  await answered;
  await page.locator('output', {hasText: String(value)}).waitFor();
}
async function signedIn(who) {
  const page = await open(browser, `${guarded.url}/analyse`);
  await page.fill('#token', token[who]);
  await page.locator('form button').click();
  await page.locator('#settings').waitFor();
  return page;
}

test('N1 the figures of the page are those of the command, for the same run and day', async () => {
  const page = await analysing();
  await page.selectOption('#run', 'first');
  await choose(page, 40);
  const said = JSON.parse(await ask('workload', '--rates', join(runs(), 'first/rates.json'), '--records', '10000', '--searches', '1000', '--known', '0.3', '--threshold-db', '40', '--json'));
  await page.waitForFunction(() => document.querySelector('#day') !== null);
  const near = (shown, value) => assert.ok(Math.abs(shown - value) <= Math.max(0.5, value * 0.06), `${shown} for ${value}`);
  near(digits(await figure(page, 'falseAnswers')), said.false_answers_per_day);
  near(digits(await figure(page, 'reviews')), said.reviews_per_day);
  near(digits(await figure(page, 'misses')), said.misses_per_day);
  const answer = await (await fetch(`${node.url}/v1/workload?evaluation=first&records=10000&searchesPerDay=1000&known=0.3&thresholdDb=40`)).json();
  for (const [name, value] of Object.entries(said)) assert.deepEqual(answer[name], value, name);
  await shot(page, 'analyse-1-day');
  await close(page, node.url);
});

test('N2 N3 a higher threshold means fewer false answers; beyond what was counted it says so, and what it would take', async () => {
  const page = await analysing();
  let before = Infinity;
  for (const threshold of [15, 25, 35]) {
    await choose(page, threshold);
    await page.waitForTimeout(0);
    const now = digits(await figure(page, 'falseAnswers'));
    assert.ok(now <= before, `${now} after ${before}`);
    before = now;
  }
  await choose(page, 90);
  await page.locator('[data-extrapolated=true]').waitFor();
  assert.match(await page.locator('[data-extrapolated]').innerText(), /Extrapolated.*3,000,000,000 pairs/s);
  await choose(page, 15);
  await page.locator('[data-extrapolated=false]').waitFor();
  await page.selectOption('#wanted', '0.01');
  await page.waitForFunction(() => Number(document.querySelector('#threshold').value) > 50);
  await close(page, node.url);
});

test('a place that cannot be is said beside its field, and asks nothing', async () => {
  const page = await analysing();
  await page.fill('#known', '130');
  await page.locator('#known-fault').waitFor();
  assert.match(await page.locator('#known-fault').innerText(), /0.*100/);
  const asked = page.asked.length;
  await page.locator('#threshold').fill('50');
  await page.fill('#known', '20');
  await page.waitForResponse((response) => response.url().includes('known=0.2'));
  assert.ok(page.asked.slice(asked).every((url) => !url.includes('known=1.3')));
  await close(page, node.url);
});

test('N4 N9 what has no error is drawn at its limit, what was not counted is shaded, and each plot has its table', async () => {
  const page = await analysing();
  for (const id of ['over-threshold', 'iet', 'det']) {
    const chart = page.locator(`#${id}`);
    const points = await chart.evaluate((each) => [...each.querySelectorAll('.series polyline')].map((line) => (line.getAttribute('points') ?? '').trim().split(' ').filter((p) => p !== '').length).reduce((a, b) => a + b, 0));
    assert.ok(points > 1, `${id}: ${points}`);
    assert.equal(await chart.locator('tbody tr').count(), points, id);
    assert.equal(await chart.locator('rect.uncounted').count() > 0, true, id);
  }
  // Synthetic prints are found well: their misses are below what was counted.
  const run = await (await fetch(`${node.url}/v1/evaluations/first`)).json();
  const none = run.searches[0].by_db.filter((level) => level.fnir.value === null).length;
  if (none > 0) assert.match(await page.locator('#over-threshold .limit').first().getAttribute('points'), /\d/);
  await shot(page, 'analyse-2-curves');
  await close(page, node.url);
});

test('N6 two runs stand beside each other; equal ones are not shown to differ', async () => {
  const page = await analysing();
  await page.selectOption('#run', 'second');
  await page.locator('#differences').waitFor();
  const rows = await page.locator('section:has(#differences) tbody tr').allInnerTexts();
  assert.ok(rows.length > 0);
  for (const row of rows) assert.match(row, /not shown to differ/);
  await page.selectOption('#second', 'first');
  await page.locator('#over-threshold .legend li').nth(1).waitFor();
  await page.locator('section:has(#points) thead th').nth(2).waitFor();
  assert.equal(await page.locator('#iet .series.s1 .counted').count() > 0, true);
  await shot(page, 'analyse-3-two-runs');
  await close(page, node.url);
});

test('N6 two runs on the same samples are compared pair by pair when they are chosen', async () => {
  const page = await analysing();
  await page.selectOption('#run', 'first'); // which was compared with none when it was made
  await page.locator('#differences').waitFor({state: 'detached'}); // the run that stood there first has some
  await page.selectOption('#second', 'second');
  await page.locator('#differences').waitFor();
  assert.ok(page.asked.some((url) => url.includes('/v1/evaluations/compare?a=first&b=second')));
  const rows = await page.locator('section:has(#differences) tbody tr').allInnerTexts();
  assert.ok(rows.length > 0);
  for (const row of rows) assert.match(row, /not shown to differ/);
  await page.selectOption('#second', '');
  await page.locator('#differences').waitFor({state: 'detached'});
  await close(page, node.url);
});

test('N11 one proposes, by keyboard alone; they cannot approve it; another does; the next search goes by it', async () => {
  const ana = await signedIn('analyst');
  await ana.locator('#day').waitFor();
  await ana.locator('#threshold').focus();
  await ana.keyboard.press('Home');
  for (let i = 0; i < 10; ++i) await ana.keyboard.press('ArrowRight');
  await ana.locator('output', {hasText: '15 dB'}).waitFor();
  await ana.locator('#gallery').focus();
  await ana.keyboard.press('Tab');
  assert.equal(await ana.evaluate(() => document.activeElement.id), 'reason');
  const press = async (name) => {
    for (let i = 0; i < 20; ++i) {
      await ana.keyboard.press('Tab');
      if ((await ana.evaluate(() => document.activeElement.textContent)) === name) return ana.keyboard.press('Enter');
    }
    return assert.fail(`no ${name} by keyboard`);
  };
  await press('Propose');
  await ana.locator('.error').waitFor();
  await ana.waitForFunction(() => document.activeElement.closest('.error') !== null); // the problem takes the focus
  await ana.locator('#reason').focus();
  await ana.keyboard.type('too many reviews at night');
  await press('Propose');
  await ana.locator('[data-state=proposed]').waitFor();
  assert.match(await ana.locator('.said').innerText(), /another person approves/);
  assert.match(await ana.locator('[data-state=proposed]').innerText(), /You proposed this/);
  assert.equal(await ana.getByRole('button', {name: 'Approve'}).count(), 0);
  await shot(ana, 'analyse-4-proposed');
  const [{proposalId}] = (await (await fetch(`${guarded.url}/v1/thresholds`, {headers: {Authorization: `Bearer ${token.analyst}`}})).json()).changes;

  const sup = await signedIn('supervisorLongAgo');
  await sup.locator('[data-state=proposed]').waitFor();
  assert.equal(await sup.getByRole('button', {name: 'Propose'}).count(), 0);
  await shot(sup, 'analyse-5-to-approve');
  // Who signed in long ago approves nothing before they have done so again; the reason that they wrote stays.
  await sup.locator('[data-state=proposed] input').fill('seen');
  await sup.getByRole('button', {name: 'Approve'}).click();
  await sup.locator('#token').waitFor();
  assert.match(await sup.locator('.fault[role=alert]').innerText(), /Nothing was decided/);
  assert.deepEqual(await axeFindings(sup), []);
  await sup.fill('#token', token.supervisor);
  await sup.locator('.narrow form button').click();
  await sup.locator('[data-again=done]').waitFor();
  assert.equal(await sup.locator('[data-state=proposed] input').inputValue(), 'seen');
  await sup.getByRole('button', {name: 'Approve'}).click();
  await sup.locator('#settings', {hasText: 'approved by sup'}).waitFor();
  assert.match(await sup.locator('#settings').innerText(), /15 dB.*ana/s);
  await shot(sup, 'analyse-6-in-force');

  const image = readFileSync(Object.values([...prints.values()][0])[0]['1']).toString('base64');
  const search = await fetch(`${guarded.url}/v1/identify/default?transactionId=t`, {
    method: 'POST',
    headers: {Authorization: `Bearer ${token.officer}`, 'Content-Type': 'application/json'},
    body: JSON.stringify({filter: {}, biometricData: [{biometricType: 'FINGER', biometricSubType: 'RIGHT_INDEX', image}]}),
  });
  assert.equal(search.headers.get('Whorl-Threshold-Setting'), proposalId);
  assert.equal(search.headers.get('Whorl-Threshold-Db'), '15.00');
  assert.deepEqual(await stored(sup), {local: 0, session: 0, databases: 0, caches: 0, cookies: ''});
  await close(ana, guarded.url);
  await close(sup, guarded.url);
});

test('a threshold that the run does not reach is proposed with that word alone, and rejected with a reason', async () => {
  const ana = await signedIn('analyst');
  await ana.locator('#day').waitFor();
  await ana.locator('#threshold').fill('88');
  await ana.locator('#extrapolated').waitFor();
  await ana.fill('#reason', 'as strict as can be');
  await ana.getByRole('button', {name: 'Propose'}).click();
  await ana.locator('#extrapolated-fault').waitFor();
  await ana.check('#extrapolated');
  await ana.getByRole('button', {name: 'Propose'}).click();
  await ana.locator('[data-state=proposed]', {hasText: 'Extrapolated'}).waitFor();
  const sup = await signedIn('supervisor');
  await sup.getByRole('button', {name: 'Reject'}).click();
  await sup.locator('li [role=alert]').waitFor();
  await sup.locator('[data-state=proposed] input').fill('measure first');
  await sup.getByRole('button', {name: 'Reject'}).click();
  await sup.locator('[data-state=proposed]').waitFor({state: 'detached'});
  await sup.locator('summary', {hasText: 'Earlier'}).click();
  assert.match(await sup.locator('[data-state=rejected]').first().innerText(), /measure first/);
  await close(ana, guarded.url);
  await close(sup, guarded.url);
});

test('who may not is told so; where nobody signs in, that it takes two people', async () => {
  const page = await open(browser, `${guarded.url}/analyse`);
  await page.fill('#token', token.officer);
  await page.locator('form button').click();
  await page.locator('.box', {hasText: 'for analysts'}).waitFor();
  await close(page, guarded.url);
  const local = await analysing();
  assert.match(await local.locator('main').innerText(), /set by two people who are signed in/);
  assert.equal(await local.getByRole('button', {name: 'Propose'}).count(), 0);
  await close(local, node.url);
});

for (const [name, options, more] of [['light', {colorScheme: 'light'}, ''], ['dark', {colorScheme: 'dark'}, ''], ['pseudo', {}, '?lang=en-XA'], ['right to left', {}, '?lang=ar-XB']]) {
  test(`A1 A2 A7 axe, 320 px, targets and words of the analyst's page: ${name}`, async () => {
    const page = await analysing(options, more);
    await page.selectOption('#run', 'second');
    await page.locator('#differences').waitFor();
    await page.selectOption('#second', 'first');
    await page.locator('#over-threshold .legend li').nth(1).waitFor();
    for (const summary of await page.locator('summary').all()) await summary.click();
    assert.deepEqual(await axeFindings(page), []);
    assert.deepEqual(await sidewaysScroll(page), []);
    assert.deepEqual(await smallTargets(page), []);
    if (more !== '') assert.deepEqual(await bareWords(page), []);
    await shot(page, `analyse-look-${name.replaceAll(' ', '-')}`);
    await close(page, node.url);
  });
}

test('A1 A2 A7 the same of proposals and decisions', async () => {
  const ana = await signedIn('analyst');
  await ana.locator('#day').waitFor();
  await ana.fill('#reason', '5');
  await ana.locator('#threshold').fill('20');
  await ana.getByRole('button', {name: 'Propose'}).click();
  await ana.locator('[data-state=proposed]').waitFor();
  const sup = await signedIn('supervisor');
  await sup.locator('[data-state=proposed]').waitFor();
  for (const page of [ana, sup]) {
    for (const language of ['en', 'ar-XB']) {
      if (language !== 'en') await page.locator('header select').evaluate((select, code) => {
        const option = document.createElement('option');
        option.value = code;
        select.append(option);
        select.value = code;
        select.dispatchEvent(new Event('change', {bubbles: true}));
      }, language);
      await page.locator('details').evaluateAll((all) => all.forEach((each) => (each.open = true)));
      assert.deepEqual(await axeFindings(page), []);
      assert.deepEqual(await sidewaysScroll(page), []);
      assert.deepEqual(await smallTargets(page), []);
    }
    await page.locator('#in-force').waitFor();
  }
  await ana.getByRole('button', {name: /./}).first().waitFor();
  await close(ana, guarded.url);
  await close(sup, guarded.url);
});

test('A4 the page fits 160 KB over the wire with a run open, and stands on 400 kbit/s', async () => {
  const {page, bytes, took} = await slowLine(browser, `${node.url}/analyse`, '#day');
  console.log(`# ${bytes} bytes with a run open, the page stood after ${took} ms on 400 kbit/s`);
  assert.ok(bytes > 5_000 && bytes < 160_000, `${bytes} bytes`);
  await page.context().close();
});

const get = (path) => fetch(`${node.url}${path}`);

test('scores that are sent become a run with a page that runs nothing, a table, and a comparison by its pairs', async () => {
  const scores = readFileSync(join(runs(), 'first/scores.csv')).toString('base64');
  const sent = {evaluationId: 'sent', format: 'whorl', scores};
  const post = (body) => fetch(`${node.url}/v1/evaluations`, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
  const taken = await post(sent);
  assert.equal(taken.status, 202);
  assert.equal((await taken.json()).evaluationId, 'sent');
  let state = 'waiting';
  for (const until = Date.now() + 60_000; state !== 'done' && state !== 'failed' && Date.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    ({state} = await (await get('/v1/evaluations/sent/state')).json());
  }
  assert.equal(state, 'done');
  assert.equal((await post(sent)).status, 409, 'nothing is replaced');
  assert.ok((await (await get('/v1/evaluations')).json()).evaluations.some((each) => each.id === 'sent'));
  // Pair by pair: the same scores do not differ.
  const {comparison} = await (await get('/v1/evaluations/compare?a=first&b=sent')).json();
  assert.ok(comparison[0].figures.length > 0);
  for (const row of comparison[0].figures) {
    assert.equal(row.difference, 0);
    assert.equal(row.verdict, 'not shown to differ');
  }
  // Figures of the table are those of the run.
  const run = await (await get('/v1/evaluations/sent')).json();
  const table = await (await get('/v1/evaluations/sent/figures.csv')).text();
  const eer = table.split('\n').find((line) => line.includes(',EER,'));
  const [value, below] = eer.split(',').slice(4, 6).map((each) => (each === '' ? null : Number(each)));
  assert.deepEqual({value, below}, {value: run.sets[0].eer.value, below: run.sets[0].eer.below});
  assert.doesNotMatch(table, /\d[eE][-+]?\d/);
  for (const id of ['first', 'sent']) {
    const page = await open(browser, `${node.url}/v1/evaluations/${id}/report.html`);
    assert.ok((await page.locator('svg').count()) > 2);
    assert.ok((await page.locator('table').count()) > 2);
    assert.equal(await page.locator('img').count(), 0);
    const text = await page.locator('main').innerText();
    assert.doesNotMatch(text, /s000\d\//, 'no sample is named');
    assert.equal(await page.evaluate(() => self.origin), 'null', 'it is of no origin');
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).maxWidth), '960px', 'its own style is allowed');
    assert.deepEqual(page.faults, []);
    await shot(page, `analyse-report-${id}`);
    await page.context().close();
  }
});
