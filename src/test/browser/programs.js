/** The programs around the browser: our jar as processes, a target, and what speaks to them. Loopback only. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

export const LOOPBACK = '127.0.0.1';
const ROOT = path.resolve(import.meta.dirname, '../../..');
export const OUTPUT = path.join(ROOT, 'target/browser');
/** Milliseconds for what takes a moment: enough on a slow and busy machine, so that only what hangs takes longer. */
export const LIMIT = 90_000;
mkdirSync(OUTPUT, { recursive: true });

/** Returns the condition's first true value. */
export async function until(what, condition) {
  const end = Date.now() + LIMIT;
  for (;;) {
    const value = await condition();
    if (value) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`${what}: not within ${LIMIT / 1000} s`);
    }
    await pause(20);
  }
}

/** Reads until what is read is as wanted: equal to a value, or a text like a pattern. */
export async function becomes(read, wanted) {
  const end = Date.now() + LIMIT;
  for (;;) {
    const value = await read();
    if (wanted instanceof RegExp ? wanted.test(value) : isDeepStrictEqual(value, wanted)) {
      return;
    }
    if (Date.now() > end) {
      assert.fail(`still ${JSON.stringify(value)} and not ${wanted instanceof RegExp ? wanted : JSON.stringify(wanted)}`);
    }
    await pause(20);
  }
}

/** Ends what a test has opened, the newest first. */
export class Cleanup {
  #jobs = [];

  add(job) {
    this.#jobs.unshift(job);
  }

  async run() {
    for (const job of this.#jobs.splice(0)) {
      await job();
    }
  }
}

// --- ports

/** As in ../support/processes.py, whose scripts run beside this: whoever listens on the first port of a block owns it. */
const FIRST = 20_000;
const BLOCKS = 30;
const SIZE = 400;
let own = [];

/** A server on this port; null when it is taken. */
function listen(port) {
  const server = net.createServer().listen(port, LOOPBACK);
  return once(server, 'listening').then(() => server, () => null);
}

async function claimBlock() {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let index = 0; index < BLOCKS; index++) {
    const first = FIRST + SIZE * ((start + index) % BLOCKS);
    const claim = await listen(first);
    if (claim) {
      claim.unref();
      return Array.from({ length: SIZE - 1 }, (_, offset) => first + 1 + offset);
    }
  }
  throw new Error('all ports are taken');
}

/** A port that was free a moment ago, and is never returned again. */
export async function freePort() {
  for (;;) {
    own = own.length ? own : await claimBlock();
    const port = own.shift();
    const probe = await listen(port);
    if (probe) {
      probe.close();
      await once(probe, 'close');
      return port;
    }
  }
}

// --- our programs

let started = 0;

/** One process of the jar, with its output in a file. */
export class Program {
  static #running = new Set();

  constructor(...args) {
    this.log = path.join(OUTPUT, `${++started}-${args[0]}.log`);
    const out = openSync(this.log, 'w');
    const java = path.join(process.env.JAVA_HOME, 'bin/java');
    const environment = Object.entries(process.env).filter(([name]) => !/^LINKSOCKS_|proxy/i.test(name));
    this.process = spawn(java, ['-jar', path.join(ROOT, 'target/linksocks.jar'), ...args.map(String)],
      { stdio: ['ignore', out, out], env: Object.fromEntries(environment) });
    this.ended = once(this.process, 'exit').finally(() => Program.#running.delete(this));
    Program.#running.add(this);
  }

  /** What a test that failed has left behind would keep this process from ending. */
  static async stopAll() {
    await Promise.all([...Program.#running].map(program => program.stop()));
  }

  output() {
    return readFileSync(this.log, 'utf8');
  }

  async says(text) {
    await until(`"${text}" in ${this.log}`, () => {
      if (this.process.exitCode !== null) {
        throw new Error(`ended too early:\n${this.output()}`);
      }
      return this.output().includes(text);
    });
  }

  async stop() {
    this.process.kill('SIGTERM');
    await this.ended;
  }
}

// --- a target

/** Sends so many bytes per second to everybody, and takes whatever comes. */
export async function source(rate) {
  const server = net.createServer(socket => {
    const pieces = setInterval(() => socket.write(Buffer.alloc(rate() / 20)), 50);
    socket.on('close', () => clearInterval(pieces)).on('error', () => {}).resume();
  }).listen(0, LOOPBACK);
  server.unref();
  await once(server, 'listening');
  return server;
}

// --- what speaks to our programs

/** The first bytes of an answer; an error when the connection ends without. */
async function firstBytes(socket) {
  const ended = once(socket, 'close').then(() => Promise.reject(new Error('no answer')));
  const [answer] = await Promise.race([once(socket, 'data'), ended]);
  return answer;
}

/** A connection through a SOCKS5 port, without waiting for more than that it was asked for. */
export async function socks(socksPort, host, port) {
  const socket = net.connect(socksPort, LOOPBACK).on('error', () => {});
  socket.write(Buffer.from([5, 1, 0]));
  await firstBytes(socket);
  const name = Buffer.from(host);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 0xff])]));
  socket.resume();
  return socket;
}

const UNASKED_PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const ALIVE = 10_000; // milliseconds between its signs of life, less than the server waits for one

/** A provider that comes in and then only shows that it lives: what it is asked to connect to stays open for a while. */
export async function silentProvider(port, token, userAgent) {
  const hash = createHash('sha256').update(token).digest('hex');
  const socket = net.connect(port, LOOPBACK).on('error', () => {});
  socket.write(`GET /socket?token=${hash}&reverse=true HTTP/1.1\r\nHost: ${LOOPBACK}:${port}\r\nUpgrade: websocket\r\n`
    + `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`
    + `User-Agent: ${userAgent}\r\n\r\n`);
  const answer = await firstBytes(socket);
  if (!answer.toString('latin1').startsWith('HTTP/1.1 101 ')) {
    throw new Error(answer.toString('latin1'));
  }
  const signs = setInterval(() => socket.write(UNASKED_PONG), ALIVE);
  socket.on('close', () => clearInterval(signs)).resume().unref();
  return socket;
}
