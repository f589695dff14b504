/**
 * Judges a soak: what failed and why that may be, and whether memory and files stayed flat.
 *
 * Pure: what was measured in, a verdict out.
 *
 * @module
 */
import type { Sample } from "../../load/load_report.ts";
import { findTrend, type ProcessSample } from "./process_samples.ts";

/** A process that lived through the soak. */
export interface Survivor {
  readonly name: string;
  readonly samples: readonly ProcessSample[];
  /** Open files before the first client and after the last one. */
  readonly filesBefore: number;
  readonly filesAfter: number;
}

/**
 * A worker's death. From its signal until its process is gone it has a share of the new connections,
 * too, and nobody to accept them.
 */
export interface Kill {
  readonly atMs: number;
  readonly goneMs: number;
}

/** What was measured. */
export interface Soak {
  readonly requests: readonly Sample[];
  readonly kills: readonly Kill[];
  readonly survivors: readonly Survivor[];
  readonly warmUpMs: number;
  readonly connectionsLeft: number;
}

/** What came of it. */
export interface Verdict {
  readonly lines: readonly string[];
  readonly isGood: boolean;
}

/** The clients of a process that is gone learn it from their kernel, at once. */
const KILL_NOTICE_MS = 1_000;
/** Both must be passed for memory to count as growing: the runtime's heap goes up and down. */
const MAX_GROWTH = 0.2;
const MAX_SLOPE_BYTES = 2 * 1024 * 1024;
const MAX_FILES_LEFT = 5;
const MEBIBYTE = 1024 * 1024;

/** Judges. */
export function judgeSoak(soak: Soak): Verdict {
  const failed = soak.requests.filter(({ failure }) => failure !== undefined);
  const held = failed.filter((sample) => wasHeld(sample, soak.kills));
  const lost = failed.filter((sample) => !held.includes(sample));
  const memory = soak.survivors.map((survivor) => judgeMemory(survivor, soak.warmUpMs));
  const files = soak.survivors.map(judgeFiles);
  const lines = [
    `${soak.requests.length} good requests, ${lost.length} failed; ${held.length} more were held by ` +
    `one of ${soak.kills.length} killed workers`,
    ...lost.slice(0, 20).map(describe),
    ...memory.map(({ line }) => line),
    ...files.map(({ line }) => line),
    `${soak.connectionsLeft} connections left`,
  ];
  const isGood = lost.length === 0 && soak.connectionsLeft === 0 &&
    [...memory, ...files].every((one) => one.isGood);
  return { lines, isGood };
}

/**
 * Whether a worker was killed while it was in flight, and that ended it: its connection was cut. So is a
 * request that is sent on a kept connection of a worker that is gone, before its client was told.
 */
function wasHeld(sample: Sample, kills: readonly Kill[]): boolean {
  const { startedAtMs, endedAtMs, keptSinceMs = startedAtMs, failure = "" } = sample;
  if (failure.startsWith("status ")) return false;
  return kills.some(({ atMs, goneMs }) =>
    keptSinceMs <= goneMs && endedAtMs >= atMs && endedAtMs <= goneMs + KILL_NOTICE_MS
  );
}

function describe({ kind, failure, startedAtMs, endedAtMs, version }: Sample): string {
  const at = new Date(startedAtMs).toISOString().slice(11, 23);
  return `  failed: ${kind} at ${at} after ${endedAtMs - startedAtMs} ms: ${failure} (${version})`;
}

function judgeMemory({ name, samples }: Survivor, warmUpMs: number) {
  const startMs = (samples[0]?.atMs ?? 0) + warmUpMs;
  const warm = samples.filter(({ atMs }) => atMs >= startMs);
  if (warm.length < 4) return { line: `${name}: too few samples of memory`, isGood: false };
  const trend = findTrend(warm, ({ memoryBytes }) => memoryBytes);
  const growth = trend.lastMedian / trend.firstMedian - 1;
  const isGood = growth <= MAX_GROWTH || trend.slopePerMinute <= MAX_SLOPE_BYTES;
  const inMiB = (bytes: number) => (bytes / MEBIBYTE).toFixed(1);
  return {
    line: `${name}: memory ${inMiB(trend.firstMedian)} MiB at the start, ${
      inMiB(trend.middleMedian)
    } in the middle, ${inMiB(trend.lastMedian)} at the end, slope ${
      inMiB(trend.slopePerMinute)
    } MiB a minute: ${isGood ? "flat" : "it grows"}`,
    isGood,
  };
}

function judgeFiles({ name, filesBefore, filesAfter }: Survivor) {
  const isGood = filesAfter <= filesBefore + MAX_FILES_LEFT;
  return {
    line: `${name}: ${filesBefore} files before the first client, ${filesAfter} after the last: ${
      isGood ? "flat" : "they grow"
    }`,
    isGood,
  };
}
