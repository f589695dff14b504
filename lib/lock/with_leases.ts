/**
 * Runs something while leases of one server are held, and gives them up afterwards, however it ended.
 *
 * The rule: several leases are taken in the order of their files, all or none, so that two runs which
 * want the same ones never wait for each other.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import { acquireLease, type LeaseLock, type LeaseOptions } from "./lease_lock.ts";
import { identifyProcess, isProcessAlive, type ProcessIdentity } from "./this_process.ts";

/** A lease that this process wants. */
export type WantedLease = Omit<LeaseOptions, keyof ProcessIdentity | "isAlive" | "signal">;

/** What may be done while leases are held, and when it has to end. */
export interface Held {
  /** Runs commands only while all of the leases are held. */
  readonly runner: Runner;
  /** Aborted when one of them was lost, and when the caller's own signal is. */
  readonly signal: AbortSignal;
}

/** Where the leases are, and when waiting for them ends. */
export interface LeaseSite {
  readonly runner: Runner;
  readonly signal: AbortSignal;
}

/**
 * Runs `body` with all of `wanted` held.
 *
 * @throws {LockHeldError} When somebody else holds one of them; `body` has not run then.
 */
export async function withLeases<Result>(
  wanted: readonly WantedLease[],
  { runner, signal }: LeaseSite,
  body: (held: Held) => Promise<Result>,
): Promise<Result> {
  const locks: LeaseLock[] = [];
  try {
    for (const lease of [...wanted].sort((a, b) => a.file < b.file ? -1 : 1)) {
      const owner = { ...identifyProcess(), isAlive: isProcessAlive };
      locks.push(await acquireLease(runner, { ...owner, ...lease, signal }));
    }
    return await body({
      runner: locks.reduce((through, lock) => lock.guard(through), runner),
      signal: AbortSignal.any([signal, ...locks.map(({ lost }) => lost)]),
    });
  } finally {
    await Promise.all(locks.map((lock) => lock.release()));
  }
}
