/**
 * Makes the table of docs/benchmarks.md.
 *
 * Pure. The rule: a ratio is the median of the rounds' own ratios, so that what slows a whole round
 * down slows all of it.
 *
 * @module
 */
import type { Measurement } from "./scenarios.ts";

/** One proxy in one scenario. */
export interface Row {
  readonly scenario: string;
  readonly peer: string;
  /** One of each round. */
  readonly measurements: readonly Measurement[];
  /** nginx in the same rounds. */
  readonly base: readonly Measurement[];
}

const HEAD = [
  "Scenario",
  "Proxy",
  "CPU µs/request",
  "× nginx",
  "requests/s",
  "× nginx",
  "p99 ms",
  "kB/idle connection",
];

/** The rows as Markdown. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [HEAD, HEAD.map(() => "---"), ...rows.map(formatRow)];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function formatRow({ scenario, peer, measurements, base }: Row): readonly string[] {
  const cost = measurements.map(costOf);
  const rate = measurements.map(rateOf);
  return [
    scenario,
    peer,
    median(cost).toFixed(1),
    median(cost.map((each, round) => each / costOf(base[round]))).toFixed(2),
    String(Math.round(median(rate))),
    median(rate.map((each, round) => each / rateOf(base[round]))).toFixed(2),
    formatOptional(measurements.map(({ p99Ms }) => p99Ms), 2, 1),
    formatOptional(measurements.map(({ idleBytes }) => idleBytes), 1, 1 / 1024),
  ];
}

function costOf(measurement: Measurement | undefined): number {
  return measurement === undefined ? NaN : measurement.cpuMicroseconds / measurement.requests;
}

function rateOf(measurement: Measurement | undefined): number {
  return measurement === undefined ? NaN : measurement.requests / measurement.seconds;
}

function formatOptional(
  values: readonly (number | undefined)[],
  digits: number,
  factor: number,
): string {
  const known = values.filter((value) => value !== undefined && !Number.isNaN(value));
  return known.length === 0 ? "" : (median(known as number[]) * factor).toFixed(digits);
}

/** The middle one; of an even number the mean of both. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}
