/** Tables with search, sorting and pages. */

import { count } from './format.js';
import { api } from './live.js';
import { $, element, setText, table } from './table.js';

const NARROW = matchMedia('(max-width: 62rem)');
const ROWS = 25;
const ROWS_OF_A_PHONE = 10;
/** Milliseconds between requests for what the server has not sent. */
const PAUSE = 5000;
const ORDER = new Intl.Collator(undefined, { numeric: true });

function compare(a, b) {
  return typeof a === 'number' && typeof b === 'number' ? a - b : ORDER.compare(a, b);
}

/** The list in the section of this name. Without a selected column, items have the order in which they are given. */
export class Listing {
  #name;
  #columns;
  #showRows;
  #items = [];
  /** Number of items at the server, which may send only some. */
  #total = 0;
  /** What the server has found, for which text, and since when; null when it has sent all. */
  #found = null;
  #asking = false;
  #page = 0;
  /** Index of the column to sort by; -1 for none. */
  #sorted = -1;
  #descending = false;

  #search = element('input', { type: 'search', placeholder: 'Search' });
  #choice = element('select', { className: 'narrow' });
  #reverse = element('button', { className: 'narrow', textContent: 'Reverse' });
  #range = element('span', { className: 'muted' });
  #back = element('button', { textContent: '‹' });
  #forward = element('button', { textContent: '›' });
  #pages = element('div', { className: 'pages' }, this.#range, this.#back, this.#forward);
  #tools = element('div', { className: 'tools' }, this.#search, this.#choice, this.#reverse, this.#pages);

  /**
   * Columns are those of table(). One of numbers is sorted by value(item), the largest first. The search looks at the
   * text(item) or search(item) of all other columns.
   *
   * @param name that the API has for the list
   */
  constructor(name, columns, keyOf) {
    this.#name = name;
    this.#columns = columns;
    this.#showRows = table($(name), columns, keyOf);
    this.#search.id = `${name}-search`;
    this.#search.ariaLabel = `Search ${name}`;
    this.#choice.ariaLabel = `Sort ${name} by`;
    this.#reverse.ariaLabel = `Reverse the order of ${name}`;
    this.#back.ariaLabel = `Previous page of ${name}`;
    this.#forward.ariaLabel = `Next page of ${name}`;
    this.#addSorting();
    $(`${name}-tools`).prepend(this.#tools);
    this.#search.oninput = () => {
      this.#askServer();
      this.#turn(-this.#page);
    };
    this.#choice.onchange = () => this.#sortBy(Number(this.#choice.value));
    this.#reverse.onclick = () => this.#sortBy(this.#sorted, !this.#descending);
    this.#back.onclick = () => this.#turn(-1);
    this.#forward.onclick = () => this.#turn(1);
    NARROW.addEventListener('change', () => this.#draw());
  }

  /** @param total number of items that the server has, of which it may send only some */
  show(items, total = items.length) {
    this.#items = items;
    this.#total = total;
    this.#askServer();
    setText($(`${this.#name}-note`), count(total));
    this.#draw();
  }

  /** Discards the items, and what was searched and sorted by. */
  clear() {
    this.#search.value = '';
    this.show([]);
    this.#sortBy(-1);
  }

  // --- sorting

  #addSorting() {
    this.#choice.append(new Option('Default order', -1));
    $(this.#name).querySelectorAll('th').forEach((header, index) => {
      const { title } = this.#columns[index];
      if (this.#isSortable(index)) {
        this.#choice.append(new Option(title, index));
        const button = element('button', { className: 'sort', textContent: title });
        button.onclick = () => this.#next(index);
        header.replaceChildren(button);
      }
    });
  }

  #isSortable(index) {
    const { value, text, search } = this.#columns[index];
    return Boolean(value ?? text ?? search);
  }

  /** The first click sorts, the second reverses, the third restores the default order. */
  #next(index) {
    const first = Boolean(this.#columns[index].number);
    if (this.#sorted !== index) {
      this.#sortBy(index);
    } else {
      this.#sortBy(this.#descending === first ? index : -1, !first);
    }
  }

  #sortBy(index, descending = Boolean(this.#columns[index]?.number)) {
    this.#sorted = index;
    this.#descending = descending;
    this.#choice.value = index;
    this.#reverse.disabled = index < 0;
    $(this.#name).classList.toggle('sorted', index >= 0);
    $(this.#name).querySelectorAll('th').forEach((header, at) => {
      header.ariaSort = at !== index ? null : descending ? 'descending' : 'ascending';
    });
    this.#turn(-this.#page);
  }

  #inOrder(items) {
    if (this.#sorted < 0) {
      return items;
    }
    const { value, text, search } = this.#columns[this.#sorted];
    const key = value ?? text ?? search;
    const sign = this.#descending ? -1 : 1;
    return items.toSorted((a, b) => sign * compare(key(a), key(b)));
  }

  // --- search and pages

  get #wanted() {
    return this.#search.value.trim().toLowerCase();
  }

  /** Searches at the server if that has more items than it has sent; one request at a time. */
  async #askServer() {
    const wanted = this.#wanted;
    if (this.#items.length >= this.#total) {
      this.#found = null;
    } else if (!this.#asking && (this.#found?.wanted !== wanted || Date.now() - this.#found.time > PAUSE)) {
      this.#asking = true;
      const items = await api.search(this.#name, wanted).catch(() => null);
      this.#asking = false;
      this.#found = items && { wanted, items, time: Date.now() };
      this.#draw();
    }
  }

  #matching() {
    const wanted = this.#wanted;
    return this.#found?.wanted === wanted ? this.#found.items
      : this.#items.filter(item => this.#matches(item, wanted));
  }

  #matches(item, wanted) {
    return this.#columns.some(({ number, text, search = number ? null : text }) =>
      search?.(item).toLowerCase().includes(wanted));
  }

  #turn(pages) {
    this.#page = Math.max(0, this.#page + pages);
    this.#draw();
  }

  #draw() {
    const found = this.#inOrder(this.#matching());
    const rows = NARROW.matches ? ROWS_OF_A_PHONE : ROWS;
    const last = Math.max(0, Math.ceil(found.length / rows) - 1);
    this.#page = Math.min(this.#page, last);
    const start = this.#page * rows;
    const shown = found.slice(start, start + rows);
    this.#showRows(shown);
    $(this.#name).hidden = !shown.length;
    $(`${this.#name}-empty`).hidden = this.#items.length;
    $(`${this.#name}-unmatched`).hidden = shown.length || !this.#items.length;
    this.#tools.hidden = !this.#items.length;
    this.#pages.hidden = !last;
    setText(this.#range, `${count(start + 1)}–${count(start + shown.length)} of ${count(found.length)}`);
    // Not disabled, which would take the focus away.
    this.#back.ariaDisabled = !this.#page;
    this.#forward.ariaDisabled = this.#page === last;
  }
}
