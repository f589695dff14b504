/**
 * What a pool of workers is told.
 *
 * The rule: types alone; who starts the pool decides.
 *
 * @module
 */
import type { EndpointFailed, SpawnWorker } from "./worker_process.ts";

/** What a pool needs. */
export interface WorkerPoolOptions {
  /** What starts one worker. */
  readonly argv: readonly string[];
  readonly count: number;
  readonly spawn: SpawnWorker;
  /** Milliseconds that a worker which listens has to take up a snapshot. */
  readonly applyTimeoutMs: number;
  /** Milliseconds that a new worker has until it listens. */
  readonly startTimeoutMs: number;
  /** Milliseconds that a worker has to answer a question. */
  readonly answerTimeoutMs: number;
  /** Milliseconds without any answer after which a worker counts as hung. */
  readonly hungTimeoutMs: number;
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonicNow: () => number;
  /** Tells what went wrong and was mended. */
  readonly warn: (message: string) => void;
  readonly onEndpointFailed: (message: EndpointFailed) => void;
}
