// Another side of interop_test.cc: npm's jose, by the same lines as interop.py.
//   node interop.mjs make FILE     writes cases for Whorl to open
//   node interop.mjs check FILE    opens Whorl's cases; exit status 1: one does not open, 3: none is of a kind that is known here
// jose is found where scripts/oidc-test installed it.
import {createRequire} from 'node:module';
import {readFileSync, writeFileSync} from 'node:fs';
import {webcrypto} from 'node:crypto';

const installed = createRequire(new URL('../oidc/package.json', import.meta.url));
const jose = installed('jose');
const url = (bytes) => Buffer.from(bytes).toString('base64url');
const unurl = (text) => new Uint8Array(Buffer.from(text, 'base64url'));
const kPayload = new Uint8Array(Buffer.from('payload \x00\xff of theirs', 'latin1'));
const kCiphers = ['A256GCM', 'A256CBC-HS512'];

async function pair(algorithm, options) {
  const {publicKey, privateKey} = await jose.generateKeyPair(algorithm, {extractable: true, ...options});
  return {publicKey, privateKey, jwk: await jose.exportJWK(publicKey), secretJwk: await jose.exportJWK(privateKey)};
}

async function make() {
  const out = [];
  for (const [algorithm, options] of [['EdDSA', {}], ['ES256', {}], ['RS256', {modulusLength: 2048}], ['PS256', {modulusLength: 3072}]]) {
    const key = await pair(algorithm, options);
    const jwk = algorithm === 'PS256' ? {...key.jwk, alg: 'PS256'} : key.jwk;
    const text = await new jose.CompactSign(kPayload).setProtectedHeader({alg: algorithm, kid: 'theirs', typ: 'x+jws'}).sign(key.privateKey);
    const [header, , signature] = text.split('.');
    out.push(['jws', JSON.stringify(jwk), text, url(kPayload)], ['detached', JSON.stringify(jwk), `${header}..${signature}`, url(kPayload)]);
    if (algorithm !== 'PS256') out.push(['thumbprint', JSON.stringify(jwk), await jose.calculateJwkThumbprint(key.jwk), '']);
  }
  const parties = {apu: new Uint8Array(Buffer.from('a.test')), apv: new Uint8Array(Buffer.from('b.test'))};
  for (const crv of ['X25519', 'P-256']) {
    const key = await pair('ECDH-ES', {crv});
    for (const alg of ['ECDH-ES', 'ECDH-ES+A256KW']) {
      for (const enc of kCiphers) {
        const text = await new jose.CompactEncrypt(kPayload).setProtectedHeader({alg, enc, kid: 'theirs'}).setKeyManagementParameters(parties).encrypt(key.publicKey);
        out.push([alg, JSON.stringify(key.secretJwk), text, url(kPayload)]);
      }
    }
  }
  const rsa = await pair('RSA-OAEP-256', {modulusLength: 2048});
  for (const enc of kCiphers) {
    const text = await new jose.CompactEncrypt(kPayload).setProtectedHeader({alg: 'RSA-OAEP-256', enc, kid: 'theirs'}).encrypt(rsa.publicKey);
    out.push(['RSA-OAEP-256', JSON.stringify({...rsa.secretJwk, alg: 'RSA-OAEP-256', use: 'enc'}), text, url(kPayload)]);
  }
  const shared = webcrypto.getRandomValues(new Uint8Array(32));
  const direct = await new jose.CompactEncrypt(kPayload).setProtectedHeader({alg: 'dir', enc: 'A256GCM', kid: 'theirs'}).encrypt(shared);
  out.push(['dir', url(shared), direct, url(kPayload)]);
  return out;
}

async function opened(kind, key, text, content) {
  if (kind === 'thumbprint') {
    if ((await jose.calculateJwkThumbprint(JSON.parse(key))) !== text) throw new Error('another thumbprint');
    return unurl(content);
  }
  if (kind === 'jws' || kind === 'detached') {
    const jwk = JSON.parse(key);
    const known = await jose.importJWK(jwk, jwk.crv === 'Ed25519' ? 'EdDSA' : 'ES256');
    return (await jose.compactVerify(kind === 'detached' ? text.replace('..', `.${content}.`) : text, known)).payload;
  }
  const receiver = kind === 'dir' ? unurl(key) : await jose.importJWK(JSON.parse(key), kind);
  return (await jose.compactDecrypt(text, receiver)).plaintext;
}

const [verb, file] = process.argv.slice(2);
if (verb === 'make') {
  writeFileSync(file, (await make()).map((fields) => fields.join('\t') + '\n').join(''));
} else {
  const kinds = ['jws', 'detached', 'thumbprint', 'ECDH-ES', 'ECDH-ES+A256KW', 'RSA-OAEP-256', 'dir'];
  const cases = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => line.split('\t')).filter(([kind]) => kinds.includes(kind));
  if (cases.length === 0) process.exit(3);
  for (const [kind, key, text, content] of cases) {
    const found = await opened(kind, key, text, content).catch((error) => { console.error(`${kind}: ${error}`); process.exit(1); });
    if (url(found) !== content) { console.error(`${kind}: another content`); process.exit(1); }
  }
}
