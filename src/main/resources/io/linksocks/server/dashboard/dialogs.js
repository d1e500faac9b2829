/** What all dialogs share. */

import { Refusal } from './live.js';
import { setText } from './table.js';

/** Runs the action of a form, one at a time, and shows why it failed. */
export function onSubmit(submitted, error, action) {
  let busy = false;
  submitted.onsubmit = async event => {
    event.preventDefault();
    if (!busy) {
      busy = true;
      setText(error, '');
      await action().catch(e => setText(error,
        e instanceof Refusal ? pageText(e.message) : 'The server does not respond.'));
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
