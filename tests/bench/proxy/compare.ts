/**
 * Compares the runs of two proxies.
 *
 * Pure. The rule: a ratio is the median of the rounds' own ratios, so that what slows a whole round
 * down slows all of it; rounds in which one of both is missing do not count.
 *
 * @module
 */
import type { Measurement, Result } from "./results.ts";

/** A figure of a run; none where the scenario has no such figure. */
export type Figure = (measurement: Measurement) => number | undefined;

/** CPU microseconds per request. */
export const costOf: Figure = ({ cpuMicroseconds, requests }) => cpuMicroseconds / requests;
/** Requests in a second. */
export const rateOf: Figure = ({ requests, seconds }) => requests / seconds;
/** The 99th percentile of the time of a request, in milliseconds. */
export const p99Of: Figure = ({ p99Ms }) => p99Ms;

/** The middle one; of an even number the mean of both; none of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}

/** The median of a figure over a proxy's rounds in a scenario; none where it was not measured. */
export function medianOf(
  results: readonly Result[],
  { scenario, peer, figure }: {
    readonly scenario: string;
    readonly peer: string;
    readonly figure: Figure;
  },
): number | undefined {
  const values = roundsOf(results, scenario, peer).map(({ measurement }) => figure(measurement));
  return median(values.filter(isKnown));
}

/** `peer`'s figure as a multiple of `base`'s; none where they have no round in common. */
export function ratioOf(
  results: readonly Result[],
  { scenario, peer, base, figure }: {
    readonly scenario: string;
    readonly peer: string;
    readonly base: string;
    readonly figure: Figure;
  },
): number | undefined {
  const others = roundsOf(results, scenario, base);
  const ratios = roundsOf(results, scenario, peer).map(({ round, measurement }) => {
    const other = others.find((each) => each.round === round);
    const [value, by] = [figure(measurement), other && figure(other.measurement)];
    return value === undefined || by === undefined ? undefined : value / by;
  });
  return median(ratios.filter(isKnown));
}

/** A proxy's runs in a scenario. */
export function roundsOf(
  results: readonly Result[],
  scenario: string,
  peer: string,
): readonly Result[] {
  return results.filter((each) => each.scenario === scenario && each.peer === peer);
}

function isKnown(value: number | undefined): value is number {
  return value !== undefined && !Number.isNaN(value);
}
