/** Lists and tables that update in place, so that focus and selection survive. */

export const $ = id => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function svg(name, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

export function setText(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

/** Maintains one child of `parent` per item. make(item) returns { element, update(item) }. */
export function list(parent, keyOf, make) {
  const shown = new Map();
  return items => {
    const keys = new Set(items.map(keyOf));
    for (const [key, child] of shown) {
      if (!keys.has(key)) {
        if (child.element.contains(document.activeElement)) {
          parent.closest('details').firstElementChild.focus();
        }
        child.element.remove();
        shown.delete(key);
      }
    }
    let place = parent.firstElementChild;
    for (const item of items) {
      const key = keyOf(item);
      const child = shown.get(key) ?? make(item);
      shown.set(key, child);
      child.update(item);
      if (child.element === place) {
        place = place.nextElementSibling;
      } else {
        parent.insertBefore(child.element, place);
      }
    }
  };
}

/**
 * Fills a table element. A column has a title; text(item), or cell(td, item) that returns what updates the cell; and
 * number for a column of numbers. The roles are those of HTML, which the layout of narrow screens would remove.
 */
export function table(parent, columns, keyOf) {
  parent.setAttribute('role', 'table');
  const body = element('tbody');
  const titles = columns.map(column => cell('th', 'columnheader', column, { scope: 'col', textContent: column.title }));
  parent.append(element('thead', {}, row(titles)), body);
  parent.querySelectorAll('thead, tbody').forEach(group => group.setAttribute('role', 'rowgroup'));
  return list(body, keyOf, item => {
    const cells = columns.map(column => cell('td', 'cell', column, {}));
    const updates = columns.map((column, index) => column.cell
      ? column.cell(cells[index], item)
      : now => setText(cells[index], column.text(now)));
    return { element: row(cells), update: now => updates.forEach(update => update(now)) };
  });
}

function row(cells) {
  const made = element('tr', {}, ...cells);
  made.setAttribute('role', 'row');
  return made;
}

function cell(name, role, column, properties) {
  const made = element(name, { className: column.number ? 'number' : '', ...properties });
  made.setAttribute('role', role);
  made.dataset.title = column.title;
  return made;
}
