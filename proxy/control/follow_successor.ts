/**
 * Has the workers of a process that was replaced route by what its successor tells, while they end their
 * work.
 *
 * The rule: nothing is decided here. The successor's messages go to all workers, and their answers go back
 * as the answer of one worker; where the successor is gone, the next one on the socket is followed.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { TrafficCounters } from "../engine/traffic_counters.ts";
import { type FromWorker, PROTOCOL, type ToWorker, type WorkerReport } from "../worker/protocol.ts";
import { callControl, type CallOptions } from "./call_control.ts";
import { OperationError } from "./failure.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** Whom to follow. */
export interface FollowOptions {
  readonly pool: WorkerPool;
  readonly socketPath: string;
  /** The id of this process. */
  readonly pid: number;
  /** Writes one line for people. */
  readonly log: (line: string) => void;
  /** Aborted when no worker is left. */
  readonly signal: AbortSignal;
}

/** Milliseconds until a successor that is gone is looked for again. */
const RETRY_MS = 250;

/** Follows whoever answers on the socket, until `signal` is aborted. */
export async function followSuccessor(options: FollowOptions): Promise<void> {
  const { signal, log } = options;
  const identity = { id: randomUUID(), pid: options.pid, protocol: PROTOCOL };
  let told: string | undefined;
  while (!signal.aborted) {
    try {
      await followOnce(options, identity);
    } catch (error) {
      if (signal.aborted) return;
      // One of another version, to which this process means nothing.
      if (error instanceof OperationError && error.failure.code === "unknown operation") return;
      const reason = (error as Error).message;
      if (reason !== told) log(`the new luma-proxy is not followed for now: ${reason}`);
      told = reason;
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {}); // An abort is an early end.
  }
}

interface Identity {
  readonly id: string;
  readonly pid: number;
  /** Which messages it understands. */
  readonly protocol: number;
}

async function followOnce(options: FollowOptions, identity: Identity): Promise<void> {
  const { socketPath, signal, log } = options;
  const call = { socketPath, signal };
  for await (const message of callControl("follow", JSON.stringify(identity), call)) {
    // Not waited for: a question must not wait for a snapshot that a busy worker takes up late.
    obeySuccessor(message as ToWorker, options.pool)
      .then((answer) => answer && sendAnswer({ ...identity, message: answer }, call))
      .catch((error: Error) => {
        if (!signal.aborted) log(`the new luma-proxy was not answered: ${error.message}`);
      });
  }
}

async function sendAnswer(
  request: Identity & { readonly message: FromWorker },
  call: CallOptions,
): Promise<void> {
  for await (const _ of callControl("followed", JSON.stringify(request), call));
}

/** Does what the successor tells; returns what it is answered, if anything. */
export async function obeySuccessor(
  message: ToWorker,
  pool: WorkerPool,
): Promise<FromWorker | undefined> {
  switch (message.kind) {
    case "snapshot": {
      const { sequence } = message.snapshot;
      const applied = await pool.publish(message.snapshot);
      // The last worker has ended: this process will not route by it, and ends, too.
      if (applied.length === 0) return undefined;
      const atMs = Math.max(...applied.map((one) => one.atMs));
      const inFlight = applied.flatMap((one) => one.inFlight);
      return { kind: "applied", sequence, atMs, inFlight };
    }
    case "report":
      // Without an answer of each worker there is none: it would say that nothing is in flight.
      if (!await pool.reportNow()) return undefined;
      return { kind: "report", id: message.id, report: makeReport(pool) };
    case "close streams": {
      const closed = await pool.closeStreams(message, message.color);
      return { kind: "closed", id: message.id, closed };
    }
    case "retire":
      return undefined; // It does already.
  }
}

const NO_COUNTS = { requests: 0, failed: 0, recent: { requests: 0, failed: 0 }, examples: [] };

/** What is still answered; everything else is counted by the successor's own workers. */
function makeReport(pool: WorkerPool): WorkerReport {
  const generations = [...pool.ledger.values()].flat()
    .filter(({ inFlight, streams }) => inFlight + streams > 0)
    .map((report) => ({ ...report, ...NO_COUNTS }));
  return { connections: 0, traffic: new TrafficCounters().report(), routes: [], generations };
}
