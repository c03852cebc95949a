// People who sign in at a real identity provider: the whole way, as their browser goes it. scripts/oidc-test runs it.
import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {Browser} from './browser.mjs';
import {startProvider} from './provider.mjs';

const folder = mkdtempSync(join(tmpdir(), 'whorl-oidc-'));
const at = (name) => join(folder, name);
const kSecret = 'a secret of the client: % & +';
let provider, node, origin, tls, client, ca;

const openssl = (...args) => execFileSync('openssl', args, {cwd: folder, stdio: ['ignore', 'ignore', 'pipe']});

// A CA and one certificate of it for localhost, which both servers have.
function makePki() {
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=test CA', '-keyout', 'ca.key', '-out', 'ca.pem');
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost', '-keyout', 'own.key', '-out', 'own.csr');
  writeFileSync(at('own.ext'), 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n');
  openssl('x509', '-req', '-in', 'own.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'own.ext', '-out', 'own.pem');
}

const freePort = () => new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const {port} = probe.address();
    probe.close(() => done(port));
  });
});

function serve(port) {
  const environment = {...process.env, CREDENTIALS_DIRECTORY: at('credentials')};
  const args = ['serve', '--gallery-dir', at('gallery'), '--create', '--port', String(port), '--access', at('access.toml')];
  return new Promise((resolve, reject) => {
    const child = spawn(process.env.WHORL, args, {env: environment});
    let said = '';
    const hear = (chunk) => {
      said += chunk;
      if (/listening/.test(said)) resolve({said: () => said, stop: () => new Promise((done) => child.once('exit', done) && child.kill('SIGTERM'))});
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`whorl serve ended with ${code}: ${said}`)));
  });
}

before(async () => {
  makePki();
  ca = readFileSync(at('ca.pem'));
  tls = {cert: readFileSync(at('own.pem')), key: readFileSync(at('own.key'))};
  const port = await freePort();
  origin = `https://localhost:${port}`;
  client = {
    client_id: 'node-a',
    client_secret: kSecret,
    redirect_uris: [`${origin}/v1/sign-in/callback`],
    token_endpoint_auth_method: 'client_secret_basic',
  };
  provider = await startProvider({tls, client});
  mkdirSync(at('credentials'));
  writeFileSync(at('credentials/root.key'), randomBytes(32), {mode: 0o600});
  writeFileSync(at('secret'), kSecret, {mode: 0o600});
  writeFileSync(at('access.toml'), `[tls]
certificate = 'own.pem'
key = 'own.key'
[provider]
issuer = '${provider.issuer}'
client = 'node-a'
secret = 'secret'
ca = 'ca.pem'
redirect = '${origin}/v1/sign-in/callback'
roles_claim = 'groups'
[provider.roles]
border-officers = ['officer']
guards = ['protection']
`, {mode: 0o600});
  node = await serve(port);
});

after(async () => {
  await node?.stop();
  await provider?.stop();
  rmSync(folder, {recursive: true, force: true});
});

// Until the node has fetched the provider's description.
async function started(browser, more = '') {
  for (let i = 0; i < 300; ++i) {
    const answer = await browser.go('GET', `${origin}/v1/sign-in/start?page=check${more}`, {}, `${origin}/v1/sign-in/callback`);
    if (answer.status !== 503) return answer;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('the node never reached the provider');
}

// The whole way: what the node answers in the end, and whether the provider asked who they are.
async function signIn(browser, name, more = '') {
  let page = await started(browser, more);
  let asked = false;
  const callback = `${origin}/v1/sign-in/callback`;
  for (let i = 0; i < 4 && page.next === undefined; ++i) {
    const login = /name="login"/.test(page.body);
    asked ||= login;
    page = await browser.submit(page, login ? {login: name, password: 'any'} : {}, callback);
  }
  assert.ok(page.next, page.body);
  const answer = await browser.ask('GET', page.next, {headers: {'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate'}});
  return {...answer, asked};
}

const me = async (browser) => {
  const answer = await browser.ask('GET', `${origin}/v1/me`);
  return answer.status === 200 ? JSON.parse(answer.body) : answer.status;
};

test('an officer signs in, is one, and signs out', async () => {
  const browser = new Browser(ca);
  const back = await signIn(browser, 'anna');
  assert.equal(back.status, 200, back.body);
  const who = await me(browser);
  assert.equal(who.subject, 'anna');
  assert.equal(who.issuer, provider.issuer);
  assert.deepEqual(who.roles, ['officer']);
  for (const value of browser.cookies(origin).values()) assert.ok(!value.includes('eyJ'), 'no token in the browser');
  const {csrf} = JSON.parse((await browser.ask('GET', `${origin}/v1/sign-in`)).body);
  const out = await browser.ask('POST', `${origin}/v1/sign-out`, {headers: {'Whorl-Csrf': csrf, Origin: origin}});
  assert.equal(out.status, 200, out.body);
  assert.match(JSON.parse(out.body).provider, new RegExp(`^${provider.issuer}/session/end`));
  assert.equal(await me(browser), 401);
});

test('whom no group makes anything is not let in', async () => {
  const browser = new Browser(ca);
  const back = await signIn(browser, 'ben');
  assert.equal(back.status, 403);
  assert.match(back.body, /signIn=no_role/);
  assert.equal(await me(browser), 401);
});

test('a code is good once, and in the browser that asked for it', async () => {
  const thief = new Browser(ca);
  await started(thief);
  const browser = new Browser(ca);
  let page = await started(browser);
  const callback = `${origin}/v1/sign-in/callback`;
  for (let i = 0; i < 4 && page.next === undefined; ++i) page = await browser.submit(page, /name="login"/.test(page.body) ? {login: 'anna', password: 'x'} : {}, callback);
  assert.equal((await thief.ask('GET', page.next)).status, 403);
  const attempt = browser.cookies(origin).get('__Host-whorl-attempt');
  assert.equal((await browser.ask('GET', page.next)).status, 200);
  browser.cookies(origin).set('__Host-whorl-attempt', attempt);
  assert.equal((await browser.ask('GET', page.next)).status, 503, 'the provider refuses it the second time');
});

test('whoever decides signs in again, though the provider still knows them', async () => {
  const browser = new Browser(ca);
  assert.equal((await signIn(browser, 'cara')).status, 200);
  // Lifts the hold of a person whom nobody knows: 404 where the node lets her.
  const lift = async () => {
    const {csrf} = JSON.parse((await browser.ask('GET', `${origin}/v1/sign-in`)).body);
    const answer = await browser.ask('DELETE', `${origin}/v1/persons/nobody/hold`, {headers: {'Whorl-Csrf': csrf, Origin: origin}});
    return `${answer.status} ${answer.headers['whorl-reason']}`;
  };
  assert.equal(await lift(), '403 sign_in_again', 'this provider does not say when, unless it is asked');
  const plain = await signIn(browser, 'cara');
  assert.deepEqual([plain.status, plain.asked], [200, false], 'it knows her');
  assert.equal(await lift(), '403 sign_in_again');
  const again = await signIn(browser, 'cara', '&again=true');
  assert.deepEqual([again.status, again.asked], [200, true], again.body);
  assert.equal(await lift(), '404 unknown_person');
});

test('the provider changes its keys, and people go on signing in', async () => {
  await provider.stop();
  // The node asks for a set no more than once a minute: what it has was fetched when it started.
  provider = await startProvider({tls, client, port: provider.port});
  let status = 0;
  for (let i = 0; i < 40 && status !== 200; ++i) {
    // A line to the provider of before ends once.
    status = await signIn(new Browser(ca), 'anna').then((answer) => answer.status, () => 0);
    if (status !== 200) await new Promise((done) => setTimeout(done, 3000));
  }
  assert.equal(status, 200);
});
