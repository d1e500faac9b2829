/** What all dialogs share, and the notice that outlives them. */

import { $, setText } from './table.js';

const NO_ANSWER = 'The server does not respond.';

/** Shows a text until the user has read it; an empty one hides the last. */
export function notify(text) {
  setText($('notice-text'), text);
  $('notice').hidden = !text;
}

$('notice-close').onclick = () => notify('');

/** Says in a sentence why a request was refused. */
export function sentence(error) {
  const text = error.status === undefined ? NO_ANSWER : pageText(error.message);
  return text[0].toUpperCase() + text.slice(1) + (text.endsWith('.') ? '' : '.');
}

/** Runs the action of a form, one at a time, and shows why it failed. */
export function onSubmit(submitted, error, action) {
  let busy = false;
  submitted.onsubmit = async event => {
    event.preventDefault();
    if (!busy) {
      busy = true;
      setText(error, '');
      await action().catch(refusal => setText(error, sentence(refusal)));
      busy = false;
    }
  };
}

/** Replaces the options of the command line and the members of the API that a message of the server may name. */
function pageText(message) {
  return message.replace(/; choose another.*$/, '. Choose another SOCKS port.')
    .replace(/^sources: /, 'Addresses of clients: ')
    .replace(/^entry: /, 'Through providers: ').replace(/^dial: /, 'Through the server: ');
}

for (const button of document.querySelectorAll('dialog [data-close]')) {
  button.onclick = () => button.closest('dialog').close();
}
