import { Chart } from './chart.js';
import { notify, sentence } from './dialogs.js';
import { bytes, clock, count, duration, rate, some } from './format.js';
import { Listing } from './listing.js';
import { api, Api, use } from './live.js';
import { Paths } from './paths.js';
import { $, element, list, setText } from './table.js';
import * as roundTrips from './roundtrips.js';
import './rules.js';
import * as tokens from './tokens.js';

const EVENTS = 100;
/** Milliseconds before reconnecting, doubled after each failure. */
const FIRST_PAUSE = 500;
const MAX_PAUSE = 8000;

// --- display

const chart = new Chart($('chart'), (ago, sample) => {
  setText($('moment'), ago ? `${duration(ago)} ago` : 'now');
  setText($('rate-in'), sample ? rate(sample.in) : '–');
  setText($('rate-out'), sample ? rate(sample.out) : '–');
});

const clients = new Listing('clients', [
  { title: 'Address', text: client => client.address },
  { title: 'Role', cell: roleCell, search: client => client.role + (client.attached ? '' : ' away') },
  { title: 'Token', text: client => client.token_name ?? client.token },
  { title: 'Version', text: client => client.version || '–' },
  { title: 'Extensions', text: client => client.extensions.join(' ') || 'none' },
  { title: 'Round trip', number: true, cell: roundTrips.roundTripCell,
    value: client => client.round_trip_ms ?? -1 },
  { title: 'Resumes', number: true, text: client => count(client.resumes), value: client => client.resumes },
  { title: 'Channels', number: true, text: client => count(client.channels), value: client => client.channels },
  { title: 'From client', number: true, text: client => bytes(client.bytes_in), value: client => client.bytes_in },
  { title: 'To client', number: true, text: client => bytes(client.bytes_out), value: client => client.bytes_out },
  { title: 'Connected', number: true, text: client => duration(client.connected_seconds),
    value: client => client.connected_seconds },
  { title: 'Actions', cell: endCell('clients', 'Disconnect', client => client.address) },
], client => client.id);

const paths = new Paths($('paths'), $('paths-note'), $('paths-empty'));

const channelKey = channel => `${channel.client} ${channel.id}`;

const channels = new Listing('channels', [
  { title: 'Target', text: channel => channel.target ?? '–' },
  { title: 'Protocol', text: channel => channel.protocol.toUpperCase() },
  { title: 'Client', text: channel => channel.address.split(' by way')[0] },
  { title: 'From client', number: true, text: channel => bytes(channel.bytes_in), value: channel => channel.bytes_in },
  { title: 'To client', number: true, text: channel => bytes(channel.bytes_out), value: channel => channel.bytes_out },
  { title: 'Age', number: true, text: channel => duration(channel.age_seconds), value: channel => channel.age_seconds },
  { title: 'Idle', number: true, text: channel => channel.idle_seconds ? duration(channel.idle_seconds) : '–',
    value: channel => channel.idle_seconds },
  { title: 'Actions', cell: endCell('channels', 'Close', channel => `channel to ${channel.target ?? 'datagrams'}`) },
], channelKey);

const showEvents = list($('events'), event => event.id, event => {
  const time = element('time', { className: 'muted' });
  const often = element('span', { className: 'badge' });
  return {
    element: element('li', {}, time,
      element('span', { className: `muted kind ${event.kind}`, textContent: event.kind }),
      element('span', { className: 'text', textContent: event.text }), often),
    update(now) {
      setText(time, clock(now.time));
      setText(often, now.count > 1 ? `×${count(now.count)}` : '');
    },
  };
});

const showTotals = list($('totals'), tile => tile.title, ({ title }) => {
  const value = element('dd');
  const note = element('dd', { className: 'muted' });
  return {
    element: element('div', { className: 'card' },
      element('dt', { className: 'muted', textContent: title }), value, note),
    update(tile) {
      setText(value, tile.value);
      setText(note, tile.note);
    },
  };
});

/** A button that ends a client or channel; who uses it may come back. */
function endCell(what, action, describe) {
  return (cell, item) => {
    const button = element('button', { textContent: action, ariaLabel: `${action} ${describe(item)}` });
    // Not disabled meanwhile, which would take the focus away.
    button.onclick = async () => {
      notify('');
      await api.end(what, item.id).catch(error => error.status !== 404 && notify(sentence(error)));
    };
    cell.classList.add('actions');
    cell.append(button);
    return () => {};
  };
}

function roleCell(cell, { role }) {
  const away = element('span', { className: 'badge away', textContent: 'away' });
  cell.append(element('span', { className: `badge ${role}`, textContent: role }), ' ', away);
  return client => {
    away.hidden = client.attached;
  };
}

function showNodes({ nodes, cluster_warning: warning }) {
  const names = nodes.map(({ name, own, draining }) => `${name}${own ? ' (this one)' : ''}${draining ? ' (drains)' : ''}`);
  $('nodes').hidden = !nodes.length;
  setText($('nodes'), `${some(nodes.length, 'node')}: ${names.join(', ')}${warning ? ` · ${warning}` : ''}`);
}

function showSnapshot(snapshot) {
  const { totals, refused } = snapshot;
  const away = snapshot.clients.filter(client => !client.attached).length;
  const draining = snapshot.draining.map(({ pid, sessions, channels, seconds }) =>
    ` · process ${pid} drains: ${some(sessions, 'session')}, ${some(channels, 'channel')}, ${duration(seconds)} at most`);
  setText($('version'), `${snapshot.version} · up ${duration(totals.uptime_seconds)}${draining.join('')}`);
  showNodes(snapshot);
  showTotals([
    { title: 'Clients', value: count(totals.clients), note: totals.clients ? `${away ? count(away) : 'none'} away` : 'none connected' },
    { title: 'Channels', value: count(totals.channels), note: `${count(totals.channels_opened)} opened` },
    { title: 'From clients', value: bytes(totals.bytes_in), note: some(totals.messages_in, 'message') },
    { title: 'To clients', value: bytes(totals.bytes_out), note: some(totals.messages_out, 'message') },
    { title: 'Resumes', value: count(totals.resumes), note: `${bytes(totals.retransmitted_bytes)} retransmitted` },
    { title: 'Refused', value: count(Object.values(refused).reduce((sum, number) => sum + number, 0)),
      note: some(totals.auth_failures, 'failed log-in') },
  ]);
  clients.show(snapshot.clients, totals.clients);
  channels.show(inOrder(snapshot.channels), totals.channels);
  tokens.show(snapshot.tokens, totals.tokens);
  paths.show(snapshot);
}

let channelOrder = [];

/** New channels first; the order of the server, by activity, would change every second. */
function inOrder(present) {
  const byKey = new Map(present.toSorted((a, b) => a.age_seconds - b.age_seconds)
    .map(channel => [channelKey(channel), channel]));
  const known = new Set(channelOrder.filter(key => byKey.has(key)));
  channelOrder = [...[...byKey.keys()].filter(key => !known.has(key)), ...known];
  return channelOrder.map(key => byKey.get(key));
}

let recent = [];

function showRecent(events) {
  recent = events;
  showEvents(recent);
  $('events').hidden = !recent.length;
  $('events-empty').hidden = recent.length;
}

// --- connection to the server

const handlers = {
  history(history) {
    enter();
    chart.begin(history);
    roundTrips.begin(history);
    showRecent([]);
  },
  snapshot(snapshot) {
    chart.add(snapshot.second, { in: snapshot.rates.bytes_in, out: snapshot.rates.bytes_out });
    roundTrips.add(snapshot.second, snapshot.clients);
    showSnapshot(snapshot);
  },
  event(event) {
    showRecent([event, ...recent.filter(other => other.id !== event.id)].slice(0, EVENTS));
  },
};

function tell(state, text) {
  $('connection').className = `connection ${state}`;
  setText($('connection'), text);
  document.body.classList.toggle('stale', state !== 'live');
}

const sleep = (time, signal) => new Promise(resolve => {
  setTimeout(resolve, time);
  signal.addEventListener('abort', resolve, { once: true });
});

let pause;

/** Follows the server until log-out, and reconnects after a restart. Throws when a log-in is refused. */
async function stay(api, signal) {
  while (!signal.aborted) {
    try {
      await api.logIn();
      await api.follow(handlers, signal);
      if ($('app').hidden) {
        throw new Error('the server sent nothing');
      }
    } catch (error) {
      if (signal.aborted || $('app').hidden || error.status === 401) {
        throw error;
      }
      pause = Math.max(pause, 1000 * (error.seconds ?? 0));
    }
    tell('lost', 'Connection lost, reconnecting');
    await sleep(pause, signal);
    pause = Math.min(2 * pause, MAX_PAUSE);
  }
}

// --- log-in and log-out

function enter() {
  pause = FIRST_PAUSE;
  tell('live', 'Live');
  $('key').value = '';
  $('login').hidden = true;
  $('app').hidden = false;
}

/** Shows the log-in again, and discards all data. */
function leave(message) {
  use(null);
  document.querySelectorAll('dialog').forEach(dialog => dialog.close());
  notify('');
  chart.begin({ second: 0, bytes_in: [], bytes_out: [] });
  roundTrips.begin({ second: 0 });
  paths.show({ tokens: [], clients: [], channels: [] });
  [showTotals, showRecent].forEach(show => show([]));
  [clients, channels, tokens].forEach(listing => listing.clear());
  $('app').hidden = true;
  $('login').hidden = false;
  setText($('login-error'), message);
  $('key').select();
}

function reason(error) {
  switch (error.status) {
    case 401:
      return 'Wrong API key.';
    case 429:
      return `Too many wrong keys from your address. Try again in ${duration(error.seconds)}.`;
    default:
      return sentence(error);
  }
}

/** @param key null after a reload */
async function logIn(key) {
  use(new Api(key));
  const leaving = new AbortController();
  $('logout').onclick = () => {
    leaving.abort();
    api.logOut().catch(() => {});
  };
  try {
    await stay(api, leaving.signal);
    leave('');
  } catch (error) {
    leave(leaving.signal.aborted || !key && error.status === 401 ? '' : reason(error));
  }
}

$('login-form').addEventListener('submit', async event => {
  event.preventDefault();
  const key = $('key').value;
  if (!Api.canBeKey(key)) {
    leave('An API key has only ASCII letters, digits, spaces and punctuation.');
    return;
  }
  const button = event.target.querySelector('button');
  button.disabled = true;
  setText($('login-error'), '');
  await logIn(key);
  button.disabled = false;
});

document.title += ` ${location.host}`;
$('no-tls').hidden = isSecureContext;
if (Api.isLoggedIn()) {
  logIn(null);
} else {
  leave('');
}
