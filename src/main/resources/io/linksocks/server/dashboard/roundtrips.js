/** The round trips of clients over the last ten minutes, as the server has them and as they go on. */

import { milliseconds } from './format.js';
import { setText, svg } from './table.js';

const SAMPLES = 40;
/** Seconds from one sample to the next. */
const PERIOD = 15;
const WIDTH = 44;
const HEIGHT = 16;

let history = new Map();
let period = 0;

/** Starts with the history of the server. */
export function begin({ second, round_trips: known = {} }) {
  history = new Map(Object.entries(known));
  period = Math.floor(second / PERIOD);
}

/** Adds a sample for each client when it is time, and forgets those that have left. */
export function add(second, clients) {
  const now = Math.floor(second / PERIOD);
  if (now > period) {
    period = now;
    history = new Map(clients.map(({ id, round_trip_ms: time }) =>
      [String(id), [...history.get(String(id)) ?? [], time ?? 0].slice(-SAMPLES)]));
  }
}

/** A cell with the latest round trip behind a line of those before. */
export function roundTripCell(cell, { id }) {
  const line = svg('polyline', { class: 'line' });
  const size = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT };
  const picture = svg('svg', { class: 'spark', role: 'img', ...size }, line);
  const text = document.createElement('span');
  cell.append(picture, text);
  let drawn;
  return client => {
    setText(text, milliseconds(client.round_trip_ms));
    const samples = history.get(String(id)) ?? [];
    if (samples !== drawn) {
      drawn = samples;
      draw(picture, line, samples);
    }
  };
}

/** The scale begins at zero. Times without a WebSocket are left out. */
function draw(picture, line, samples) {
  const known = samples.filter(Boolean);
  const most = Math.max(...known);
  const start = SAMPLES - samples.length;
  const points = samples.map((time, index) => time && `${((start + index) * WIDTH / (SAMPLES - 1)).toFixed(1)},`
    + (HEIGHT - 1 - (HEIGHT - 2) * time / most).toFixed(1)).filter(Boolean);
  line.setAttribute('points', points.join(' '));
  picture.ariaLabel = known.length
    ? `Last ten minutes: ${milliseconds(Math.min(...known))} to ${milliseconds(most)}` : 'No round trips yet';
}
