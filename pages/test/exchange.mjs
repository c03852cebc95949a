// A small exchange for the tests: an office, a switch, and the members a, b and c, each with people of its own.
import {execFile, spawn} from 'node:child_process';
import {mkdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {ask, folder, makeIssuer, serve, whorl} from './node.mjs';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const region = join(folder, 'region');
const nameOf = (member) => `${member}.rbdes.test`;

// Answers leave soon, and nobody waits longer than the tests do.
const kBorder = '/^\\[lanes.border\\]/,/^\\[lanes.urgent\\]/';
const kQuick = [`${kBorder}s/^expires = .*/expires = "20s"/`, `${kBorder}s/^slot = .*/slot = "1s"/`, `${kBorder}s/^jitter = .*/jitter = "1s"/`, 's/^release_relogin = .*/release_relogin = "1h"/'];

function startSwitch() {
  const files = {directory: 'members.note', policy: 'region.note', office: 'office.pub', certificate: 'switch1.pem', key: 'switch1.key', 'member-ca': 'ca.pem', counters: 'counters'};
  const flags = Object.entries(files).flatMap(([flag, file]) => [`--${flag}`, join(region, file)]);
  return new Promise((resolve, reject) => {
    const started = spawn(join(dirname(whorl), '../relay/whorl-switch'), [...flags, '--port', '0']);
    let said = '';
    const hear = (chunk) => {
      said += chunk;
      const found = /port (\d+)/.exec(said);
      if (found) resolve({port: found[1], stop: () => new Promise((done) => started.once('exit', done) && started.kill('SIGTERM'))});
    };
    started.stdout.on('data', hear);
    started.stderr.on('data', hear);
    started.once('exit', (code) => reject(new Error(`whorl-switch ended with ${code}: ${said}`)));
  });
}

async function join_(member, port) {
  const at = (file) => join(region, file);
  await ask('exchange', 'join', '--folder', at(member), '--name', nameOf(member), '--directory', at('members.note'), '--policy', at('region.note'), '--office', at('office.pub'),
    '--national', at(`${member}.toml`), '--certificate', at(`${member}.pem`), '--key', at(`${member}.key`), '--switch-ca', at('ca.pem'), '--switch', `127.0.0.1:${port}`,
    '--switch-key', readFileSync(at('switch1.sha256'), 'utf8').trim());
}

// People show tokens of one issuer at b; a and c are asked by the local user.
async function makeStaff() {
  const staff = join(folder, 'staff');
  mkdirSync(staff);
  return makeIssuer(staff, {issuer: 'https://idp.b.test', audience: 'https://node.b.test', more: "roles_claim = 'roles'\n"});
}

// The node of a member: its gallery is FOLDER/gallery-MEMBER.
export async function startExchange() {
  await run(join(root, 'scripts/exchange-region'), [region, '1', ...kQuick.flatMap((each) => ['-e', each])], {env: {...process.env, WHORL: whorl}});
  const token = await makeStaff();
  const relay = await startSwitch();
  const nodes = {};
  for (const member of ['a', 'b', 'c']) {
    await join_(member, relay.port);
    const access = member === 'b' ? ['--access', join(folder, 'staff/access.toml')] : [];
    nodes[member] = await serve('--gallery-dir', join(folder, `gallery-${member}`), '--create', '--exchange', join(region, member, 'member.toml'), ...access);
    await nodes[member].hears(/connected to the switch/);
  }
  const stop = async () => {
    for (const node of Object.values(nodes)) await node.stop();
    await relay.stop();
  };
  return {nodes, token, stop};
}
