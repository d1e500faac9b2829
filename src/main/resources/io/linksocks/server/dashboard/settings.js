/** The dialog that changes the settings of a token, and shows its traffic day by day. */

import { notify, onSubmit } from './dialogs.js';
import { api } from './live.js';
import { $, setText } from './table.js';
import { drawDays } from './traffic.js';

const form = $('edit-form');
const DAY = 86_400_000;

/** Members of the API by the name of their field: how to show one, and how to read it from the text of the field. */
const FIELDS = {
  name: { show: String, read: String },
  expires: { show: lastDay, read: text => text || null },
  rate_up: scaled(1024),
  rate_down: scaled(1024),
  quota: scaled(1024 ** 3),
  quota_period: { show: String, read: String },
  max_channels: scaled(1),
  max_clients: scaled(1),
  sources: { show: list => list.join(', '), read: text => text.split(/[\s,]+/).filter(Boolean) },
  certificate: { show: String, read: String },
  balance: { show: String, read: text => text || null },
};

let token;
let before;

/** What is to be seen at once: whether clients are refused. */
export function state({ disabled, expires }) {
  return disabled ? 'disabled' : expires && Date.parse(expires) <= Date.now() ? 'expired' : '';
}

function scaled(unit) {
  return { show: value => String(value / unit), read: text => Math.round(Number(text) * unit) };
}

/** The last day of a token, which expires with its end; times of other programs count as their day. */
function lastDay(expires) {
  const time = new Date(expires);
  return new Date(time % DAY ? time : time - DAY).toISOString().slice(0, 10);
}

export async function edit(edited, name) {
  token = edited.token;
  form.reset();
  setText($('edit-title'), `Edit token ${name}`);
  setText($('edit-error'), '');
  for (const [member, { show }] of Object.entries(FIELDS)) {
    if (edited[member] !== undefined) {
      form.elements[member].value = show(edited[member]);
    }
  }
  form.elements.disabled.checked = Boolean(edited.disabled);
  form.elements.balance.closest('label').hidden = edited.type !== 'reverse';
  before = texts();
  drawDays([]);
  $('edit').showModal();
  const traffic = await api.traffic().catch(() => ({ tokens: [] }));
  if (token === edited.token) {
    drawDays(traffic.tokens.find(other => other.token === token)?.days ?? []);
  }
}

const texts = () => Object.fromEntries(Object.keys(FIELDS).map(name => [name, form.elements[name].value.trim()]));

/** Sends only what was changed: the fields show some values less exactly than the server has them. */
onSubmit(form, $('edit-error'), async () => {
  const now = texts();
  const changed = { disabled: form.elements.disabled.checked };
  for (const [name, { read }] of Object.entries(FIELDS)) {
    if (now[name] !== before[name]) {
      changed[name] = read(now[name]);
    }
  }
  const { note } = await api.token('PATCH', { token, ...changed });
  $('edit').close();
  notify(note ? `Changed ${note}.` : '');
});
