/** A picture of who reaches whom through which provider. Clients are grouped by token, targets by host. */

import { count, some } from './format.js';
import { setText, svg } from './table.js';

const SERVER = 'This server';
/** Nodes in a column; those with the fewest channels are shown as one. */
const MOST = 8;
const ROW = 46;
const NODE = 38;
const LETTER = 7.4;
const KINDS = ['from', 'through', 'to'];

const named = client => client.token_name ?? client.token;

/** Host of a target, whose datagrams have a target each. */
const host = target => target === null ? 'datagrams' : target.replace(/:\d+$/, '');

/** Each path has three names, where it comes from, through whom and to whom (null for nobody yet), and channels. */
export function findPaths({ tokens, clients, channels }) {
  const paths = [];
  const ports = new Map();
  let providers = null;
  // Connector tokens follow their reverse token.
  for (const token of tokens) {
    const name = token.name ?? token.label;
    if (token.type === 'reverse') {
      providers = name;
      ports.set(name, token.port > 0 ? `SOCKS port ${token.port}` : null);
      if (token.clients) {
        paths.push({ from: ports.get(name), through: name, to: null, channels: 0 });
      }
    } else if (token.clients) {
      paths.push({ from: name, through: token.type === 'connector' ? providers : SERVER, to: null, channels: 0 });
    }
  }
  const byId = new Map(clients.map(client => [client.id, client]));
  // What a connector has opened is a channel of the connector and one of a provider.
  for (const ends of Map.groupBy(channels, channel => channel.connector_channel ?? channel.id).values()) {
    const people = ends.map(end => byId.get(end.client)).filter(Boolean);
    const provider = people.find(client => client.role === 'provider');
    const source = people.find(client => client.role !== 'provider');
    if (people.length) {
      const through = provider ? named(provider) : source.role === 'client' ? SERVER : 'Another server, or waiting';
      const from = source ? named(source) : ports.get(through) ?? 'Another server';
      paths.push({ from, through, to: host(ends[0].target), channels: 1 });
    }
  }
  return paths;
}

/** Adds up the channels of the nodes of each column and of the edges between them; folds small nodes. */
function graph(paths) {
  const names = KINDS.map(kind => fold(paths, kind));
  const edges = new Map();
  for (const path of paths) {
    const [from, through, to] = KINDS.map((kind, column) => path[kind] && names[column].get(path[kind]));
    for (const [column, start, end] of [[0, from, through], [1, through, to]]) {
      if (start && end) {
        const key = JSON.stringify([column, start, end]);
        const edge = edges.get(key) ?? { column, start, end, channels: 0 };
        edge.channels += path.channels;
        edges.set(key, edge);
      }
    }
  }
  const columns = KINDS.map((kind, column) => {
    const nodes = new Map([...names[column].values()].map(name => [name, 0]));
    paths.filter(path => path[kind]).forEach(path => {
      const name = names[column].get(path[kind]);
      nodes.set(name, nodes.get(name) + path.channels);
    });
    return [...nodes];
  });
  return { columns: withoutCrossings(columns, [...edges.values()]), edges: [...edges.values()] };
}

/** Orders the outer columns by their first neighbour in the middle. */
function withoutCrossings([from, through, to], edges) {
  const middle = new Map(through.map(([name], index) => [name, index]));
  const by = (column, outer, inner) => ([name]) => Math.min(...edges
    .filter(edge => edge.column === column && edge[outer] === name).map(edge => middle.get(edge[inner])));
  const sorted = (nodes, place) => nodes.toSorted((a, b) => place(a) - place(b));
  return [sorted(from, by(0, 'start', 'end')), through, sorted(to, by(1, 'end', 'start'))];
}

/** Returns by which name each node is shown. */
function fold(paths, kind) {
  const channels = new Map();
  paths.filter(path => path[kind])
    .forEach(path => channels.set(path[kind], (channels.get(path[kind]) ?? 0) + path.channels));
  const names = [...channels.keys()].toSorted((a, b) => channels.get(b) - channels.get(a));
  const kept = names.length > MOST ? MOST - 1 : names.length;
  return new Map(names.map((name, index) => [name, index < kept ? name : `${count(names.length - kept)} more`]));
}

export class Paths {
  #root;
  #note;
  #empty;
  #paths = [];
  #people = new Map();
  #drawn = '';

  constructor(root, note, empty) {
    this.#root = root;
    this.#note = note;
    this.#empty = empty;
    new ResizeObserver(() => this.#draw()).observe(root);
  }

  /** Shows the tokens, clients and channels of a snapshot. */
  show(snapshot) {
    this.#paths = findPaths(snapshot);
    this.#people = new Map();
    for (const { name, label, clients } of snapshot.tokens) {
      this.#people.set(name ?? label, (this.#people.get(name ?? label) ?? 0) + clients);
    }
    const different = kind => new Set(this.#paths.map(path => path[kind]).filter(Boolean)).size;
    const [sources, throughs, targets] = KINDS.map(different);
    setText(this.#note, this.#paths.length
      ? `${some(sources, 'source')} through ${count(throughs)} to ${some(targets, 'host')}` : '');
    this.#root.classList.toggle('blank', !this.#paths.length);
    this.#empty.hidden = this.#paths.length;
    if (this.#paths.length) {
      this.#draw();
    } else {
      this.#drawn = '';
      this.#root.replaceChildren();
    }
  }

  #draw() {
    const width = this.#root.clientWidth;
    const drawn = graph(this.#paths);
    const state = JSON.stringify([width, drawn, [...this.#people]]);
    if (!width || state === this.#drawn) {
      return;
    }
    this.#drawn = state;
    const height = ROW * Math.max(...drawn.columns.map(nodes => nodes.length));
    const size = Math.min(320, width * 0.3);
    const x = [0, (width - size) / 2, width - size];
    const places = drawn.columns.map(nodes => new Map(nodes.map(([name], index) =>
      [name, (height - ROW * nodes.length) / 2 + ROW * index])));
    this.#root.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.#root.setAttribute('height', height);
    this.#root.replaceChildren(
      ...drawn.edges.map(({ column, start, end, channels }) => curve(channels,
        x[column] + size, places[column].get(start) + NODE / 2, x[column + 1], places[column + 1].get(end) + NODE / 2)),
      ...drawn.columns.flatMap((nodes, column) => nodes.map(([name, channels]) =>
        this.#node(KINDS[column], name, channels, x[column], places[column].get(name), size))));
  }

  #node(kind, name, channels, x, y, size) {
    const people = kind === 'to' ? 0 : this.#people.get(name);
    const noun = kind === 'from' ? 'client' : 'provider';
    const load = some(channels, 'channel');
    const note = (people ? `${some(people, noun)}, ` : '') + load;
    const letters = Math.floor((size - 16) / LETTER);
    const short = text => text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
    return svg('g', { class: kind, transform: `translate(${x} ${y})` },
      svg('title', {}, `${name}: ${note}`),
      svg('rect', { width: size, height: NODE, rx: 7 }),
      svg('text', { x: 8, y: 16 }, short(name)),
      svg('text', { class: 'note', x: 8, y: 31 }, short(note.length > letters ? load : note)));
  }
}

/** Thicker with more channels, and dashed without any. */
function curve(channels, x1, y1, x2, y2) {
  const middle = (x1 + x2) / 2;
  return svg('path', { class: channels ? 'used' : 'idle', d: `M${x1},${y1}C${middle},${y1} ${middle},${y2} ${x2},${y2}`,
    'stroke-width': 1.5 + Math.min(8, Math.log2(1 + channels)) });
}
