/**
 * Runners of one server for commands that run for long, as many as there are.
 *
 * The rule: a connection is shared by a few, for a server allows only so many sessions on one; the next
 * ones get a connection of their own.
 *
 * @module
 */
import type { Runner } from "./runner.ts";

/** Runners that are opened when they are needed. */
export interface RunnerPool {
  /** Calls `body` with a runner that has room for one more command. */
  use<Result>(this: void, body: (runner: Runner) => Promise<Result>): Promise<Result>;
  /** Ends all that it opened. */
  close(this: void): Promise<void>;
}

/** Below what a runner takes at once, so that none of them waits for another's end. */
const SHARED_BY = 5;

/** Makes a {@linkcode RunnerPool} of the runners that `open` makes. */
export function createRunnerPool(open: () => Runner): RunnerPool {
  const runners: { readonly runner: Runner; busy: number }[] = [];
  const take = () => {
    const free = runners.find(({ busy }) => busy < SHARED_BY);
    if (free !== undefined) return free;
    const opened = { runner: open(), busy: 0 };
    runners.push(opened);
    return opened;
  };
  return {
    async use(body) {
      const slot = take();
      slot.busy++;
      try {
        return await body(slot.runner);
      } finally {
        slot.busy--;
      }
    },
    async close() {
      await Promise.all(runners.map(({ runner }) => runner.close()));
    },
  };
}
