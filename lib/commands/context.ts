/**
 * What every command is given: where reports go, when to stop, and mostly the configuration.
 *
 * The rule: a command is a thin file: load, observe, plan, execute, report.
 *
 * @module
 */
import type { Config } from "../config/types.ts";
import { UsageError } from "../error.ts";
import type { Report } from "../report/events.ts";
import type { TerminalOutput } from "../report/live_screen.ts";

/** What a command works with that needs no luma.yml. */
export interface BareContext {
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Prints lines that are a command's result, such as a plan, to standard output. */
  readonly print: (text: string) => void;
  readonly json: boolean;
  readonly person: Person;
  /** Standard output, where it is a terminal that can be drawn on again and again. */
  readonly terminal?: Terminal;
}

/** A terminal with a person before it. */
export interface Terminal extends TerminalOutput {
  /** None: nobody presses keys. */
  readonly readKeys?: ReadKeys;
}

/** Calls `onKey` for every key that is pressed, until `signal` is aborted. Ctrl-C is `\u0003` then. */
export type ReadKeys = (onKey: (key: string) => void, signal: AbortSignal) => void;

/** What a command works with that uses a luma.yml where there is one. */
export interface OpenContext extends BareContext {
  /** None where there is no luma.yml. */
  readonly config?: Config;
}

/** What a command works with. */
export interface CommandContext extends BareContext {
  readonly config: Config;
}

/** Whoever started the command, if that is a person who can be asked. */
export interface Person {
  /** Standard input and standard error are terminals. */
  readonly isThere: boolean;
  /**
   * Asks on standard error, and waits for a line.
   *
   * @returns The line without its end; empty where only Enter was pressed.
   * @throws The signal's reason, when it is aborted.
   */
  ask(question: string, signal: AbortSignal): Promise<string>;
}

/** For programs that nobody sits before. */
export const NOBODY: Person = {
  isThere: false,
  ask: (question) =>
    Promise.reject(new UsageError(`Cannot ask "${question.trim()}": nobody is there to answer`)),
};
