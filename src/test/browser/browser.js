/** Chromium as a person has it, who notices every error. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

import { LIMIT } from './programs.js';

/** Nothing but the page: no component, no update, nobody who is asked for anything. */
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
/** What the browser itself says about answers and connections that a test provokes. */
const EXPECTED = /^Failed to load resource: (the server responded with a status of (400|401|409|429|503)|net::ERR_)/;

export class Browser {
  static async open() {
    const browser = new Browser();
    browser.folder = mkdtempSync(path.join(tmpdir(), 'linksocks-browser-'));
    browser.context = await chromium.launchPersistentContext(browser.folder, {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: QUIET,
      permissions: ['clipboard-read', 'clipboard-write'],
      locale: 'en-GB',
      timezoneId: 'UTC',
      timeout: LIMIT,
    });
    browser.faults = [];
    browser.requests = [];
    await browser.context.addInitScript(() => {
      addEventListener('securitypolicyviolation',
        event => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
    });
    browser.context.on('request', request => browser.requests.push(request));
    return browser;
  }

  async page(options = {}) {
    const page = await this.context.newPage();
    page.setDefaultTimeout(LIMIT);
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text())) {
        this.faults.push(message.text());
      }
    });
    page.on('pageerror', error => this.faults.push(String(error)));
    page.on('dialog', dialog => {
      this.faults.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    await page.emulateMedia({
      colorScheme: options.dark ? 'dark' : 'light',
      reducedMotion: options.calm ? 'reduce' : null,
    });
    await page.setViewportSize({ width: options.width ?? 1280, height: options.height ?? 900 });
    return page;
  }

  async close() {
    await this.context.close();
    // Its helpers may still write there.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
