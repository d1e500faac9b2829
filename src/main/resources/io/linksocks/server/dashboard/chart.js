import { duration, rate } from './format.js';
import { svg } from './table.js';

const SAMPLES = 300;
const MARGIN = { left: 76, right: 12, top: 10, bottom: 24 };
/** Lowest top of the scale, in bytes per second: on a finer one, keepalives would look like traffic. */
const LEAST = 1024;

function draw(name, attributes, parent) {
  const made = svg(name, attributes);
  parent.append(made);
  return made;
}

/** Returns a power of two; three to five steps reach the value. */
export const niceStep = value => 2 ** Math.ceil(Math.log2(value / 5));

/** Bytes per second in both directions over five minutes; the pointer or the arrow keys select a moment. */
export class Chart {
  #root;
  #show;
  #samples = [];
  #second = 0;
  /** Seconds ago. */
  #moment = 0;

  /** show(ago, sample) displays the values of the selected moment. */
  constructor(root, show) {
    this.#root = root;
    this.#show = show;
    root.ariaValueMin = 1 - SAMPLES;
    root.ariaValueMax = 0;
    root.onpointermove = event => this.#look(this.#agoAt(event.clientX - root.getBoundingClientRect().left));
    root.onpointerleave = root.onblur = () => this.#look(0);
    root.onkeydown = event => this.#key(event);
    new ResizeObserver(() => this.#draw()).observe(root);
    this.#look(0);
  }

  /** Starts with the history of the server, whose last sample is the one of the second. */
  begin({ second, bytes_in: received, bytes_out: sent }) {
    this.#second = second;
    this.#samples = received.map((value, index) => ({ in: value, out: sent[index] }));
    this.#draw();
  }

  /** Adds a sample; seconds without one are a gap. */
  add(second, sample) {
    for (; this.#second < second; this.#second++) {
      this.#samples.push(this.#second === second - 1 ? sample : null);
    }
    this.#samples.splice(0, this.#samples.length - SAMPLES);
    this.#draw();
  }

  #key(event) {
    const move = { ArrowLeft: 1, ArrowRight: -1, PageUp: 30, PageDown: -30, Home: SAMPLES, End: -SAMPLES }[event.key];
    if (move) {
      event.preventDefault();
      this.#look(this.#moment + move);
    }
  }

  #look(ago) {
    this.#moment = Math.max(0, Math.min(ago, this.#samples.length - 1));
    this.#draw();
    const sample = this.#sample();
    this.#root.ariaValueNow = -this.#moment;
    this.#root.ariaValueText = (this.#moment ? `${duration(this.#moment)} ago` : 'now')
      + (sample ? `: from clients ${rate(sample.in)}, to clients ${rate(sample.out)}` : '');
  }

  #sample() {
    return this.#samples.at(-1 - this.#moment);
  }

  // --- geometry

  get #width() {
    return Math.max(1, this.#root.clientWidth - MARGIN.left - MARGIN.right);
  }

  get #height() {
    return Math.max(1, this.#root.clientHeight - MARGIN.top - MARGIN.bottom);
  }

  #x(ago) {
    return MARGIN.left + this.#width * (1 - ago / (SAMPLES - 1));
  }

  #agoAt(x) {
    return Math.round((1 - (x - MARGIN.left) / this.#width) * (SAMPLES - 1));
  }

  #draw() {
    const root = this.#root;
    this.#show(this.#moment, this.#sample());
    root.setAttribute('viewBox', `0 0 ${root.clientWidth} ${root.clientHeight}`);
    root.replaceChildren();
    const most = Math.max(LEAST, ...this.#samples.map(sample => sample ? Math.max(sample.in, sample.out) : 0));
    const step = niceStep(most);
    const lines = Math.ceil(most / step);
    const y = value => MARGIN.top + this.#height * (1 - value / (step * lines));
    this.#axes(step, lines, y);
    for (const direction of ['in', 'out']) {
      this.#curve(direction, y);
    }
    if (this.#moment) {
      const x = this.#x(this.#moment);
      draw('line', { class: 'moment', x1: x, x2: x, y1: MARGIN.top, y2: y(0) }, root);
    }
  }

  #axes(step, lines, y) {
    for (let line = 0; line <= lines; line++) {
      const height = y(line * step);
      draw('line', { class: 'grid', x1: MARGIN.left, x2: this.#x(0), y1: height, y2: height }, this.#root);
      draw('text', { x: MARGIN.left - 8, y: height + 4, 'text-anchor': 'end' }, this.#root)
        .textContent = line && rate(line * step).replace(/\.0+ /, ' ');
    }
    for (let minutes = 0; minutes <= 5; minutes += this.#width < 400 ? 2 : 1) {
      const anchor = minutes === 0 ? 'end' : 'middle';
      const text = minutes === 0 ? 'now' : `−${minutes} min`;
      draw('text', { x: this.#x(minutes * 60), y: y(0) + 18, 'text-anchor': anchor }, this.#root).textContent = text;
    }
  }

  /** Draws a line, and the area below it, for each stretch between gaps. */
  #curve(direction, y) {
    let stretch = [];
    this.#samples.concat(null).forEach((sample, index) => {
      if (sample) {
        const x = this.#x(this.#samples.length - 1 - index);
        stretch.push(`${x.toFixed(1)},${y(sample[direction]).toFixed(1)}`);
      } else if (stretch.length) {
        const from = stretch[0].split(',')[0];
        const to = stretch.at(-1).split(',')[0];
        const points = stretch.join(' ');
        draw('path', { class: `area ${direction}`, d: `M${from},${y(0)}L${points}L${to},${y(0)}Z` }, this.#root);
        draw('polyline', { class: `line ${direction}`, points }, this.#root);
        stretch = [];
      }
    });
  }
}
