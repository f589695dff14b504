/**
 * What every command is given: the configuration, where reports go, and when to stop.
 *
 * The rule: a command is a thin file: load, observe, plan, execute, report.
 *
 * @module
 */
import type { Config } from "../config/types.ts";
import type { Report } from "../report/events.ts";

/** What a command works with. */
export interface CommandContext {
  readonly config: Config;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Prints lines that are a command's result, such as a plan, to standard output. */
  readonly print: (text: string) => void;
  readonly json: boolean;
}
