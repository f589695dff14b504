/**
 * The one base class of every error that luma reports to people.
 *
 * The rule: the message says what was attempted and why it failed, the hint what to type next.
 *
 * @module
 */

/** What a process of luma exits with; DESIGN's table of failures says when. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

/** What an error carries beside its message. */
export interface LumaErrorOptions {
  /** What to do or to type next. */
  readonly hint?: string;
  /** The exit code of the command that fails with it; 3 unless given. */
  readonly exitCode?: ExitCode;
  /** What was thrown below it. */
  readonly cause?: unknown;
}

/**
 * An error that a person can act on.
 *
 * @example
 * ```ts
 * import { LumaError, openProject } from "@luma/cli";
 *
 * const project = await openProject();
 * try {
 *   await project.deploy();
 * } catch (error) {
 *   if (!(error instanceof LumaError)) throw error;
 *   console.error(error.message, error.hint, error.exitCode);
 * }
 * ```
 */
export class LumaError extends Error {
  /** The name of the class. */
  override readonly name: string = "LumaError";
  /** What to do or to type next. */
  readonly hint: string | undefined;
  /** The exit code of a command that fails with it. */
  readonly exitCode: ExitCode;

  /** An error whose message says what was attempted and why it failed. */
  constructor(message: string, options: LumaErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 3;
  }
}

/**
 * A command line, or a luma.yml, that cannot be carried out as it stands.
 *
 * @example
 * ```ts
 * import { UsageError } from "@luma/cli";
 *
 * throw new UsageError("Unknown color \"red\"", "Colors are blue and green");
 * ```
 */
export class UsageError extends LumaError {
  /** The name of the class. */
  override readonly name = "UsageError";

  /** An error of the person who typed or wrote something; its exit code is 2. */
  constructor(message: string, hint?: string) {
    super(message, hint === undefined ? { exitCode: 2 } : { exitCode: 2, hint });
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
