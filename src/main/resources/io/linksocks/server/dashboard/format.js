/** Formats numbers for display. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** 0 B, 999 B, 1.23 KiB, 12.3 MiB, 123 GiB. */
export function bytes(count) {
  let value = count;
  let unit = 0;
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

export const rate = perSecond => `${bytes(perSecond)}/s`;

/** 5 s, 3 min 07 s, 2 h 05 min, 3 d 4 h. */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = number => String(number).padStart(2, '0');
  if (whole < 60) {
    return `${whole} s`;
  }
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  }
  return whole < 86_400
    ? `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`
    : `${Math.floor(whole / 86_400)} d ${Math.floor(whole / 3600) % 24} h`;
}

export function milliseconds(value) {
  return value === null || value === undefined ? '–' : `${value.toFixed(value < 9.95 ? 1 : 0)} ms`;
}

export const count = number => number.toLocaleString('en');

/** 1 message, 2 messages. */
export const some = (number, noun) => `${count(number)} ${noun}${number === 1 ? '' : 's'}`;

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export const clock = epochMillis => CLOCK.format(epochMillis);
