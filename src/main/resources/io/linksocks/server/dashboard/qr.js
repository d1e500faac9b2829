/** QR codes (ISO/IEC 18004) of bytes, with error correction level L. */

/** By version: bytes for error correction in each block, and the number of blocks (table 9). */
const CORRECTION = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26];
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12];
const MASKS = [
  (x, y) => (x + y) % 2,
  (x, y) => y % 2,
  x => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => x * y % 2 + x * y % 3,
  (x, y) => (x * y % 2 + x * y % 3) % 2,
  (x, y) => ((x + y) % 2 + x * y % 3) % 2,
];

const range = (length, make) => Array.from({ length }, (_, index) => make(index));

// --- bytes

/** Centres of alignment patterns in both directions. */
function centres(version) {
  const number = version === 1 ? 0 : Math.floor(version / 7) + 2;
  const step = 2 * Math.ceil((4 * version + 4) / (2 * number - 2));
  return range(number, index => index ? 4 * version + 10 - step * (number - 1 - index) : 6);
}

/** All bytes of a symbol: what its function patterns leave. */
function capacity(version) {
  const number = centres(version).length;
  const patterns = number && 25 * (number ** 2 - 3) - 10 * (number - 2);
  return Math.floor(((4 * version + 17) ** 2 - 3 * 64 - 31 - 2 * (4 * version + 1) - patterns - (version < 7 ? 0 : 36)) / 8);
}

const dataBytes = version => capacity(version) - CORRECTION[version - 1] * BLOCKS[version - 1];

/** Mode, length, content and padding. */
function encode(content, version) {
  const bits = [];
  const put = (value, length) => bits.push(...range(length, index => value >> length - 1 - index & 1));
  put(4, 4);
  put(content.length, version < 10 ? 8 : 16);
  content.forEach(byte => put(byte, 8));
  put(0, 4);
  const used = Math.ceil(bits.length / 8);
  return range(dataBytes(version), index => index < used
    ? bits.slice(8 * index, 8 * index + 8).reduce((byte, bit, at) => byte | bit << 7 - at, 0)
    : (index - used) % 2 ? 0x11 : 0xec);
}

/** Multiplies in the field of 256 elements modulo x^8 + x^4 + x^3 + x^2 + 1. */
function times(a, b) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = product << 1 ^ (product >> 7) * 0x11d ^ (b >> bit & 1) * a;
  }
  return product;
}

/** The remainder of a division by the generator polynomial of this degree, whose roots are the powers of 2. */
function correction(data, degree) {
  let generator = [1];
  for (let power = 0, root = 1; power < degree; power++, root = times(root, 2)) {
    generator = [...generator, 0].map((factor, index) => factor ^ times(generator[index - 1] ?? 0, root));
  }
  const rest = [...data, ...new Array(degree).fill(0)];
  data.forEach((_, at) => {
    const factor = rest[at];
    generator.forEach((other, index) => {
      rest[at + index] ^= times(other, factor);
    });
  });
  return rest.slice(data.length);
}

/** Divides data into blocks, of which the last ones may be longer by a byte, and takes bytes of each in turn. */
function interleave(data, version) {
  const number = BLOCKS[version - 1];
  const short = Math.floor(data.length / number);
  const longOnes = data.length % number;
  let start = 0;
  const blocks = range(number, index => data.slice(start, start += short + (index >= number - longOnes ? 1 : 0)));
  const rests = blocks.map(block => correction(block, CORRECTION[version - 1]));
  const inTurn = lists => range(Math.max(...lists.map(list => list.length)), index => lists.map(list => list[index]))
    .flat().filter(byte => byte !== undefined);
  return [...inTurn(blocks), ...inTurn(rests)];
}

// --- modules

/** The remainder of a division of binary polynomials. */
function remainder(value, polynomial, degree) {
  let rest = value << degree;
  for (let bit = 31 - degree; bit >= 0; bit--) {
    rest ^= (rest >> bit + degree & 1) * (polynomial << bit);
  }
  return value << degree | rest;
}

/** A square of rows: true and false for modules of patterns, null where data goes. */
function patterns(version, mask) {
  const size = 4 * version + 17;
  const rows = range(size, () => new Array(size).fill(null));
  const set = (x, y, dark) => {
    if (x >= 0 && y >= 0 && x < size && y < size) {
      rows[y][x] = Boolean(dark);
    }
  };
  const rings = (x, y, radius, light) => range(2 * radius + 1, dy => range(2 * radius + 1, dx => {
    const ring = Math.max(Math.abs(dx - radius), Math.abs(dy - radius));
    set(x + dx - radius, y + dy - radius, !light.includes(ring));
  }));
  range(size, at => [set(6, at, at % 2 === 0), set(at, 6, at % 2 === 0)]);
  [[3, 3], [size - 4, 3], [3, size - 4]].forEach(([x, y]) => rings(x, y, 4, [2, 4]));
  const places = centres(version);
  const last = places.at(-1);
  places.forEach(y => places.forEach(x => {
    if (!(x === 6 && (y === 6 || y === last) || y === 6 && x === last)) {
      rings(x, y, 2, [1]);
    }
  }));
  // Level L is 01.
  const format = remainder(1 << 3 | mask, 0x537, 10) ^ 0x5412;
  range(15, bit => {
    const dark = format >> bit & 1;
    set(8, bit < 6 ? bit : bit < 8 ? bit + 1 : size - 15 + bit, dark);
    set(bit < 8 ? size - 1 - bit : bit < 9 ? 7 : 14 - bit, 8, dark);
  });
  set(8, size - 8, true);
  if (version >= 7) {
    const number = remainder(version, 0x1f25, 12);
    range(18, bit => {
      const [near, far] = [Math.floor(bit / 3), size - 11 + bit % 3];
      set(near, far, number >> bit & 1);
      set(far, near, number >> bit & 1);
    });
  }
  return rows;
}

/** Fills columns of two, upwards and downwards in turn, from the right. */
function place(rows, bytes, mask) {
  const size = rows.length;
  let bit = 0;
  for (let right = size - 1, up = true; right > 0; right -= right === 8 ? 3 : 2, up = !up) {
    for (let step = 0; step < size; step++) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (rows[y][x] === null) {
          const dark = bytes[bit >> 3] >> 7 - (bit & 7) & 1;
          rows[y][x] = Boolean(dark) !== (mask(x, y) === 0);
          bit++;
        }
      }
    }
  }
  return rows;
}

/** What makes a symbol hard to read: runs and squares of one colour, and parts that look like a finder (7.8.3). */
function penalty(rows) {
  const lines = [...rows, ...rows.map((_, x) => rows.map(row => row[x]))].map(line => line.map(Number).join(''));
  const runs = lines.flatMap(line => line.match(/0{5,}|1{5,}/g) ?? []).reduce((sum, run) => sum + run.length - 2, 0);
  const finders = lines.reduce((sum, line) => sum + line.split(/(?=10111010000|00001011101)/).length - 1, 0);
  let squares = 0;
  rows.slice(1).forEach((row, y) => row.slice(1).forEach((dark, x) => {
    squares += dark === rows[y][x] && dark === row[x] && dark === rows[y][x + 1] ? 1 : 0;
  }));
  const part = rows.flat().filter(Boolean).length / rows.length ** 2;
  return runs + 3 * squares + 40 * finders + 10 * Math.floor(Math.abs(part - 0.5) * 20);
}

/** Returns rows of modules, true for dark; null when the text is too long. */
export function qrCode(text) {
  const content = [...new TextEncoder().encode(text)];
  const version = range(CORRECTION.length, index => index + 1)
    .find(candidate => content.length + (candidate < 10 ? 2 : 3) <= dataBytes(candidate));
  if (!version) {
    return null;
  }
  const bytes = interleave(encode(content, version), version);
  return MASKS.map((mask, index) => place(patterns(version, index), bytes, mask))
    .toSorted((a, b) => penalty(a) - penalty(b))[0];
}
