/** The dashboard as a person uses it, click by click, with a real tunnel behind it. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

import { Browser } from './browser.js';
import { becomes, Cleanup, freePort, LOOPBACK, OUTPUT, Program, silentProvider, socks, source, until } from './programs.js';

const KEY = 'the key of this test';
const FORWARD = 'berlin-office-7f3a91';
const MARKUP = '<svg/onload=alert(1)>';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

prepareZXingModule({ overrides: {
  wasmBinary: readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')),
} });

const cleanup = new Cleanup();
let port;
let server;
let socksPort;
let target;
let browser;
let page;

async function startServer(key = KEY) {
  server = new Program('server', '-k', key, '-H', LOOPBACK, '-P', port);
  await server.says('WebSocket port open');
}

async function api(method, body) {
  const answer = await fetch(`http://${LOOPBACK}:${port}/api/token`,
    { method, headers: { 'X-API-Key': KEY }, body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.text());
}

const open = () => page.goto(`http://${LOOPBACK}:${port}/dashboard`);

async function logIn(key = KEY) {
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Log in' }).click();
}

async function enter(options) {
  page = await browser.page(options);
  await open();
  await logIn();
  await shown();
}

/** Waits for the first state that the page shows. It is live a moment before that. */
async function shown() {
  await page.getByText('Live', { exact: true }).waitFor();
  await there(page.locator('#totals > div'));
}

const row = (table, text) => page.locator(`#${table} tbody tr`).filter({ hasText: text });
/** Waits until something matches, however much that is. */
const there = locator => locator.first().waitFor();
/** Waits until nothing matches, however much did before. */
const gone = locator => locator.first().waitFor({ state: 'detached' });
const cell = (table, text, title) => row(table, text).locator(`td[data-title="${title}"]`).first().innerText();
const tile = title => page.locator('#totals > div').filter({ hasText: title }).locator('dd').first().innerText();
const shot = name => page.screenshot({ path: path.join(OUTPUT, `${name}.png`), fullPage: true });
const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());

before(async () => {
  port = await freePort();
  await startServer();
  cleanup.add(() => server.stop());
  await api('POST', { type: 'forward', token: FORWARD });
  target = await source(() => 400_000);
  cleanup.add(() => target.close());
  socksPort = await freePort();
  const client = new Program('client', '-t', FORWARD, '-u', `ws://${LOOPBACK}:${port}`, '-p', socksPort);
  cleanup.add(() => client.stop());
  await client.says('SOCKS5 port open');
  const carried = await socks(socksPort, 'localhost', target.address().port);
  cleanup.add(() => carried.destroy());
  browser = await Browser.open();
  cleanup.add(() => browser.close());
});

after(async () => {
  await cleanup.run();
  await Program.stopAll();
});

afterEach(async () => {
  await page?.close();
  assert.deepEqual(browser.faults.splice(0), []);
  for (const request of browser.requests.splice(0)) {
    const url = new URL(request.url());
    assert.equal(url.host, `${LOOPBACK}:${port}`);
    assert.ok(!request.url().includes('key%20of') && !request.url().includes(FORWARD), request.url());
  }
});

test('the right key opens, a wrong one does not, and none is kept', async () => {
  page = await browser.page();
  await open();
  await becomes(focused, 'key');
  await shot('login');
  await logIn('another key');
  await page.getByRole('alert').getByText('Wrong API key.').waitFor();
  await logIn('schlüssel');
  await page.getByRole('alert').getByText('only ASCII letters, digits, spaces and punctuation').waitFor();
  await logIn();
  await shown();
  assert.ok(!await page.getByLabel('API key').isVisible());
  const kept = await page.evaluate(() => [localStorage.length, Object.keys(sessionStorage), document.cookie]);
  assert.deepEqual(kept, [0, ['linksocks-session'], '']);
  assert.match(await page.evaluate(() => sessionStorage['linksocks-session']), /^[0-9a-f]{32}$/);
  assert.equal(await page.getByLabel('API key').inputValue(), '');
});

test('a log-in survives a reload, and ends with log-out, in its tab alone', async () => {
  await enter();
  const cookies = async () => (await browser.context.cookies()).filter(cookie => cookie.value);
  const [cookie, ...others] = await cookies();
  assert.deepEqual(others, []);
  assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path, cookie.expires], [true, 'Strict', '/api', -1]);
  await page.reload();
  await shown();
  assert.ok(browser.requests.at(-1).headers()['x-api-key'] === undefined);
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByRole('dialog', { name: 'New token' }).getByLabel('Token', { exact: true }).fill('made-after-a-reload');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await there(row('tokens', 'made…'));
  await api('DELETE', { token: 'made-after-a-reload' });

  const first = page;
  page = await browser.page();
  await open();
  await page.getByLabel('API key').waitFor();
  await page.close();
  page = first;

  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('API key').waitFor();
  await until('no cookie', async () => (await cookies()).length === 0);
  await page.reload();
  await page.getByLabel('API key').waitFor();
  const answer = await fetch(`http://${LOOPBACK}:${port}/api/status`,
    { headers: { Cookie: `${cookie.name}=${cookie.value}` } });
  assert.equal(answer.status, 401);
});

test('a page of another port can do nothing with a log-in', async () => {
  const elsewhere = http.createServer((_, response) => response.end('<title>elsewhere</title>')).listen(0, LOOPBACK);
  await once(elsewhere, 'listening');
  await enter();
  const attacker = await browser.context.newPage();
  await attacker.goto(`http://${LOOPBACK}:${elsewhere.address().port}/`);
  const attempts = await attacker.evaluate(async url => {
    const body = '{"type":"forward","token":"made-elsewhere"}';
    const attempt = options => fetch(url, { method: 'POST', body, credentials: 'include', ...options })
      .then(answer => answer.type, () => 'refused');
    return [await attempt({ mode: 'no-cors' }), await attempt({ headers: { 'LinkSocks-Session': 'guess' } })];
  }, `http://${LOOPBACK}:${port}/api/token`);
  assert.deepEqual(attempts, ['opaque', 'refused']);
  await attacker.close();
  elsewhere.close();
  const answer = await fetch(`http://${LOOPBACK}:${port}/api/status`, { headers: { 'X-API-Key': KEY } });
  assert.ok(!(await answer.text()).includes('made-elsewhere'));
  browser.requests.length = 0;
});

test('numbers change while a tunnel carries data', async () => {
  await enter();
  const carried = `localhost:${target.address().port}`;
  await there(row('channels', carried));
  assert.equal(await cell('channels', carried, 'Protocol'), 'TCP');
  const client = title => cell('clients', 'berl…', title);
  await becomes(async () => await client('Address') === await cell('channels', carried, 'Client'), true);
  assert.equal(await client('Role'), 'client');
  assert.match(await client('Version'), /^linksocks-java\/\d/);
  assert.equal(await client('Extensions'), 'resume flow fin fair leave');
  await becomes(() => client('Round trip'), /^\d+(\.\d)? ms$/);
  await until('its resumes', async () => {
    const answer = await fetch(`http://${LOOPBACK}:${port}/api/clients`, { headers: { 'X-API-Key': KEY } });
    return await client('Resumes') === String((await answer.json()).clients[0].resumes);
  });
  await becomes(() => tile('Clients'), '1');
  const numbers = async () => [await tile('To clients'), await cell('channels', carried, 'To client'),
    await cell('channels', carried, 'Age')];
  const first = await numbers();
  await until('other numbers', async () => (await numbers()).every((text, index) => text !== first[index]));
  await until('a rate', async () => /^[1-9].* [KM]iB\/s$/.test(await page.locator('#rate-out').innerText()));
  await page.locator('#chart polyline.out').first().waitFor({ state: 'attached' });
  await becomes(async () => (await page.locator('#chart text').allTextContents()).slice(-6),
    ['now', '−1 min', '−2 min', '−3 min', '−4 min', '−5 min']);
});

test('sizes and the scale of the chart have units of 1024', async () => {
  await enter();
  const [texts, steps] = await page.evaluate(async () => {
    const { bytes } = await import('/dashboard/format.js');
    const { niceStep } = await import('/dashboard/chart.js');
    return [[1023, 1024, 1_234_567, 1_048_063, 1_048_064, 2 ** 40].map(bytes), [1024, 5120, 5121, 3e6].map(niceStep)];
  });
  assert.deepEqual(texts, ['1023 B', '1.00 KiB', '1.18 MiB', '1023 KiB', '1.00 MiB', '1.00 TiB']);
  assert.deepEqual(steps, [256, 1024, 2048, 2 ** 20]);
});

test('round trips of the last minutes are a line', async () => {
  await enter();
  await there(row('clients', 'berl…'));
  await page.evaluate(async () => {
    const roundTrips = await import('/dashboard/roundtrips.js');
    const known = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [index, [20, 0, 5.5, 30]]));
    roundTrips.begin({ second: 1e9, round_trips: known });
  });
  const line = row('clients', 'berl…').getByRole('img', { name: 'Last ten minutes: 5.5 ms to 30 ms' });
  await line.waitFor();
  assert.equal((await line.locator('polyline').getAttribute('points')).split(' ').length, 3);
});

test('a picture shows who reaches whom through whom', async () => {
  await enter();
  const texts = kind => page.locator(`#paths .${kind} text`).allTextContents();
  await becomes(async () => [await texts('from'), await texts('through'), await texts('to')],
    [['berl…', '1 client, 1 channel'], ['This server', '1 channel'], ['localhost', '1 channel']]);
  await becomes(() => page.locator('#paths path.used').count(), 2);
  const paths = await page.evaluate(async () => {
    const { findPaths } = await import('/dashboard/paths.js');
    return findPaths({
      tokens: [
        { type: 'reverse', name: 'lab', port: 1080, clients: 1 },
        { type: 'connector', label: 'phon…', clients: 2 },
        { type: 'forward', label: 'idle…', clients: 0 },
      ],
      clients: [
        { id: 1, role: 'provider', token_name: 'lab', token: 'x…' },
        { id: 2, role: 'connector', token: 'phon…' },
      ],
      channels: [
        { id: 'x', client: 1, target: '[2001:db8::1]:22', connector_channel: 'a' },
        { id: 'a', client: 2, target: '[2001:db8::1]:22' },
        { id: 'b', client: 1, target: 'files.example:443' }, { id: 'c', client: 2, target: null },
      ],
    });
  });
  assert.deepEqual(paths.map(({ from, through, to, channels }) => [from, through, to, channels]), [
    ['SOCKS port 1080', 'lab', null, 0],
    ['phon…', 'lab', null, 0],
    ['phon…', 'lab', '[2001:db8::1]', 1],
    ['SOCKS port 1080', 'lab', 'files.example', 1],
    ['phon…', 'Another server, or waiting', 'datagrams', 1],
  ]);
});

test('the picture folds many tokens and hosts', async () => {
  await enter();
  const texts = await page.evaluate(async () => {
    const { Paths } = await import('/dashboard/paths.js');
    const root = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    root.classList.add('paths');
    document.body.append(root);
    const all = Array.from({ length: 500 }, (_, id) => id);
    new Paths(root, document.createElement('p'), document.createElement('p')).show({
      tokens: all.map(id => ({ type: 'forward', label: `token ${id}`, clients: 1 })),
      clients: all.map(id => ({ id, role: 'client', token: `token ${id}` })),
      channels: all.map(id => ({ id: String(id), client: id, target: `host-${id % 20}:80` })),
    });
    return [...root.querySelectorAll('.from, .to')].map(node => [...node.querySelectorAll('text')].map(text => text.textContent));
  });
  assert.equal(texts.length, 16);
  assert.deepEqual(texts[7], ['493 more', '493 channels']);
  assert.deepEqual(texts[15], ['13 more', '325 channels']);
});

test('channels are found by their target', async () => {
  await enter();
  await there(row('channels', 'localhost'));
  await page.getByLabel('Search channels').fill('LOCALHOST');
  await becomes(() => row('channels', 'localhost').count(), 1);
  await page.getByLabel('Search channels').fill('elsewhere');
  await page.getByText('No channels match the search.').waitFor();
  await gone(row('channels', 'localhost'));
});

async function create(type, fields) {
  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog', { name: 'New token' });
  await dialog.getByRole('radio', { name: new RegExp(`^${type}`) }).check();
  for (const [label, value] of Object.entries(fields)) {
    await dialog.getByLabel(label, { exact: true }).fill(value);
  }
  return dialog;
}

/** What is in the clipboard once it looks like this. */
async function copied(pattern) {
  const text = await page.waitForFunction(async expected => {
    const content = await navigator.clipboard.readText();
    return new RegExp(expected).test(content) && content;
  }, pattern);
  return text.jsonValue();
}

test('tokens of each type are made, copied and deleted', async () => {
  await enter();
  await there(row('tokens', 'berl…'));
  let dialog = await create('Forward', { Token: FORWARD });
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByRole('alert').getByText('token already exists').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  dialog = await create('Forward', {});
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'Token created' }).waitFor();
  await shot('created');
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  const command = await copied(`^LINKSOCKS_TOKEN=[0-9a-f]{32} linksocks client -u ws://${LOOPBACK}:${port}$`);
  await page.getByRole('button', { name: 'Copy token', exact: true }).click();
  const made = await copied('^[0-9a-f]{32}$');
  assert.ok(command.includes(made));
  await page.getByRole('button', { name: 'Done' }).click();
  await there(row('tokens', `${made.slice(0, 4)}…`));

  const reversePort = await freePort();
  dialog = await create('Reverse',
    { Token: 'home-lab-provider', 'SOCKS port': String(reversePort), 'User name': 'u', Password: 'p' });
  await shot('create');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await becomes(() => cell('tokens', 'home…', 'SOCKS port'), String(reversePort));

  dialog = await create('Connector', { Token: `it's a trap` });
  assert.ok(!await dialog.locator('[name=port]').isVisible());
  await dialog.getByRole('combobox').selectOption({ label: `home… (port ${reversePort})` });
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'Token created' }).waitFor();
  await becomes(() => page.getByLabel('Snippet', { exact: true }).innerText(), /^LINKSOCKS_TOKEN='it'\\''s a trap' linksocks connector /);
  await page.getByRole('button', { name: 'Done' }).click();
  await there(row('tokens', /^it…/));

  dialog = await create('Reverse', { Token: 'autonomous' });
  await dialog.getByLabel('Providers manage').check();
  assert.ok(await dialog.locator('[name=port]').isDisabled());
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await becomes(() => cell('tokens', 'au…', 'SOCKS port'), '–');

  await page.getByRole('button', { name: 'Copy token home…' }).click();
  await copied('^home-lab-provider$');
  await page.getByRole('button', { name: 'Delete token home…' }).click();
  dialog = page.getByRole('alertdialog', { name: 'Delete token?' });
  await dialog.getByText('no client uses it. Its SOCKS port is closed and its connector tokens are deleted.').waitFor();
  await shot('delete');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await becomes(() => row('tokens', 'home…').count(), 1);
  await page.getByRole('button', { name: 'Delete token home…' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await gone(row('tokens', 'home…'));
  await gone(row('tokens', /^it…/));
  await becomes(() => row('tokens', 'au…').count(), 1);
  await there(page.locator('#events').getByText('reverse token home… removed'));
});

test('a token comes with snippets to copy', async () => {
  const token = `it's "$5"`;
  const url = `ws://${LOOPBACK}:${port}`;
  await api('POST', { type: 'forward', token });
  await enter();
  await page.getByRole('button', { name: 'Use token it…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Use token it…' });
  const snippet = async format => {
    await dialog.getByLabel('Format').selectOption(format);
    await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
    const text = await dialog.getByLabel('Snippet', { exact: true }).innerText();
    await until('the snippet in the clipboard', async () =>
      await page.evaluate(() => navigator.clipboard.readText()) === text);
    await gone(dialog.getByRole('button', { name: 'Copied' }));
    const picture = await dialog.getByRole('img', { name: 'QR code of the snippet' }).screenshot();
    assert.deepEqual((await readBarcodes(picture)).map(code => code.text), [text]);
    return text;
  };
  const program = `linksocks() { printf '%s;' "$LINKSOCKS_TOKEN" "$@"; }\n`;
  assert.equal(execFileSync('sh', ['-c', program + await snippet('Command')], { encoding: 'utf8' }),
    `${token};client;-u;${url};`);
  assert.equal(await snippet('PowerShell'), `$env:LINKSOCKS_TOKEN = 'it''s "$5"'\nlinksocks client -u ${url}`);
  const compose = await snippet('Docker Compose');
  await shot('snippet');
  assert.ok(compose.includes(String.raw`LINKSOCKS_TOKEN: "it's \"$$5\""`), compose);
  assert.ok(compose.includes(`LINKSOCKS_MODE: client\n`) && compose.includes(`LINKSOCKS_URL: "${url}"\n`), compose);
  const file = path.join(OUTPUT, 'tunnels.json');
  writeFileSync(file, await snippet('Config file'), { mode: 0o600 });
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8').replace(/^\/\/.*/, '')),
    { clients: { example: { url, token, 'socks-port': 9870 } } });
  const check = new Program('run', '--check', file);
  await check.ended;
  assert.match(check.output(), /tunnels\.json is valid: clients\.example\n$/);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await until('the page to forget the token', async () => !(await page.content()).includes('$5'));
  await api('DELETE', { token });
});

test('QR codes of all sizes can be read', async () => {
  await enter();
  const draw = length => page.evaluate(async count => {
    const { qrCode } = await import('/dashboard/qr.js');
    const text = Array.from({ length: count }, (_, index) => String.fromCharCode(33 + (index * 7 + count) % 90)).join('');
    return [text, qrCode(text)];
  }, length);
  for (let length = 1; length <= 1273; length += 106) {
    const [text, rows] = await draw(length);
    const width = 4 * (rows.length + 8);
    const data = new Uint8ClampedArray(4 * width * width).fill(255);
    for (let pixel = 0; pixel < width * width; pixel++) {
      if (rows[Math.floor(pixel / width / 4) - 4]?.[Math.floor(pixel % width / 4) - 4]) {
        data.fill(0, 4 * pixel, 4 * pixel + 3);
      }
    }
    assert.deepEqual((await readBarcodes({ data, width, height: width })).map(code => code.text), [text]);
  }
  assert.equal((await draw(1274))[1], null);
});

test('a token gets a name and limits, and is disabled', async () => {
  const token = 'zürich-0123456789';
  await api('POST', { type: 'forward', token, quota: 1.5 * 1024 ** 3, rate_up: 1_234_567 });
  await enter();
  await page.getByRole('button', { name: 'Edit token züri…' }).click();
  let dialog = page.getByRole('dialog', { name: 'Edit token züri…' });
  await dialog.getByText('Last 90 days, at most 0 B a day').waitFor();
  assert.equal(await dialog.getByLabel('Quota, GiB').inputValue(), '1.5');
  assert.ok(!await dialog.getByLabel('Providers share connections').isVisible());
  await dialog.getByLabel('Name').fill(`Ann's laptop`);
  await dialog.getByLabel('Last day').fill('2099-12-31');
  await dialog.getByLabel('To clients, KiB/s').fill('250');
  await dialog.getByLabel('Quota period').selectOption('day');
  await dialog.getByLabel('Clients', { exact: true }).fill('2');
  await dialog.getByLabel('Addresses of clients').fill('10.0.0.0/33');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').getByText('Addresses of clients: "10.0.0.0/33" is no address').waitFor();
  await dialog.getByLabel('Addresses of clients').fill('10.0.0.0/8, 127.0.0.1');
  await shot('edit');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await there(row('tokens', `Ann's laptop`));
  const answer = await fetch(`http://${LOOPBACK}:${port}/api/status`, { headers: { 'X-API-Key': KEY } });
  const { name, expires, rate_up: up, rate_down: down, quota, quota_period: period, max_clients: most, sources } =
    (await answer.json()).tokens.find(other => other.token === token);
  assert.deepEqual({ name, expires, up, down, quota, period, most, sources }, { name: `Ann's laptop`,
    expires: '2100-01-01T00:00:00Z', up: 1_234_567, down: 250 * 1024, quota: 1.5 * 1024 ** 3, period: 'day', most: 2,
    sources: ['10.0.0.0/8', '127.0.0.1'] });

  await page.getByLabel('Search tokens').fill('laptop');
  await becomes(() => page.locator('#tokens tbody tr').count(), 1);
  await page.getByRole('button', { name: `Edit token Ann's laptop` }).click();
  dialog = page.getByRole('dialog', { name: `Edit token Ann's laptop` });
  assert.equal(await dialog.getByLabel('Last day').inputValue(), '2099-12-31');
  await dialog.getByLabel('Disabled').check();
  await dialog.getByLabel('Addresses of clients').fill('');
  await page.setViewportSize({ width: 360, height: 780 });
  await audit('edit');
  await shot('edit-phone');
  await page.setViewportSize({ width: 1280, height: 900 });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await there(row('tokens', `Ann's laptop`).getByText('disabled'));
  await page.getByRole('button', { name: `Delete token Ann's laptop` }).click();
  dialog = page.getByRole('alertdialog', { name: 'Delete token?' });
  await dialog.getByText(`Ann's laptop (forward): no client uses it.`).waitFor();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await gone(row('tokens', `Ann's laptop`));
});

test('the traffic of a token is shown day by day', async () => {
  await enter();
  const dialog = page.getByRole('dialog', { name: 'Edit token berl…' });
  await until('traffic', async () => {
    await page.getByRole('button', { name: 'Edit token berl…' }).click();
    await dialog.getByText('Last 90 days').waitFor();
    const texts = [await dialog.locator('#days-sums dd').last().innerText(),
      await dialog.locator('#days title').last().textContent()];
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    return texts.every(text => /(^|, to clients )[1-9].* [KMG]iB$/.test(text));
  });
});

test('the page says which changes do not last', async () => {
  const token = 'given-on-the-command-line';
  await api('POST', { type: 'forward', token });
  await enter();
  await page.route('**/api/token', async route => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...await answer.json(), note: 'until the restart: so the API says' } });
  });
  const notice = text => page.getByRole('status').getByText(`${text} until the restart: so the API says.`);
  await page.getByRole('button', { name: 'Edit token give…' }).click();
  await page.getByRole('dialog', { name: 'Edit token give…' }).getByLabel('Name').fill('Carol');
  await page.getByRole('button', { name: 'Save' }).click();
  await notice('Changed').waitFor();
  await page.getByRole('button', { name: 'OK', exact: true }).click();
  await page.getByRole('button', { name: 'Delete token Carol' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await notice('Deleted').waitFor();
  await audit('notice');
});

test('a channel is closed and a client disconnected', async () => {
  const token = 'to-be-disconnected';
  await api('POST', { type: 'forward', token, name: 'Bob' });
  const own = await freePort();
  const client = new Program('client', '-t', token, '-u', `ws://${LOOPBACK}:${port}`, '-p', own);
  await client.says('SOCKS5 port open');
  const destination = await source(() => 1000);
  const carried = await socks(own, 'localhost', destination.address().port);
  const closed = new Promise(resolve => carried.on('close', resolve));
  await enter();
  const target = `localhost:${destination.address().port}`;
  await there(row('clients', 'Bob'));
  await page.getByRole('button', { name: `Close channel to ${target}` }).press('Enter');
  await gone(row('channels', target));
  await becomes(focused, 'channels-summary');
  await closed;
  await row('clients', 'Bob').getByRole('button', { name: 'Disconnect' }).first().click();
  await there(page.locator('#events').getByText('left: closed by the operator of the server'));
  await client.says('ended: closed by the operator of the server');
  await there(row('clients', 'Bob'));
  await client.stop();
  destination.close();
  await api('DELETE', { token });
});

test('access rules are added, changed and removed', async () => {
  const dial = async () => {
    const answer = await fetch(`http://${LOOPBACK}:${port}/api/config/access`, { headers: { 'X-API-Key': KEY } });
    return (await answer.json()).dial;
  };
  await enter();
  const dialog = page.getByRole('dialog', { name: 'Access rules' });
  const open = () => page.getByRole('button', { name: 'Access rules…' }).click();
  const save = () => dialog.getByRole('button', { name: 'Save' }).click();
  const fails = async text => {
    await save();
    await dialog.getByRole('alert').getByText(text).waitFor();
  };
  const rules = dialog.getByRole('group', { name: 'Through the server' });
  await open();
  await rules.getByRole('button', { name: 'Add rule' }).click();
  await fails('would allow everything');
  await rules.getByLabel('Ports').fill('ssh');
  await fails('"ssh" is not a port or a range of ports such as 8000-8100.');
  await rules.getByLabel('Ports').fill('22, 8000-8100');
  await rules.getByLabel('Addresses').fill('nowhere');
  await fails('Through the server: ');
  assert.deepEqual(await dial(), []);
  await rules.getByLabel('Addresses').fill('192.0.2.0/24 2001:db8::1');
  await shot('rules');
  await save();
  await dialog.waitFor({ state: 'hidden' });
  assert.deepEqual(await dial(), [{ addrs: ['192.0.2.0/24', '2001:db8::1'], ports: [22, [8000, 8100]] }]);
  await open();
  await becomes(() => rules.getByLabel('Addresses').inputValue(), '192.0.2.0/24, 2001:db8::1');
  await becomes(() => rules.getByLabel('Ports').inputValue(), '22, 8000-8100');
  await page.setViewportSize({ width: 360, height: 780 });
  await audit('rules');
  await shot('rules-phone');
  await rules.getByRole('button', { name: 'Remove' }).click();
  await save();
  await dialog.waitFor({ state: 'hidden' });
  assert.deepEqual(await dial(), []);
});

test('errors of forms are in the words of the page', async () => {
  await enter();
  const fails = async (type, fields, text) => {
    const dialog = await create(type, fields);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByRole('alert').getByText(text, { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  };
  await fails('Connector', {}, 'A connector token needs a reverse token with a SOCKS port. Create that first.');
  await fails('Reverse', { 'User name': 'u' }, 'Enter both user name and password, or neither.');
  await fails('Reverse', { 'SOCKS port': String(port) },
    `Port ${port} is already in use by this server. Choose another SOCKS port.`);
});

test('all of it works with the keyboard', async () => {
  page = await browser.page();
  await open();
  await becomes(focused, 'key');
  await page.keyboard.type(KEY);
  await page.keyboard.press('Enter');
  await shown();
  await there(page.locator('#events li'));
  await page.locator('#tokens-search').evaluate((search, text) => {
    search.value = text;
    search.oninput();
  }, FORWARD);
  await there(row('tokens', 'berl…'));
  await becomes(() => page.locator('#tokens tbody tr').count(), 1);
  const order = [];
  do {
    await page.keyboard.press('Tab');
    order.push(await focused());
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(outline, 'none', order.at(-1));
  } while (order.at(-1) !== 'events');
  assert.deepEqual(order, ['logout', 'chart', 'paths-summary',
    'clients-summary', 'clients-search', 'Address', 'Role', 'Token', 'Version', 'Round trip', 'Resumes',
    'Channels', 'From client', 'To client', 'Connected', 'Disconnect',
    'tokens-summary', 'tokens-search', 'edit-rules', 'new-token', 'Token', 'Type', 'SOCKS port', 'Clients', 'Channels',
    'Today', 'Show', 'Use…', 'Copy', 'Edit…', 'Delete…',
    'channels-summary', 'channels-search', 'Target', 'Protocol', 'Client', 'From client', 'To client', 'Age', 'Idle',
    'Close', 'events-summary', 'events']);
  await page.locator('#new-token').focus();

  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await becomes(() => page.getByRole('radio', { name: /^Reverse/ }).isChecked(), true);
  await page.keyboard.press('Escape');
  await page.locator('#create').waitFor({ state: 'hidden' });
  await becomes(focused, 'new-token');

  await page.locator('#chart').focus();
  await page.locator('#chart polyline.in').first().waitFor({ state: 'attached' });
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await becomes(() => page.locator('#moment').innerText(), '2 s ago');
  await becomes(() => page.locator('#chart').getAttribute('aria-valuetext'),
    /^2 s ago: from clients .*, to clients .*\/s$/);
  await page.keyboard.press('End');
  await becomes(() => page.locator('#moment').innerText(), 'now');

  const button = page.getByRole('button', { name: 'Delete token berl…' });
  await button.focus();
  await page.keyboard.press('Enter');
  await becomes(focused, 'Cancel');
  await page.keyboard.press('Enter');
  await becomes(() => button.evaluate(element => element === document.activeElement), true);
});

test('what strangers send is text and nothing else', async () => {
  const reversePort = await freePort();
  await api('POST', { type: 'reverse', token: MARKUP, port: reversePort });
  const provider = await silentProvider(port, MARKUP, MARKUP);
  await enter();
  await becomes(() => cell('clients', MARKUP, 'Extensions'), 'none');
  const connection = await until('the SOCKS port', () => socks(reversePort, MARKUP, 80).catch(() => null));
  await there(row('channels', `${MARKUP}:80`));
  for (const text of [`SOCKS port ${reversePort}`, '<svg…', MARKUP]) {
    await there(page.locator('#paths text', { hasText: text }));
  }
  await row('tokens', '<svg…').getByRole('button', { name: 'Show' }).click();
  await becomes(async () => (await cell('tokens', MARKUP, 'Token')).startsWith(MARKUP), true);
  assert.equal(await page.locator('#app td svg:not(.spark), #app li svg').count(), 0);
  await shot('markup');
  connection.destroy();
  provider.destroy();
  await api('DELETE', { token: MARKUP });
  await gone(row('clients', MARKUP));
});

const CROWD = 500;

/** Providers with the User-Agents crowd-0 to crowd-499. */
async function crowd() {
  const token = 'the-token-of-a-crowd';
  await api('POST', { type: 'reverse', token, port: await freePort() });
  const sockets = [];
  for (let i = 0; i < CROWD; i++) {
    sockets.push(await silentProvider(port, token, `crowd-${i}`));
  }
  return async () => {
    sockets.forEach(socket => socket.destroy());
    await api('DELETE', { token });
  };
}

test('five hundred clients are searched, sorted, paged and folded, also on a phone', async () => {
  const leave = await crowd();
  await enter();
  const rows = page.locator('#clients tbody tr');
  const first = () => rows.first().locator('td[data-title="Version"]').innerText();
  const range = text => page.locator('#clients-tools').getByText(text, { exact: true }).waitFor();
  await range('1–25 of 501');
  await becomes(() => rows.count(), 25);
  await becomes(first, /^linksocks-java/);
  await page.getByRole('button', { name: 'Next page of clients' }).click();
  await range('26–50 of 501');
  const version = page.locator('#clients').getByRole('button', { name: 'Version' });
  const header = page.locator('#clients').getByRole('columnheader', { name: 'Version' });
  await version.click();
  await range('1–25 of 501');
  const order = () => header.getAttribute('aria-sort');
  await becomes(order, 'ascending');
  await becomes(first, 'crowd-0');
  await version.click();
  await becomes(order, 'descending');
  await becomes(first, /^linksocks-java/);
  await version.click();
  await becomes(order, null);
  await page.getByLabel('Search clients').fill('crowd-49');
  await becomes(() => rows.count(), 11);
  await page.getByRole('button', { name: 'Next page of clients' }).waitFor({ state: 'hidden' });
  await page.getByLabel('Search clients').fill('');
  await shot('crowd');
  const edge = list => page.locator(`#${list}`).evaluate(table => {
    const { top, left, right } = table.closest('section').getBoundingClientRect();
    return { top, left, right };
  });
  for (const [width, height] of [[2560, 1440], [3840, 2160]]) {
    await page.setViewportSize({ width, height });
    await becomes(async () => (await edge('clients')).top === (await edge('channels')).top, true);
    const used = (await edge('channels')).right - (await edge('clients')).left;
    assert.ok(used > 0.8 * width, `${used} of ${width}`);
    await shot(`crowd-${width}`);
  }

  await page.setViewportSize({ width: 360, height: 780 });
  await range('1–10 of 501');
  await becomes(() => page.evaluate(() => document.documentElement.scrollHeight < 10_000), true);
  await shot('crowd-phone');
  await page.getByLabel('Sort clients by').selectOption('Version');
  await becomes(first, 'crowd-0');
  await page.getByRole('button', { name: 'Reverse the order of clients' }).click();
  await becomes(first, /^linksocks-java/);
  await page.locator('#clients-summary').click();
  await becomes(() => rows.first().isVisible(), false);
  await leave();
  await becomes(() => page.locator('#clients-note').innerText(), '1');
});

test('a long token is shown whole without widening the page', async () => {
  const token = 'w'.repeat(255);
  await api('POST', { type: 'forward', token });
  for (const width of [1280, 360]) {
    await enter({ width });
    await row('tokens', 'wwww…').getByRole('button', { name: 'Show' }).click();
    await becomes(async () => (await cell('tokens', token, 'Token')).startsWith(token), true);
    await there(row('tokens', token).getByRole('button', { name: 'Delete' }));
    const table = page.locator('#tokens');
    await becomes(() => table.evaluate(element => element.scrollWidth <= element.closest('section').clientWidth), true);
    await becomes(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    await page.close();
  }
  await api('DELETE', { token });
});

test('tables fit into windows of all widths', async () => {
  await enter();
  await there(row('channels', 'localhost'));
  for (const width of [360, 768, 935, 1024, 1280, 1600, 2260]) {
    await page.setViewportSize({ width, height: 900 });
    await becomes(() => page.evaluate(() => [innerWidth, Math.max(0, document.documentElement.scrollWidth - innerWidth,
      ...[...document.querySelectorAll('table')].map(table => table.scrollWidth - table.parentElement.clientWidth))]),
    [width, 0]);
  }
});

for (const [list, found, member] of [['clients', 'berl…', 'version'], ['tokens', 'berl…', 'type'],
  ['channels', 'localhost', 'protocol']]) {
  test(`all ${list} are listed, also those that the server has not sent`, async () => {
    page = await browser.page();
    await page.route('**/api/live', async route => {
      const answer = await fetch(route.request().url(), { headers: { 'X-API-Key': KEY } });
      let text = '';
      for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
        text += piece;
        if (/event: snapshot\n.*\n\n/.test(text)) {
          break;
        }
      }
      const [history, snapshot] = text.split('\n\n').slice(0, 2).map(event => JSON.parse(event.replace(/^.*\ndata: /, '')));
      snapshot.totals[list] = 1001;
      snapshot[list].forEach(item => Object.assign(item, { [member]: 'sent' }));
      await route.fulfill({ contentType: 'text/event-stream', body:
        `event: history\ndata: ${JSON.stringify(history)}\n\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n` });
    });
    await open();
    await logIn();
    await page.locator(`#${list}-note`).getByText('1,001').waitFor();
    await gone(row(list, 'sent'));
    await there(row(list, found));
    await page.getByLabel(`Search ${list}`).fill('elsewhere');
    await page.getByText(`No ${list} match the search.`).waitFor();
    await page.getByLabel(`Search ${list}`).fill(found.slice(0, 4).toUpperCase());
    await there(row(list, found));
  });
}

async function audit(what) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
  assert.deepEqual(violations.map(found => `${found.id}: ${found.nodes.map(node => node.html).join(' ')}`), [], what);
}

for (const [name, options] of [['light', {}], ['dark', { dark: true }], ['phone', { width: 360, height: 780 }]]) {
  test(`is readable for everybody: ${name}`, async () => {
    page = await browser.page({ ...options, calm: true });
    await open();
    await audit('log-in');
    await logIn();
    await there(row('channels', 'localhost'));
    await there(page.locator('#events li'));
    await audit('page');
    await becomes(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    const [red] = (await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).match(/\d+/g);
    assert.equal(red < 128, Boolean(options.dark));
    assert.equal(await page.locator('#app main').evaluate(main => getComputedStyle(main).transitionDuration), '0s');
    await shot(name);
    await page.getByRole('button', { name: 'New token' }).click();
    await audit('making');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Use token berl…' }).click();
    await audit('using');
    await shot(`${name}-use`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Delete token berl…' }).click();
    await audit('deleting');
  });
}

test('log-out forgets all, and the stream ends', async () => {
  await enter();
  await there(row('channels', 'localhost'));
  const stream = browser.requests.find(request => request.url().endsWith('/api/live'));
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('API key').waitFor();
  await becomes(focused, 'key');
  await until('end of the stream', () => stream.failure()?.errorText.includes('ABORTED'));
  assert.ok(!(await page.content()).includes('localhost:') && !(await page.content()).includes('berl'));
  await logIn();
  await there(row('channels', 'localhost'));
});

test('the page outlives the server, and asks again when the key has changed', async () => {
  await enter();
  await server.stop();
  await page.getByRole('status').getByText('Connection lost').waitFor();
  await page.getByRole('button', { name: 'Disconnect' }).first().click();
  await page.getByRole('status').getByText('The server does not respond.').waitFor();
  await shot('lost');
  await page.getByRole('button', { name: 'OK', exact: true }).click();
  await startServer();
  await page.getByRole('status').getByText('Live').waitFor();
  await page.getByText('There are no tokens').waitFor();
  await page.getByLabel('Search tokens').waitFor({ state: 'hidden' });
  await shot('empty');
  await server.stop();
  await startServer('a new key');
  await page.getByRole('alert').getByText('Wrong API key.').waitFor();
  await becomes(() => page.locator('#login').evaluate(card => getComputedStyle(card).opacity), '1');
  await shot('login-after-restart');
});

test('who guesses is told when to come back', async () => {
  page = await browser.page();
  await open();
  const alert = page.getByRole('alert');
  let guesses = 0;
  const guess = () => fetch(`http://${LOOPBACK}:${port}/api/status`, { headers: { 'X-API-Key': `guess ${guesses++}` } });
  await until('a limit', async () => {
    // Enough of them in a minute, however long the page takes for one.
    await Promise.all(Array.from({ length: 10 }, guess));
    await logIn(`guess ${guesses++}`);
    await page.getByRole('button', { name: 'Log in' }).and(page.locator(':enabled')).waitFor();
    return /^Too many wrong keys from your address\. Try again in (\d+ s|1 min \d\d s)\.$/
      .test(await alert.first().innerText());
  });
});
