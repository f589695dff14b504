/**
 * Reads durations such as `30s`.
 *
 * Pure. The rule: only here is a duration a text; everywhere else it is milliseconds.
 *
 * @module
 */
import { type Parsed, parsed, quote, unparsed } from "./parsed.ts";

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

const NUMBER = String.raw`\d+(?:\.\d+)?`;
const UNITS = Object.keys(UNIT_MS).map((unit) => `(?:(${NUMBER})${unit})?`).join("");

/** A number of seconds, or numbers with units. */
export const DURATION: RegExp = new RegExp(`^(?:(${NUMBER})|(?=.)${UNITS})$`);

/** The longest that a timer of the runtimes can wait, about 24 days. */
const MAX_MS = 2_147_483_647;

/**
 * Milliseconds of `500ms`, `30s`, `1m30s`, `2h`; a bare number is seconds.
 *
 * The units come once each, the larger first; parts of a unit are fine (`1.5s`).
 */
export function parseDuration(text: string): Parsed<number> {
  const match = DURATION.exec(text);
  if (match === null) {
    return unparsed(
      `expected a duration such as 30s, 1m30s or 500ms, got ${quote(text)}`,
      "write a number with ms, s, m or h; a bare number is seconds",
    );
  }
  const [, seconds, ...units] = match;
  const valueMs = Object.values(UNIT_MS).reduce(
    (sumMs, unitMs, index) => sumMs + Number(units[index] ?? 0) * unitMs,
    Number(seconds ?? 0) * 1_000,
  );
  if (valueMs > MAX_MS) return unparsed(`expected a duration of at most 596h, got ${quote(text)}`);
  return parsed(Math.round(valueMs));
}
