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
import type { Snapshot, WorkerReport } from "../worker/protocol.ts";
import { planRestart } from "./plan_restart.ts";
import { patienceWith, type PoolMember } from "./pool_member.ts";
import { type Ledger, recordEnd, recordReport } from "./report_ledger.ts";
import { TrafficLedger, type WorkerCounts } from "./traffic_ledger.ts";
import { within } from "./within.ts";
import type { WorkerPoolOptions } from "./worker_pool_options.ts";
import { type Applied, type WorkerChild, WorkerProcess } from "./worker_process.ts";

/** A worker that took up a snapshot. */
export interface AppliedBy extends Applied {
  readonly pid: number;
}

/** Closing in order waits for the end of a frame. */
const CLOSE_TIMEOUT_MS = 10_000;
/** Milliseconds in which a former process that was lost may follow again. */
const RETURN_MS = 1_000;

/** The workers of one control process. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #members = new Set<PoolMember>();
  readonly #stopped = new AbortController();
  #snapshot: Snapshot = { sequence: 0, routes: [] };
  #ledger: Ledger = new Map();
  readonly #traffic = new TrafficLedger();
  /** The round of questions that is under way; whether all answered it. */
  #round: Promise<boolean> | undefined;
  #lastNumber = 0;
  #isStarted = false;
  #restarts = 0;
  #formerEndedAtMs = -Infinity;

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

  /** The workers that are alive; those of a former process left out. */
  get workers(): readonly { readonly pid: number; readonly connections: number }[] {
    return [...this.#members].filter(({ isFormer }) => !isFormer)
      .map(({ process: { pid }, connections }) => ({ pid, connections }));
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
    const members = Array.from({ length: count }, () => this.#spawn());
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

  /**
   * Takes up the workers of a process that this one has replaced, as one: they route by the snapshots,
   * and what they still answer is counted, until they end.
   *
   * @returns When they route by the current snapshot, or are gone.
   */
  async adopt(child: WorkerChild): Promise<void> {
    const member = this.#add(() => child, { isFormer: true, earlyDeaths: 0 });
    member.isReady = await this.#apply(member, this.#snapshot) !== undefined;
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
   * @returns Whether each of them has answered in time; of another one, nobody knows, and neither of
   * a former process that is gone: it may have lost the connection alone, and follow again.
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
    for (const { process, isFormer } of members) isFormer ? process.kill() : process.retire();
    const ended = Promise.all(members.map(({ process }) => process.ended));
    await within(limitMs, ended, "").catch(() => this.kill());
    await ended;
  }

  /** Ends every worker at once. */
  kill(): void {
    this.#stopped.abort();
    for (const { process } of this.#members) process.kill();
  }

  #spawn(earlyDeaths = 0): PoolMember {
    const { argv, spawn } = this.#options;
    const member = this.#add(() => spawn(argv), { isFormer: false, earlyDeaths });
    this.#apply(member, this.#snapshot);
    return member;
  }

  #add(
    start: () => WorkerChild,
    known: Pick<PoolMember, "isFormer" | "earlyDeaths">,
  ): PoolMember {
    const { monotonicNow, warn, onEndpointFailed } = this.#options;
    const process = new WorkerProcess(start, {
      onEndpointFailed,
      onNoise: (line) => warn(`worker ${process.pid} wrote: ${line.slice(0, 200)}`),
    });
    const member: PoolMember = {
      ...known,
      number: ++this.#lastNumber,
      process,
      startedAtMs: monotonicNow(),
      isReady: false,
      connections: 0,
      answeredAtMs: monotonicNow(),
      appliedAtMs: 0,
    };
    this.#members.add(member);
    process.ended.then((how) => this.#onEnded(member, how));
    process.ready.then(() => member.isReady = true, () => {});
    return member;
  }

  async #onEnded(member: PoolMember, how: string): Promise<void> {
    this.#members.delete(member);
    this.#ledger = recordEnd(this.#ledger, member.number);
    this.#traffic.end(member.number);
    if (member.isFormer) this.#formerEndedAtMs = this.#options.monotonicNow();
    if (this.#stopped.signal.aborted || member.isFormer || this.#failsStart(member)) return;
    const { warn, monotonicNow } = this.#options;
    const { earlyDeaths, pauseMs } = planRestart(member, monotonicNow());
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
  #failsStart(member: PoolMember): boolean {
    return !this.#isStarted && !member.isReady && member.number <= this.#options.count;
  }

  async #apply(member: PoolMember, snapshot: Snapshot): Promise<AppliedBy | undefined> {
    const { process } = member;
    const { applyTimeoutMs, startTimeoutMs } = this.#options;
    const isNew = !member.isReady && !member.isFormer;
    const limitMs = isNew ? startTimeoutMs : patienceWith(member, applyTimeoutMs);
    try {
      const reason = `it did not take up snapshot ${snapshot.sequence}`;
      const applied = await within(limitMs, process.apply(snapshot), reason);
      member.appliedAtMs = applied.atMs;
      return { ...applied, pid: process.pid };
    } catch (error) {
      if (!process.isGone) this.#end(member, (error as Error).message);
      await process.ended;
      return undefined;
    }
  }

  /** @returns Whether all that are there have answered. */
  async #collectReports(): Promise<boolean> {
    const answered = await Promise.all([...this.#members].map(async (member) => {
      // A new worker has no requests yet; those of a former process answer theirs.
      if (!member.isReady) return !member.isFormer;
      const report = await this.#ask(member.process.report());
      if (!this.#members.has(member)) return true;
      if (report === undefined) {
        this.#endIfHung(member);
        return false;
      }
      return this.#record(member, report);
    }));
    const mayReturn = this.#options.monotonicNow() - this.#formerEndedAtMs < RETURN_MS;
    return answered.every((one) => one) && !mayReturn;
  }

  /** @returns Whether the report could be read. */
  #record(member: PoolMember, report: WorkerReport): boolean {
    try {
      this.#ledger = recordReport(this.#ledger, member.number, report);
      // What a former process counts is told where its own metrics were read.
      if (!member.isFormer) this.#traffic.record(member.number, report);
    } catch (error) {
      this.#end(member, `its counters cannot be read: ${(error as Error).message}`);
      return false;
    }
    member.answeredAtMs = this.#options.monotonicNow();
    member.connections = report.connections;
    return true;
  }

  /** A worker that hangs still gets its share of the new connections: they would hang with it. */
  #endIfHung(member: PoolMember): void {
    const { monotonicNow, hungTimeoutMs } = this.#options;
    const limitMs = patienceWith(member, hungTimeoutMs);
    if (member.process.isGone || monotonicNow() - member.answeredAtMs < limitMs) return;
    this.#end(member, `it did not answer for ${limitMs / 1000} s`);
  }

  #end({ process, isFormer }: PoolMember, reason: string): void {
    const what = isFormer ? "the replaced process" : "worker";
    this.#options.warn(`${what} ${process.pid} is ${isFormer ? "given up" : "killed"}: ${reason}`);
    process.kill();
  }

  /** An answer, or undefined from a worker that is gone or too busy: its last counters stand. */
  #ask<T>(answer: Promise<T>, limitMs = this.#options.answerTimeoutMs): Promise<T | undefined> {
    return within(limitMs, answer, "").catch(() => undefined);
  }
}
