// A node with synthetic people, for the tests: whorl synth, enrol, serve. And images that are made here.
import {execFile, spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {deflateSync, inflateSync} from 'node:zlib';

const run = promisify(execFile);
export const whorl = process.env.WHORL;
export const folder = process.env.WHORL_PAGES_DIR;

const people = 8; // enrolled; three more are strangers
const environment = () => ({...process.env, CREDENTIALS_DIRECTORY: join(folder, 'credentials')});

export async function ask(...args) {
  return (await run(whorl, args, {env: environment(), maxBuffer: 1 << 26})).stdout;
}

// name -> finger -> capture -> file
export const prints = new Map();

export async function makePeople() {
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(join(folder, 'credentials'), {recursive: true});
  writeFileSync(join(folder, 'credentials/root.key'), randomBytes(32), {mode: 0o600});
  await ask('synth', '--out', join(folder, 'people'), '--subjects', String(people + 3), '--fingers', '2', '--impressions', '2', '--seed', '2');
  const [heading, ...lines] = readFileSync(join(folder, 'people/manifest.csv'), 'utf8').trim().split('\n');
  for (const line of lines) {
    const [, file, subject, finger, capture] = line.split(',');
    const name = finger.split('/').pop();
    if (!prints.has(subject)) prints.set(subject, {});
    (prints.get(subject)[name] ??= {})[capture] = join(folder, 'people', file);
  }
  const enrolled = [...prints.keys()].slice(0, people);
  writeFileSync(join(folder, 'people/enrolled.csv'), [heading, ...lines.filter((line) => enrolled.includes(line.split(',')[2]))].join('\n') + '\n');
  await ask('enrol', '--gallery-dir', join(folder, 'gallery'), '--manifest', join(folder, 'people/enrolled.csv'), '--impressions', '1');
  return {enrolled, strangers: [...prints.keys()].slice(people)};
}

export function serve(...more) {
  return new Promise((resolve, reject) => {
    const server = spawn(whorl, ['serve', '--port', '0', ...more], {env: environment()});
    let said = '';
    let running = true;
    const stop = () => new Promise((done) => (running ? server.once('exit', done) && server.kill('SIGTERM') : done()));
    // Until it has said that.
    const hears = async (line) => {
      while (!line.test(said)) {
        if (!running) throw new Error(`whorl serve ended: ${said}`);
        await new Promise((again) => setTimeout(again, 100));
      }
    };
    const hear = (chunk) => {
      said += chunk;
      const found = /https?:\/\/[0-9.]+:\d+/.exec(said);
      if (found) resolve({url: found[0], hears, stop});
    };
    server.once('exit', () => (running = false));
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.once('exit', (code) => reject(new Error(`whorl serve ended with ${code}: ${said}`)));
  });
}

// An issuer of tokens in FOLDER, and the file of `whorl serve --access` that takes them; `more` are lines of its table.
// Gives what makes a token: of a person with a role, who has just signed in, or `signedInAgo` seconds ago. Whoever decides
// has done so within the hour: tests take as long as their machine does.
export async function makeIssuer(at, {issuer = 'https://here.test', audience = 'https://node.test', more = ''} = {}) {
  await ask('access', 'key', '--private', join(at, 'issuer.jwk'), '--set', join(at, 'jwks.json'));
  writeFileSync(join(at, 'access.toml'), `[tokens]\nissuer = '${issuer}'\naudience = '${audience}'\nkeys = 'jwks.json'\n${more}[decisions]\nsigned_in_within_s = 3600\n`, {mode: 0o600});
  return async (subject, scopes, role = '', signedInAgo = 0) =>
    (await ask('access', 'token', '--private', join(at, 'issuer.jwk'), '--issuer', issuer, '--audience', audience, '--subject', subject, '--scope', scopes, ...(role === '' ? [] : ['--role', role, '--signed-in-ago', String(signedInAgo)]))).trim();
}

// A grey PNG of 500 ppi, or of no stated resolution.
export function blankPng(side, value = 255, stated = true) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(8 + data.length + 4);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), 8 + data.length);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.concat(Array.from({length: side}, () => Buffer.concat([Buffer.from([0]), Buffer.alloc(side, value)])));
  const physical = Buffer.alloc(9);
  physical.writeUInt32BE(19685, 0);
  physical.writeUInt32BE(19685, 4);
  physical[8] = 1;
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), ...(stated ? [chunk('pHYs', physical)] : []),
    chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let i = 0; i < 8; ++i) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

// Grey pixels of a PNG of 8 bits that is not interlaced.
export function pixelsOf(png) {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const parts = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const packed = inflateSync(Buffer.concat(parts));
  const out = Buffer.alloc(width * height);
  for (let y = 0; y < height; ++y) {
    const filter = packed[y * (width + 1)];
    for (let x = 0; x < width; ++x) {
      const [left, up, corner] = [x > 0 ? out[y * width + x - 1] : 0, y > 0 ? out[(y - 1) * width + x] : 0, x > 0 && y > 0 ? out[(y - 1) * width + x - 1] : 0];
      const guess = left + up - corner;
      const nearest = [left, up, corner].reduce((best, each) => (Math.abs(guess - each) < Math.abs(guess - best) ? each : best));
      const added = [0, left, up, (left + up) >> 1, nearest][filter];
      out[y * width + x] = packed[y * (width + 1) + 1 + x] + added;
    }
  }
  return {width, height, grey: out};
}

// The same picture as a TIFF of 16 bits a pixel, at 500 ppi.
export function tiff16Of(png) {
  const {width, height, grey} = pixelsOf(png);
  const kEntries = [[256, 3, width], [257, 3, height], [258, 3, 16], [259, 3, 1], [262, 3, 1], [273, 4, 8], [277, 3, 1], [278, 3, height], [279, 4, grey.length * 2], [282, 5, 0], [283, 5, 0], [296, 3, 2]];
  const at = 8 + grey.length * 2;
  const out = Buffer.alloc(at + 2 + kEntries.length * 12 + 4 + 8);
  out.write('II*\0', 0, 'latin1');
  out.writeUInt32LE(at, 4);
  grey.forEach((value, i) => out.writeUInt16LE(value * 257, 8 + 2 * i));
  out.writeUInt16LE(kEntries.length, at);
  const resolution = out.length - 8;
  kEntries.forEach(([tag, type, value], i) => {
    const entry = at + 2 + 12 * i;
    out.writeUInt16LE(tag, entry);
    out.writeUInt16LE(type, entry + 2);
    out.writeUInt32LE(1, entry + 4);
    out.writeUInt32LE(type === 5 ? resolution : value, entry + 8);
  });
  out.writeUInt32LE(500, resolution);
  out.writeUInt32LE(1, resolution + 4);
  return out;
}

// The same PNG without the chunk that states its resolution.
export function withoutResolution(png) {
  const parts = [png.subarray(0, 8)];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const end = at + 12 + length;
    if (png.toString('latin1', at + 4, at + 8) !== 'pHYs') parts.push(png.subarray(at, end));
    at = end;
  }
  return Buffer.concat(parts);
}
