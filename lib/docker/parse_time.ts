/**
 * Docker's times as milliseconds.
 *
 * Pure: text in, numbers out.
 *
 * @module
 */

/** The start of Go's zero time, with which Docker says "never". */
const NEVER = "0001-01-01T00:00:00";

/**
 * Reads a time of RFC 3339 with up to nine digits after the second.
 *
 * @returns Whole milliseconds since 1970; `undefined` for Docker's zero time and for
 *   anything that is no time.
 */
export function parseDockerTime(text: string): number | undefined {
  if (text.startsWith(NEVER)) return undefined;
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (parts === null) return undefined;
  const [, seconds, fraction = "", zone] = parts;
  // Runtimes differ in how many digits they read: the fraction is added here.
  const wholeMs = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(wholeMs)) return undefined;
  return wholeMs + Math.floor(Number(`0${fraction}`) * 1000);
}

/** Milliseconds as the seconds that `docker events --since` takes: `1700000000.123`. */
export function formatSince(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}
