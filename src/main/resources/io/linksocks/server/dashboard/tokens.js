/** The table of tokens, and the dialogs that create and delete them. A token with a name is shown by it. */

import { notify, onSubmit } from './dialogs.js';
import { bytes, count, some } from './format.js';
import { Listing } from './listing.js';
import { api, Refusal } from './live.js';
import { qrCode } from './qr.js';
import { FORMATS, onLoopback } from './snippets.js';
import { $, element, setText, svg } from './table.js';
import * as settings from './settings.js';

const COPIED = 'Copied';

const nameOf = token => token.name ?? token.label;

// --- the table

const listing = new Listing('tokens', [
  { title: 'Token', cell: tokenCell, search: token => `${token.name ?? ''} ${token.token}` },
  { title: 'Type', text: token => token.type },
  { title: 'SOCKS port', number: true, text: token => token.port > 0 ? String(token.port) : '–',
    value: token => token.port ?? -1, search: token => String(token.port ?? '') },
  { title: 'Clients', number: true, text: token => count(token.clients), value: token => token.clients },
  { title: 'Channels', number: true, text: token => count(token.channels), value: token => token.channels },
  { title: 'Today', number: true, text: token => bytes(token.bytes_in_today + token.bytes_out_today),
    value: token => token.bytes_in_today + token.bytes_out_today },
  { title: 'Actions', cell: buttonCell },
], token => `${nameOf(token)} ${token.token}`);

const form = $('create-form');

export const show = (tokens, total) => listing.show(tokens, total);

export function clear() {
  listing.clear();
  form.elements.reverse_token.replaceChildren();
}

/** Shows the name or label, which does not reveal the token, until the user asks for all of it. */
function tokenCell(cell, token) {
  const value = element(token.name ? 'span' : 'code', { textContent: nameOf(token) });
  const state = element('span', { className: 'badge away' });
  const button = element('button',
    { className: 'quiet', textContent: 'Show', ariaLabel: `Show token ${nameOf(token)}` });
  button.ariaPressed = false;
  button.onclick = () => {
    const shown = button.ariaPressed === 'false';
    button.ariaPressed = shown;
    button.textContent = shown ? 'Hide' : 'Show';
    value.textContent = shown ? token.token : nameOf(token);
  };
  cell.classList.toggle('dependent', token.type === 'connector');
  cell.append(value, state, button);
  return now => setText(state, settings.state(now));
}

function buttonCell(cell, token) {
  const name = nameOf(token);
  const button = (action, properties) =>
    element('button', { textContent: `${action}…`, ariaLabel: `${action} token ${name}`, ...properties });
  const user = button('Use');
  const copier = button('Copy', { textContent: 'Copy' });
  const editor = button('Edit');
  const deleter = button('Delete', { className: 'danger' });
  user.onclick = () => showUse(`Use token ${name}`, token.token, token.type);
  copier.onclick = () => copy(token.token, copier);
  cell.classList.add('actions');
  cell.append(user, copier, editor, deleter);
  return now => {
    editor.onclick = () => settings.edit(now, name);
    deleter.onclick = () => askDelete(now);
  };
}

/** Copies text. Browsers allow the clipboard API only with TLS or on localhost. */
async function copy(text, button) {
  const name = button.textContent;
  if (name === COPIED) {
    return;
  }
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = element('textarea', { value: text, className: 'visually-hidden' });
    button.after(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    button.focus();
  }
  setText(button, COPIED);
  // What is outside of an open dialog is not read aloud.
  (button.closest('dialog') ?? document.body).append($('said'));
  setText($('said'), COPIED);
  setTimeout(() => {
    setText(button, name);
    setText($('said'), '');
  }, 1500);
}

// --- creating

$('new-token').onclick = () => {
  form.reset();
  setText($('create-error'), '');
  showFields();
  $('create').showModal();
  offerReverseTokens();
};

let openings = 0;

/** A late answer to an earlier opening would take back what is selected. */
async function offerReverseTokens() {
  const opening = ++openings;
  const found = await api.search('tokens', 'reverse').catch(() => []);
  if (opening === openings) {
    form.elements.reverse_token.replaceChildren(...found.filter(token => token.port > 0)
      .map(token => new Option(`${nameOf(token)} (port ${token.port})`, token.token)));
  }
}

form.onchange = showFields;

/** Shows the fields of the selected type; with connector autonomy there is no port. */
function showFields() {
  const { type, allow_manage_connector: autonomy } = form.elements;
  for (const part of form.querySelectorAll('[data-type]')) {
    part.hidden = part.dataset.type !== type.value;
  }
  for (const name of ['port', 'username', 'password']) {
    form.elements[name].disabled = autonomy.checked;
  }
}

onSubmit(form, $('create-error'), async () => {
  const type = form.elements.type.value;
  const wanted = { type };
  checkFields(type, form.elements);
  for (const field of form.querySelectorAll('input:not([type=radio]):enabled, select')) {
    if (!field.closest('[hidden]') && field.value) {
      wanted[field.name] = { checkbox: field.checked, number: Number(field.value) }[field.type] ?? field.value;
    }
  }
  const { token } = await api.token('POST', wanted);
  $('create').close();
  showUse('Token created', token, type);
});

/** Reports missing fields by the names that they have on the page. */
function checkFields(type, { username, password, reverse_token: reverse }) {
  if (type === 'reverse' && !password.disabled && !username.value !== !password.value) {
    throw new Refusal(0, 'Enter both user name and password, or neither.');
  }
  if (type === 'connector' && !reverse.value) {
    throw new Refusal(0, 'A connector token needs a reverse token with a SOCKS port. Create that first.');
  }
}

// --- using

const format = $('format');
format.append(...Object.keys(FORMATS).map(name => new Option(name)));
$('use-loopback').hidden = !onLoopback();

const USES = {
  forward: 'Anyone who has this token can reach targets through the server. To start a client with it:',
  reverse: 'Anyone who has this token can serve as a provider. To start one:',
  connector: 'Anyone who has this token can reach targets through the providers. To start a connector with it:',
};

function showUse(title, token, type) {
  setText($('use-title'), title);
  setText($('use-text'), USES[type]);
  format.onchange = () => showSnippet(FORMATS[format.value](token, type));
  format.onchange();
  $('copy-token').onclick = () => copy(token, $('copy-token'));
  $('copy-snippet').onclick = () => copy($('snippet').textContent, $('copy-snippet'));
  $('use').showModal();
  $('use-title').focus();
}

/** Shows a text, and its QR code unless it is too long for one. */
function showSnippet(text) {
  setText($('snippet'), text);
  const rows = text ? qrCode(text) : null;
  $('qr').toggleAttribute('hidden', !rows);
  const border = 4;
  const dark = (rows ?? []).flatMap((row, y) => row.map((set, x) => set ? `M${x + border},${y + border}h1v1h-1z` : ''));
  const size = (rows?.length ?? 0) + 2 * border;
  $('qr').setAttribute('viewBox', `0 0 ${size} ${size}`);
  $('qr').replaceChildren(svg('path', { d: dark.join('') }));
}

/** Leaves no token in the page. */
$('use').onclose = () => {
  showSnippet('');
  format.onchange = $('copy-token').onclick = null;
};

// --- deleting

let deleting;

function askDelete(token) {
  const { type, clients } = token;
  deleting = token.token;
  setText($('delete-error'), '');
  setText($('delete-text'), `${nameOf(token)} (${type}): `
    + (clients ? `${some(clients, 'client')} will be disconnected immediately.` : 'no client uses it.')
    + (type === 'reverse' ? ' Its SOCKS port is closed and its connector tokens are deleted.' : ''));
  $('delete').showModal();
}

onSubmit($('delete-form'), $('delete-error'), async () => {
  const { note } = await api.token('DELETE', { token: deleting });
  $('delete').close();
  notify(note ? `Deleted ${note}.` : '');
  $('new-token').focus();
});
