/**
 * What the commands of luma-proxy read from and write to.
 *
 * The rule: a command touches nothing of its process but this.
 *
 * @module
 */
import type { Readable } from "node:stream";

/** The world around a command. */
export interface ProxyIo {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly now: () => number;
  readonly pid: number;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
  /** The words that start this program again, without arguments. */
  readonly selfCommand: readonly string[];
}

/** Takes text. */
export interface TextSink {
  readonly write: (text: string) => unknown;
}

/** A command line that cannot be carried out as it stands. */
export class ProxyUsageError extends Error {
  override readonly name = "ProxyUsageError";
}
