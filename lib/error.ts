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
  readonly cause?: unknown;
}

/** An error that a person can act on. */
export class LumaError extends Error {
  override readonly name: string = "LumaError";
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, options: LumaErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 3;
  }
}

/** A command line, or a luma.yml, that cannot be carried out as it stands. */
export class UsageError extends LumaError {
  override readonly name = "UsageError";

  constructor(message: string, hint?: string) {
    super(message, hint === undefined ? { exitCode: 2 } : { exitCode: 2, hint });
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
