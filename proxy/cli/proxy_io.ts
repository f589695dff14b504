/**
 * What the commands of luma-proxy read from and write to.
 *
 * The rule: a command touches nothing of its process but this.
 *
 * @module
 */
import type { Readable } from "node:stream";
import type { LineSink } from "../engine/access_log.ts";

/** The world around a command. */
export interface ProxyIo {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Opens a stream for a program that goes on where nobody reads what it says. */
  readonly openLog: (stream: "stdout" | "stderr") => LineLog;
  /** Milliseconds since the epoch: for what is shown. */
  readonly now: () => number;
  /** Whole milliseconds of a clock that nobody sets: for deadlines and ages. */
  readonly monotonicNow: () => number;
  readonly pid: number;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
  /** The words that start this program again, without arguments. */
  readonly selfCommand: readonly string[];
}

/** Takes lines, and loses those that nobody reads. */
export interface LineLog extends LineSink {
  /** Writes what waits, for `limitMs` at most. */
  close(limitMs: number): Promise<void>;
}

/** Milliseconds that the last lines of a log have. */
export const LOG_CLOSE_MS = 1_000;

/** Takes text. */
export interface TextSink {
  readonly write: (text: string) => unknown;
}

/** A command line that cannot be carried out as it stands. */
export class ProxyUsageError extends Error {
  override readonly name = "ProxyUsageError";
}
