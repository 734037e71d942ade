// Numbers and times as people read them: always with a unit, times in UTC.
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const one = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1, minimumFractionDigits: 1 });

/** What stands for a number that is not known. */
export const unknown = "–";

const known = (value) => value !== null && value !== undefined;

/** 12,345. */
export const count = (value) => (known(value) ? whole.format(value) : unknown);

/** 1 event, 2 events. */
export const counted = (value, noun) => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;

/** 12.3/s. */
export const rate = (value) => (known(value) ? `${value >= 100 ? whole.format(value) : one.format(value)}/s` : unknown);

/** The same in six characters at most: 1.2k/s. */
export const shortRate = (value) => (value >= 1_000_000 ? `${whole.format(value / 1_000_000)}M/s` : value >= 10_000 ? `${whole.format(value / 1000)}k/s` : value >= 1000 ? `${one.format(value / 1000)}k/s` : rate(value));

/** 12.3 ms. */
export const milliseconds = (value) => (known(value) ? `${value >= 1000 ? whole.format(value) : one.format(value)}\u00a0ms` : unknown);

/** A length of time: 4.2 s, 3 min, 5 h, 2 d. */
export function seconds(value) {
  if (!known(value)) {
    return unknown;
  }
  const steps = [[60, 1, "s"], [3600, 60, "min"], [86400, 3600, "h"], [Infinity, 86400, "d"]];
  const [, unit, word] = steps.find(([below]) => value < below);
  return `${unit === 1 && value > 0 ? one.format(value) : whole.format(value / unit)}\u00a0${word}`;
}

/** 2026-01-31 12:34:56 UTC. */
export const time = (iso) => (iso ? `${clock(iso, 0, 10)} ${clock(iso, 11, 19)} UTC` : unknown);

/** 12:34:56, with the day where it is not today's. */
export const timeOrDay = (iso, now = Date.now()) => (time(iso).slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? timeOfDay(iso) : time(iso).replace(" UTC", ""));

/** 12:34:56. */
export const timeOfDay = (iso) => clock(iso, 11, 19);

function clock(iso, from, to) {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? unknown : at.toISOString().slice(from, to);
}

/** How long ago that was. */
export function ago(iso, now = Date.now()) {
  const passed = (now - new Date(iso).getTime()) / 1000;
  if (Number.isNaN(passed)) {
    return "";
  }
  return passed < 5 && passed > -5 ? "just now" : passed < 0 ? `in ${seconds(Math.round(-passed))}` : `${passed < 60 ? `${Math.round(passed)}\u00a0s` : seconds(passed)} ago`;
}
