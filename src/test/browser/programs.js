/** The programs around the browser: our jar as processes, a target, and what speaks to them. Loopback only. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const LOOPBACK = '127.0.0.1';
const ROOT = path.resolve(import.meta.dirname, '../../..');
export const OUTPUT = path.join(ROOT, 'target/browser');
const LIMIT = 20_000; // milliseconds; for what takes a second
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

export async function freePort() {
  const probe = net.createServer().listen(0, LOOPBACK);
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
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

// --- our programs

let started = 0;

/** One process of the jar, with its output in a file. */
export class Program {
  constructor(...args) {
    this.log = path.join(OUTPUT, `${++started}-${args[0]}.log`);
    const out = openSync(this.log, 'w');
    const java = path.join(process.env.JAVA_HOME, 'bin/java');
    const environment = Object.entries(process.env).filter(([name]) => !/^LINKSOCKS_|proxy/i.test(name));
    this.process = spawn(java, ['-jar', path.join(ROOT, 'target/linksocks.jar'), ...args.map(String)],
      { stdio: ['ignore', out, out], env: Object.fromEntries(environment) });
    this.ended = once(this.process, 'exit');
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
  await once(server, 'listening');
  return server;
}

// --- what speaks to our programs

/** A connection through a SOCKS5 port, without waiting for more than that it was asked for. */
export async function socks(socksPort, host, port) {
  const socket = net.connect(socksPort, LOOPBACK).on('error', () => {});
  socket.write(Buffer.from([5, 1, 0]));
  await once(socket, 'data');
  const name = Buffer.from(host);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 0xff])]));
  socket.resume();
  return socket;
}

/** A provider that comes in and then says nothing: what it is asked to connect to stays open for a while. */
export async function silentProvider(port, token, userAgent) {
  const hash = createHash('sha256').update(token).digest('hex');
  const socket = net.connect(port, LOOPBACK).on('error', () => {});
  socket.write(`GET /socket?token=${hash}&reverse=true HTTP/1.1\r\nHost: ${LOOPBACK}:${port}\r\nUpgrade: websocket\r\n`
    + `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`
    + `User-Agent: ${userAgent}\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  if (!answer.toString('latin1').startsWith('HTTP/1.1 101 ')) {
    throw new Error(answer.toString('latin1'));
  }
  socket.resume();
  return socket;
}
