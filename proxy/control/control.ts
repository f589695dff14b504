/**
 * The one place where the proxy's state changes.
 *
 * The rule: changes happen one after the other; each is on the disk before any worker hears of it,
 * and is answered after every worker routes by it.
 *
 * @module
 */
import type { Failure, SwitchResult } from "../api.ts";
import { EndpointChecks } from "./endpoint_checks.ts";
import { failure, OperationError } from "./failure.ts";
import { GenerationAges } from "./generation_ages.ts";
import { type Change, findRoute, type ProxyState } from "./proxy_state.ts";
import { pruneLedger } from "./report_ledger.ts";
import { makeSnapshot } from "./snapshot.ts";
import { saveState } from "./state_file.ts";
import type { AppliedBy, WorkerPool } from "./worker_pool.ts";

/** What a control process is made of. */
export interface ControlOptions {
  readonly stateDir: string;
  readonly state: ProxyState;
  readonly startedAtMs: number;
  /** Milliseconds since the epoch: for what is stored or shown. */
  readonly now: () => number;
  /** Milliseconds of a clock that nobody sets: for deadlines and ages. */
  readonly monotonicNow: () => number;
  /** Writes one line for people. */
  readonly log: (line: string) => void;
  readonly makePool: (control: Control) => WorkerPool;
}

/** What came of a change. */
export interface Changed<Result> {
  readonly result: Result;
  readonly applied: readonly AppliedBy[];
}

const MAX_WARNINGS = 50;
/** Former generations of a route whose counters are kept. */
const KEPT_GENERATIONS = 3;

/** The state, the workers, and what is known about the endpoints. */
export class Control {
  readonly pool: WorkerPool;
  readonly checks = new EndpointChecks();
  readonly ages = new GenerationAges();
  readonly startedAtMs: number;
  readonly now: () => number;
  readonly monotonicNow: () => number;
  readonly log: (line: string) => void;
  /** The answer to the last switch of each route, for its repetition. */
  readonly lastSwitch = new Map<string, SwitchResult>();
  /** How often a route was given another generation. */
  switches = 0;
  readonly #stateDir: string;
  readonly #warnings: string[] = [];
  #state: ProxyState;
  #sequence = 0;
  #role: "active" | "retired" = "active";
  #queue: Promise<unknown> = Promise.resolve();
  #wake = new AbortController();
  #held: Promise<void> = Promise.resolve();

  constructor(options: ControlOptions) {
    this.#stateDir = options.stateDir;
    this.#state = options.state;
    this.startedAtMs = options.startedAtMs;
    this.now = options.now;
    this.monotonicNow = options.monotonicNow;
    this.log = options.log;
    this.pool = options.makePool(this);
  }

  /** The newest state; it is on the disk. */
  get state(): ProxyState {
    return this.#state;
  }

  /** What went wrong and was mended, oldest first. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** Whether this process may change anything: not while another one has taken over. */
  get isActive(): boolean {
    return this.#role === "active";
  }

  /** Notes what went wrong and was mended. */
  warn(message: string): void {
    this.log(`warning: ${message}`);
    // The same again and again would push the others out.
    if (this.#warnings.at(-1)?.endsWith(` ${message}`)) return;
    this.#warnings.push(`${new Date(this.now()).toISOString()} ${message}`);
    if (this.#warnings.length > MAX_WARNINGS) this.#warnings.shift();
  }

  /** Starts the workers on the current state. */
  async start(): Promise<void> {
    await this.pool.start(this.#nextSnapshot());
  }

  /**
   * Changes the state by what `decide` makes of it.
   *
   * @throws {OperationError} When `decide` refuses, another process has taken over, or the disk does
   * not take the new state. Nothing has changed then.
   */
  change<Result>(
    decide: (state: ProxyState) => Change<Result> | Failure | Promise<Change<Result> | Failure>,
  ): Promise<Changed<Result>> {
    return this.#enqueue(async () => {
      await this.#held;
      if (!this.isActive) throw new OperationError(retiredFailure());
      const outcome = await decide(this.#state);
      if (outcome.kind === "failure") throw new OperationError(outcome);
      if (outcome.state === this.#state) return { result: outcome.result, applied: [] };
      await this.#save(outcome.state);
      this.switches += countSwitches(this.#state, outcome.state);
      this.#state = outcome.state;
      const applied = await this.publish();
      this.#forgetOldCounters();
      this.#wakeAll();
      return { result: outcome.result, applied };
    });
  }

  /**
   * Gives all workers the newest state and the newest ejections. While another process has the role,
   * they may have newer ones.
   */
  publish(): Promise<readonly AppliedBy[]> {
    if (!this.isActive) return Promise.resolve([]);
    return this.pool.publish(this.#nextSnapshot());
  }

  /** Lets changes and drains wait for `held`. */
  holdChanges(held: Promise<void>): void {
    this.#held = held;
  }

  /** Resolves when nothing has to wait for another process any more. */
  get unheld(): Promise<void> {
    return this.#held;
  }

  /** Stops changing anything, once what is under way is done. */
  async retire(): Promise<void> {
    await this.#enqueue(async () => this.#role = "retired");
  }

  /** Takes the role back: the process that should have taken over did not come up. */
  resume(): void {
    this.#role = "active";
    this.publish();
    this.#wakeAll();
  }

  /** A signal that is aborted at the next change of the state. */
  get nextChange(): AbortSignal {
    return this.#wake.signal;
  }

  #enqueue<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(run);
    this.#queue = done.catch(() => {}); // Its caller is told; the next one has its own fate.
    return done;
  }

  async #save(state: ProxyState): Promise<void> {
    try {
      const { warnings } = await saveState(this.#stateDir, state);
      for (const warning of warnings) this.warn(warning);
    } catch (error) {
      const message = `Cannot write the state to ${this.#stateDir}: ${(error as Error).message}`;
      this.warn(message);
      throw new OperationError(failure("internal", message, {
        hint: "nothing was changed; make room on the disk, then repeat the operation",
      }));
    }
  }

  #nextSnapshot(): ReturnType<typeof makeSnapshot> {
    const nowMs = this.monotonicNow();
    this.checks.follow(this.#state, nowMs);
    this.ages.follow(this.#state, nowMs);
    return makeSnapshot(this.#state, ++this.#sequence, this.checks.isEjected);
  }

  #forgetOldCounters(): void {
    const { highest } = this.#state;
    this.pool.keep((ledger) =>
      pruneLedger(
        ledger,
        ({ project, app, generation }) =>
          generation > (highest[`${project}/${app}`] ?? 0) - KEPT_GENERATIONS,
      )
    );
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = new AbortController();
    waiting.abort();
  }
}

/** How many routes of `after` are in another generation than before. */
function countSwitches(before: ProxyState, after: ProxyState): number {
  return after.routes.filter((route) =>
    findRoute(before, route)?.current.generation !== route.current.generation
  ).length;
}

/** The refusal of a process that another one has replaced. */
export function retiredFailure(): Failure {
  return failure("retired", "Cannot change anything: another luma-proxy is taking over", {
    hint: "repeat the operation; the other one answers on the same socket",
  });
}
