/** Bars for the traffic of each of the last 90 days. */

import { bytes } from './format.js';
import { $, setText, svg } from './table.js';

const DAYS = 90;
const DAY = 86_400_000;
const HEIGHT = 80;

const bar = (kind, x, y, height) => svg('rect', { class: `day ${kind}`, x, y, width: 0.8, height });

/** Draws days as the API has them, and says what they add up to. */
export function drawDays(days) {
  const byDay = new Map(days.map(day => [day.day, day]));
  const most = Math.max(0, ...days.map(day => day.bytes_in + day.bytes_out));
  const bars = [];
  for (let ago = DAYS - 1; ago >= 0; ago--) {
    const date = new Date(Date.now() - ago * DAY).toISOString().slice(0, 10);
    const { bytes_in: received, bytes_out: sent } = byDay.get(date) ?? { bytes_in: 0, bytes_out: 0 };
    const low = HEIGHT * received / (most || 1);
    const high = HEIGHT * sent / (most || 1);
    const title = svg('title', {}, `${date}: from clients ${bytes(received)}, to clients ${bytes(sent)}`);
    const x = DAYS - 1 - ago;
    bars.push(svg('g', {}, title, bar('in', x, HEIGHT - low, low), bar('out', x, HEIGHT - low - high, high)));
  }
  $('days').setAttribute('viewBox', `0 0 ${DAYS} ${HEIGHT}`);
  $('days').replaceChildren(...bars);
  setText($('days-note'), `Last ${DAYS} days, at most ${bytes(most)} a day`);
  $('days-sums').querySelectorAll('dd').forEach((sum, index) =>
    setText(sum, bytes(days.reduce((total, day) => total + day[['bytes_in', 'bytes_out'][index]], 0))));
}
