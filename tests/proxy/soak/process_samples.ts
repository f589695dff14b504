/**
 * What the kernel says of the proxy's processes over time: memory and file descriptors.
 *
 * The rule: a process that is gone has no sample; nothing is guessed.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";

/** One look at a process. */
export interface ProcessSample {
  readonly atMs: number;
  readonly memoryBytes: number;
  readonly files: number;
}

/** Looks at process `pid`; none where it is gone. */
export function sampleProcess(pid: number, atMs: number): ProcessSample | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    if (kibibytes === undefined) return undefined;
    return {
      atMs,
      memoryBytes: Number(kibibytes) * 1024,
      files: readdirSync(`/proc/${pid}/fd`).length,
    };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code !== "EACCES") return undefined;
    throw error;
  }
}

/** How a value went. */
export interface Trend {
  /** In the first, the middle and the last quarter of the time looked at. */
  readonly firstMedian: number;
  readonly middleMedian: number;
  readonly lastMedian: number;
  /** By the least squares, in a minute. */
  readonly slopePerMinute: number;
}

/** The trend of `value` over `samples`, of which there are at least four. */
export function findTrend(
  samples: readonly ProcessSample[],
  value: (sample: ProcessSample) => number,
): Trend {
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const middle = Math.floor((samples.length - quarter) / 2);
  return {
    firstMedian: median(samples.slice(0, quarter).map(value)),
    middleMedian: median(samples.slice(middle, middle + quarter).map(value)),
    lastMedian: median(samples.slice(-quarter).map(value)),
    slopePerMinute: slope(samples.map((sample) => [sample.atMs / 60_000, value(sample)])),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return above / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
