/**
 * The failure to run a command on a server, as opposed to a command that failed there.
 *
 * The rule: `kind` tells whether the command can have run: only after `dropped` and `timed-out` it can.
 *
 * @module
 */
import { LumaError, type LumaErrorOptions } from "../error.ts";

/**
 * Why a command could not be run. `unreachable` is everything before a connection stood that has no
 * kind of its own; `dropped` is a connection that ended while the command ran, `timed-out` a
 * command that was given up: after these two, what runs there may still finish.
 */
export type RunnerFailure =
  | "host-not-found"
  | "refused"
  | "connect-timeout"
  | "permission-denied"
  | "host-key-changed"
  | "host-key-unknown"
  | "unreachable"
  | "dropped"
  | "timed-out"
  | "not-installed"
  | "not-started";

/**
 * A command that could not be run, or whose end could not be learnt.
 *
 * @example
 * ```ts
 * import { RunnerError, openProject } from "@luma/cli";
 *
 * const project = await openProject();
 * try {
 *   await project.status();
 * } catch (error) {
 *   if (!(error instanceof RunnerError)) throw error;
 *   console.error(error.kind, error.message);
 * }
 * ```
 */
export class RunnerError extends LumaError {
  /** The name of the class. */
  override readonly name = "RunnerError";
  /** What failed, for programs. */
  readonly kind: RunnerFailure;

  /** An error of the way to a server. */
  constructor(kind: RunnerFailure, message: string, options: LumaErrorOptions = {}) {
    super(message, options);
    this.kind = kind;
  }
}
