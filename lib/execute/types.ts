/**
 * What carrying out a plan needs, and what it can fail with.
 *
 * The rule: effects come in here, as arguments; nothing in lib/execute/ decides what to do.
 *
 * @module
 */
import type { Docker } from "../docker/types.ts";
import { LumaError, type LumaErrorOptions } from "../error.ts";
import type { Plan } from "../plan/types.ts";
import type { ProxyClient } from "../proxy_client/proxy_client.ts";
import type { Event, EventBase } from "../report/events.ts";

/** Everything that steps act through. */
export interface Effects {
  readonly docker: Docker;
  readonly proxy: ProxyClient;
  /** A clock that only goes forward, in milliseconds. */
  readonly now: () => number;
  /** Waits, and is rejected with the signal's reason when that is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly report: (event: Event) => void;
  readonly pruneReceipts: (keep: number, signal: AbortSignal) => Promise<void>;
  /**
   * Called when the new color is healthy, before the first commit step; a throw undoes the prepare.
   *
   * In place, the new replicas are created by then, but not started: the old color still serves.
   */
  readonly beforeCommit?: (plan: Plan, signal: AbortSignal) => Promise<void>;
  /** Called when the watch has passed, before the new color stays; a throw switches back. */
  readonly beforeConfirm?: (plan: Plan, signal: AbortSignal) => Promise<void>;
}

/** What the steps of one plan tell each other. */
export interface Progress {
  /** Containers that this plan asked for: nothing else is removed when it is undone. */
  readonly made: Set<string>;
  /** The generation that this plan's hold or switch made last; none while that is unknown. */
  generation: number | undefined;
  /** The switch was asked for: what stands is known only from the proxy. */
  switchAsked: boolean;
  /** This plan's generation may be sealed: then there is nothing to undo. */
  confirmAsked: boolean;
  /** When the last replica had started, by {@linkcode Effects.now}. */
  startedAtMs?: number;
  /** When replicas last lost their alias. */
  aliasDroppedAtMs?: number;
  /** Containers that were asked to stop and are not known to have ended, and what time they got for it. */
  readonly stopping: Map<string, number>;
  /** Since when nothing of the app serves. */
  gapSinceMs: number | undefined;
}

/** Nothing was done yet. */
export function newProgress(): Progress {
  return {
    made: new Set(),
    generation: undefined,
    switchAsked: false,
    confirmAsked: false,
    stopping: new Map(),
    gapSinceMs: undefined,
  };
}

/** A plan that is being carried out. */
export interface Execution {
  readonly plan: Plan;
  readonly effects: Effects;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Server and app of every event. */
  readonly base: EventBase;
}

/**
 * What a deployment failed with, and what was found out about it.
 *
 * @example
 * ```ts
 * import { DeploymentError, openProject } from "@luma/cli";
 *
 * const project = await openProject();
 * try {
 *   await project.deploy();
 * } catch (error) {
 *   if (!(error instanceof DeploymentError)) throw error;
 *   console.error(error.message, ...error.evidence);
 * }
 * ```
 */
export class DeploymentError extends LumaError {
  /** The name of the class. */
  override readonly name = "DeploymentError";
  /** Probe errors, exit codes, last log lines. */
  readonly evidence: readonly string[];

  /** An error with what was found out about it. */
  constructor(
    message: string,
    options: LumaErrorOptions & { readonly evidence?: readonly string[] } = {},
  ) {
    super(message, options);
    this.evidence = options.evidence ?? [];
  }
}

/** A replica that ended by itself. */
export class ReplicaExitError extends DeploymentError {
  /** How it ended, as far as Docker's event tells. */
  readonly exit: EventBase & {
    readonly container: string;
    readonly exitCode: number;
    /** Requests went to it already. */
    readonly inUse: boolean;
  };

  constructor(exit: ReplicaExitError["exit"], options: ReplicaExitOptions = {}) {
    const { what = `exited with status ${exit.exitCode}` } = options;
    const when = exit.inUse ? ", when requests already went to it" : "";
    super(`${describeContainer(exit)} on ${exit.server} ${what}${when}`, options);
    this.exit = exit;
  }
}

/** `blog-blue of "blog"`; a service's container is mostly called like it. */
function describeContainer({ container, app }: ReplicaExitError["exit"]): string {
  return container === app ? JSON.stringify(app) : `${container} of ${JSON.stringify(app)}`;
}

/** What a closer look at a replica that ended has found. */
export interface ReplicaExitOptions {
  /** The end in words. */
  readonly what?: string;
  readonly hint?: string;
  readonly evidence?: readonly string[];
}

/**
 * The proxy went back to the old color: its own watch said so.
 *
 * @example
 * ```ts
 * import { SwitchedBackError, openProject } from "@luma/cli";
 *
 * const project = await openProject();
 * try {
 *   await project.deploy();
 * } catch (error) {
 *   if (!(error instanceof SwitchedBackError)) throw error;
 *   console.error(`The new version failed under real requests: ${error.message}`);
 * }
 * ```
 */
export class SwitchedBackError extends DeploymentError {}

/**
 * A new color is in use and confirmed, but something of the old one is left.
 *
 * @example
 * ```ts
 * import { CleanupError, openProject } from "@luma/cli";
 *
 * const project = await openProject();
 * try {
 *   await project.deploy();
 * } catch (error) {
 *   if (!(error instanceof CleanupError)) throw error;
 *   console.error(`The new version serves, but something is left: ${error.hint}`);
 * }
 * ```
 */
export class CleanupError extends LumaError {
  /** The name of the class. */
  override readonly name = "CleanupError";
}

/** The server is not as the plan found it: observe and plan again. Everything is as it was. */
export class PlanOutdatedError extends LumaError {
  override readonly name = "PlanOutdatedError";
}
