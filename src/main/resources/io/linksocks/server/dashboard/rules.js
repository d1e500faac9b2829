/** The dialog that edits the access rules of the server. */

import { onSubmit } from './dialogs.js';
import { api, Refusal } from './live.js';
import { $, element, setText } from './table.js';

const LISTS = ['entry', 'dial'];

$('edit-rules').onclick = async () => {
  const rules = await api.rules().catch(() => null);
  LISTS.forEach(name => $(`${name}-rules`).replaceChildren(...(rules?.[name] ?? []).map(row)));
  $('save-rules').disabled = !rules;
  setText($('rules-error'), rules ? '' : 'The server does not respond.');
  $('rules').showModal();
};

for (const name of LISTS) {
  $(`add-${name}-rule`).onclick = () => {
    const added = row({ addrs: [], ports: [] });
    $(`${name}-rules`).append(added);
    added.firstChild.focus();
  };
}

function row({ addrs, ports }) {
  const portText = ports.map(port => Array.isArray(port) ? port.join('-') : port).join(', ');
  const remover = element('button', { type: 'button', textContent: 'Remove' });
  const made = element('div', { className: 'rule' },
    element('input', { name: 'addrs', value: addrs.join(', '), placeholder: 'any address', ariaLabel: 'Addresses' }),
    element('input', { name: 'ports', value: portText, placeholder: 'any port', ariaLabel: 'Ports' }), remover);
  remover.onclick = () => {
    made.closest('fieldset').querySelector('[id^=add]').focus();
    made.remove();
  };
  return made;
}

onSubmit($('rules-form'), $('rules-error'), async () => {
  await api.rules(Object.fromEntries(LISTS.map(name => [name, [...$(`${name}-rules`).children].map(rule)])));
  $('rules').close();
});

const words = text => text.split(/[\s,]+/).filter(Boolean);

/** Refuses an empty row: it would allow everything. */
function rule(made) {
  const [addresses, ports] = made.querySelectorAll('input');
  const read = { addrs: words(addresses.value), ports: words(ports.value).map(portRange) };
  if (!read.addrs.length && !read.ports.length) {
    throw new Refusal(0, 'A rule without addresses and ports would allow everything. Fill it in or remove it.');
  }
  return read;
}

function portRange(word) {
  if (!/^\d{1,5}(-\d{1,5})?$/.test(word)) {
    throw new Refusal(0, `"${word}" is not a port or a range of ports such as 8000-8100.`);
  }
  const [first, last] = word.split('-').map(Number);
  return last === undefined ? first : [first, last];
}
