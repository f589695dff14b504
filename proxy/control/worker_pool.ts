/**
 * Keeps the wished number of workers alive, and all of them on the newest snapshot.
 *
 * The rule: when {@linkcode WorkerPool.publish} returns, no worker routes by an older snapshot: one
 * that does not say so in time is killed and replaced.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Color, DrainingRequest, RouteKey } from "../api.ts";
import type { Snapshot } from "../worker/protocol.ts";
import { type Ledger, recordEnd, recordReport } from "./report_ledger.ts";
import { TrafficLedger, type WorkerCounts } from "./traffic_ledger.ts";
import {
  type Applied,
  type EndpointFailed,
  type SpawnWorker,
  WorkerProcess,
} from "./worker_process.ts";

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
  readonly now: () => number;
  /** Tells what went wrong and was mended. */
  readonly warn: (message: string) => void;
  readonly onEndpointFailed: (message: EndpointFailed) => void;
}

/** A worker that took up a snapshot. */
export interface AppliedBy extends Applied {
  readonly pid: number;
}

interface Member {
  readonly number: number;
  readonly process: WorkerProcess;
  readonly startedAtMs: number;
  /** How many before it died young, one after the other. */
  readonly earlyDeaths: number;
  isReady: boolean;
  connections: number;
  /** When it last answered anything. */
  answeredAtMs: number;
  /** When it took up the snapshot that it routes by, by its own clock. */
  appliedAtMs: number;
}

/** Deaths within this time after the start are answered with a growing pause. */
const YOUNG_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Closing in order waits for the end of a frame. */
const CLOSE_TIMEOUT_MS = 10_000;

/** The workers of one control process. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #members = new Set<Member>();
  readonly #stopped = new AbortController();
  #snapshot: Snapshot = { sequence: 0, routes: [] };
  #ledger: Ledger = new Map();
  readonly #traffic = new TrafficLedger();
  /** The round of questions that is under way; whether all answered it. */
  #round: Promise<boolean> | undefined;
  #lastNumber = 0;
  #isStarted = false;
  #restarts = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** What the workers counted, as last reported. */
  get ledger(): Ledger {
    return this.#ledger;
  }

  /** What they counted since the pool began, of workers that ended as well; never goes down. */
  get counts(): WorkerCounts | undefined {
    return this.#traffic.sum();
  }

  /** How many workers ended and were replaced. */
  get restarts(): number {
    return this.#restarts;
  }

  /** The workers that are alive. */
  get workers(): readonly { readonly pid: number; readonly connections: number }[] {
    return [...this.#members].map(({ process: { pid }, connections }) => ({ pid, connections }));
  }

  /** When each worker that listens took up the snapshot that it routes by. */
  get appliedBy(): readonly { readonly pid: number; readonly atMs: number }[] {
    return [...this.#members].filter(({ isReady }) => isReady)
      .map(({ process: { pid }, appliedAtMs: atMs }) => ({ pid, atMs }));
  }

  /** Keeps of the ledger what `prune` returns. */
  keep(prune: (ledger: Ledger) => Ledger): void {
    this.#ledger = prune(this.#ledger);
  }

  /**
   * Starts the workers; resolves when all of them listen.
   *
   * @throws {Error} When one ends, or does not listen in time. The others are ended then.
   */
  async start(snapshot: Snapshot): Promise<void> {
    this.#snapshot = snapshot;
    const { count, startTimeoutMs } = this.#options;
    const members = Array.from({ length: count }, () => this.#spawn(0));
    try {
      await Promise.all(
        members.map(({ process }) => within(startTimeoutMs, process.ready, "it did not listen")),
      );
      this.#isStarted = true;
    } catch (error) {
      this.kill();
      throw error;
    }
  }

  /** Gives every worker this snapshot; resolves when each routes by it or has ended. */
  async publish(snapshot: Snapshot): Promise<readonly AppliedBy[]> {
    this.#snapshot = snapshot;
    const answers = await Promise.all([...this.#members].map((one) => this.#apply(one, snapshot)));
    return answers.filter((answer) => answer !== undefined);
  }

  /** Asks all workers for their counters; one that does not answer in time keeps its last ones. */
  async report(): Promise<Ledger> {
    await this.#askAll();
    return this.#ledger;
  }

  /**
   * Asks all workers for what they do now.
   *
   * @returns Whether each of them has answered in time; of another one, nobody knows.
   */
  async reportNow(): Promise<boolean> {
    // Some may have answered the round that is under way before this was called.
    await this.#round;
    return await this.#askAll();
  }

  #askAll(): Promise<boolean> {
    this.#round ??= this.#collectReports().finally(() => this.#round = undefined);
    return this.#round;
  }

  /** Closes the streams of a color that is not in use, in all workers. */
  async closeStreams(key: RouteKey, color: Color): Promise<readonly DrainingRequest[]> {
    const closed = await Promise.all(
      [...this.#members].map(({ process }) =>
        this.#ask(process.closeStreams(key, color), CLOSE_TIMEOUT_MS)
      ),
    );
    return closed.flatMap((requests) => requests ?? []);
  }

  /** Lets every worker end its work, and ends those that are not done within `limitMs`. */
  async retire(limitMs: number): Promise<void> {
    this.#stopped.abort();
    const members = [...this.#members];
    for (const { process } of members) process.retire();
    const ended = Promise.all(members.map(({ process }) => process.ended));
    await within(limitMs, ended, "").catch(() => this.kill());
    await ended;
  }

  /** Ends every worker at once. */
  kill(): void {
    this.#stopped.abort();
    for (const { process } of this.#members) process.kill();
  }

  #spawn(earlyDeaths: number): Member {
    const { argv, spawn, now, warn, onEndpointFailed } = this.#options;
    const process = new WorkerProcess(() => spawn(argv), {
      onEndpointFailed,
      onNoise: (line) => warn(`worker ${process.pid} wrote: ${line.slice(0, 200)}`),
    });
    const member: Member = {
      number: ++this.#lastNumber,
      process,
      startedAtMs: now(),
      earlyDeaths,
      isReady: false,
      connections: 0,
      answeredAtMs: now(),
      appliedAtMs: 0,
    };
    this.#members.add(member);
    process.ended.then((how) => this.#onEnded(member, how));
    process.ready.then(() => member.isReady = true, () => {});
    this.#apply(member, this.#snapshot);
    return member;
  }

  async #onEnded(member: Member, how: string): Promise<void> {
    this.#members.delete(member);
    this.#ledger = recordEnd(this.#ledger, member.number);
    this.#traffic.end(member.number);
    if (this.#stopped.signal.aborted || this.#failsStart(member)) return;
    const { warn, now } = this.#options;
    const earlyDeaths = now() - member.startedAtMs < YOUNG_MS ? member.earlyDeaths + 1 : 0;
    // The first death is answered at once: it may be the only one.
    const pauseMs = earlyDeaths < 2
      ? 0
      : Math.min(FIRST_PAUSE_MS * 2 ** (earlyDeaths - 2), LONGEST_PAUSE_MS);
    const { pid } = member.process;
    warn(
      pid === 0
        ? `a worker could not be started, and is tried again: ${how}`
        : `worker ${pid} ended (${how}) and is replaced`,
    );
    this.#restarts++;
    const { signal } = this.#stopped;
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
    if (!signal.aborted) this.#spawn(earlyDeaths);
  }

  /** One of the first that never listened is not replaced: the start fails with it. */
  #failsStart(member: Member): boolean {
    return !this.#isStarted && !member.isReady && member.number <= this.#options.count;
  }

  async #apply(member: Member, snapshot: Snapshot): Promise<AppliedBy | undefined> {
    const { process } = member;
    const { applyTimeoutMs, startTimeoutMs, warn } = this.#options;
    const limitMs = member.isReady ? applyTimeoutMs : startTimeoutMs;
    try {
      const reason = `it did not take up snapshot ${snapshot.sequence}`;
      const applied = await within(limitMs, process.apply(snapshot), reason);
      member.appliedAtMs = applied.atMs;
      return { ...applied, pid: process.pid };
    } catch (error) {
      if (!process.isGone) {
        warn(`worker ${process.pid} is killed: ${(error as Error).message}`);
        process.kill();
      }
      await process.ended;
      return undefined;
    }
  }

  /** @returns Whether all that are there have answered. */
  async #collectReports(): Promise<boolean> {
    const answered = await Promise.all([...this.#members].map(async (member) => {
      if (!member.isReady) return true;
      const report = await this.#ask(member.process.report());
      if (!this.#members.has(member)) return true;
      if (report === undefined) {
        this.#endIfHung(member);
        return false;
      }
      member.answeredAtMs = this.#options.now();
      member.connections = report.connections;
      this.#ledger = recordReport(this.#ledger, member.number, report);
      this.#traffic.record(member.number, report);
      return true;
    }));
    return answered.every((one) => one);
  }

  /** A worker that hangs still gets its share of the new connections: they would hang with it. */
  #endIfHung({ process, answeredAtMs }: Member): void {
    const { now, hungTimeoutMs, warn } = this.#options;
    if (process.isGone || now() - answeredAtMs < hungTimeoutMs) return;
    warn(`worker ${process.pid} is killed: it did not answer for ${hungTimeoutMs / 1000} s`);
    process.kill();
  }

  /** An answer, or undefined from a worker that is gone or too busy: its last counters stand. */
  #ask<T>(answer: Promise<T>, limitMs = this.#options.answerTimeoutMs): Promise<T | undefined> {
    return within(limitMs, answer, "").catch(() => undefined);
  }
}

async function within<T>(limitMs: number, promise: Promise<T>, reason: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${reason} within ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
