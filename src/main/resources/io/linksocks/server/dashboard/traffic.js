/** Bars for the traffic of each of the last 90 days. */

import { bytes } from './format.js';
import { setText, svg } from './table.js';

const DAYS = 90;
const DAY = 86_400_000;
const HEIGHT = 80;

const bar = (kind, x, y, height) => svg('rect', { class: `day ${kind}`, x, y, width: 0.8, height });

/** Draws days as the API has them; the note says what the bars add up to. */
export function drawDays(chart, note, days) {
  const byDay = new Map(days.map(day => [day.day, day]));
  const most = Math.max(1, ...days.map(day => day.bytes_in + day.bytes_out));
  const bars = [];
  for (let ago = DAYS - 1; ago >= 0; ago--) {
    const date = new Date(Date.now() - ago * DAY).toISOString().slice(0, 10);
    const { bytes_in: received, bytes_out: sent } = byDay.get(date) ?? { bytes_in: 0, bytes_out: 0 };
    const low = HEIGHT * received / most;
    const high = HEIGHT * sent / most;
    const title = svg('title', {}, `${date}: from clients ${bytes(received)}, to clients ${bytes(sent)}`);
    const x = DAYS - 1 - ago;
    bars.push(svg('g', {}, title, bar('in', x, HEIGHT - low, low), bar('out', x, HEIGHT - low - high, high)));
  }
  chart.setAttribute('viewBox', `0 0 ${DAYS} ${HEIGHT}`);
  chart.replaceChildren(...bars);
  const sum = member => days.reduce((total, day) => total + day[member], 0);
  setText(note, `Last ${DAYS} days: from clients ${bytes(sum('bytes_in'))}, to clients ${bytes(sum('bytes_out'))}`);
}
