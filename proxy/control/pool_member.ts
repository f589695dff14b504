/**
 * What a pool knows of one of its workers.
 *
 * The rule: facts alone; the pool decides what becomes of it.
 *
 * @module
 */
import type { EndedWorker } from "./plan_restart.ts";
import type { WorkerProcess } from "./worker_process.ts";

/** A worker, or the workers of a process that was replaced, as one. */
export interface PoolMember extends EndedWorker {
  readonly number: number;
  readonly process: WorkerProcess;
  /** Stands for the workers of a process that this one has replaced. */
  readonly isFormer: boolean;
  isReady: boolean;
  connections: number;
  /** When it last answered anything. */
  answeredAtMs: number;
  /** When it took up the snapshot that it routes by, by its own clock. */
  appliedAtMs: number;
}

/** The limit for this one. A former process first ends its own workers that take too long, then answers. */
export function patienceWith({ isFormer }: PoolMember, limitMs: number): number {
  return isFormer ? 2 * limitMs : limitMs;
}
