/**
 * Writes a process's standard input.
 *
 * The rule: a process that ends, or closes its input, without reading all of it is no failure; its
 * status tells how it went.
 *
 * @module
 */
import type { Writable } from "node:stream";
import type { Command } from "./runner.ts";

/** When feeding ends, and whom it tells. */
export interface FeedOptions {
  /** Aborted when the process has ended: nothing is asked of the source any more. */
  readonly signal: AbortSignal;
  /** Called with what the source threw. */
  readonly onError: (error: unknown) => void;
}

/** Starts to write `input` to `stdin`, at the pace at which it is read, and closes it at the end. */
export function feedInput(stdin: Writable, input: Command["stdin"], options: FeedOptions): void {
  // A broken pipe comes as an event, and would end luma without a listener.
  stdin.on("error", () => {});
  if (input === undefined) {
    stdin.end();
  } else if (typeof input === "string" || input instanceof Uint8Array) {
    stdin.end(input);
  } else {
    pump(stdin, input, options.signal).catch(options.onError);
  }
}

async function pump(
  stdin: Writable,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    while (!signal.aborted && !stdin.destroyed) {
      const next = await orEnded(iterator.next(), signal);
      if (next === undefined || next.done === true) break;
      if (!stdin.write(next.value)) await orEnded(waitForDrain(stdin), signal);
    }
    stdin.end();
  } finally {
    // Not awaited: a source that waits for its next piece answers only after it.
    iterator.return?.()?.catch(() => {});
  }
}

/**
 * What `promise` resolves with; undefined once the process has ended.
 *
 * A race against one promise for the whole input would keep every piece for as long as the process runs.
 */
function orEnded<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const end = (): void => resolve(undefined);
    signal.addEventListener("abort", end, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", end));
  });
}

/** Resolves when more can be written, or never will be. */
function waitForDrain(stdin: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stdin.off("drain", done);
      stdin.off("close", done);
      resolve();
    };
    stdin.on("drain", done);
    stdin.on("close", done);
  });
}
