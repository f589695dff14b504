/**
 * Reads durations of the command line.
 *
 * The rule: this is the last place that sees `5s`; everything else has milliseconds.
 *
 * @module
 */
import { ProxyUsageError } from "./proxy_io.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** What the timers of the runtimes can wait at most, 24 days: longer ones end at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Milliseconds of `250ms`, `5s`, `1.5m` or `1h`; `name` is the flag's. */
export function parseDuration(text: string, name: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (number === undefined || factor === undefined) {
    throw new ProxyUsageError(
      `--${name}: expected a duration like 250ms, 5s or 2m, found "${text}"`,
    );
  }
  return Math.min(Math.round(Number(number) * factor), LONGEST_MS);
}

/** `250 ms`, `3.2 s`, `4 min`: short, for people. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`;
}
