/**
 * Reports containers that end while they are watched.
 *
 * The rule: Docker's events since a given moment are asked for, so that none is missed between that
 * moment and the first answer; and nothing keeps running on the server afterwards.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import { DockerError } from "./docker_error.ts";
import { watchExitsArgv } from "./log_argv.ts";
import { parseExit } from "./parse_info.ts";
import { runDocker } from "./run_docker.ts";
import type { ContainerExit } from "./types.ts";

/** What is watched, whom it is told, and how long. */
export interface ExitWatch {
  /** Server clock. */
  readonly sinceMs: number;
  readonly onExit: (exit: ContainerExit) => void;
  /** Aborting it is the normal end. */
  readonly signal: AbortSignal;
}

/**
 * Calls `onExit` for every container with `label` that ended, until the signal is aborted.
 *
 * @throws {DockerError} When Docker stops reporting.
 */
export async function watchExits(runner: Runner, label: string, watch: ExitWatch): Promise<void> {
  const { signal } = watch;
  if (signal.aborted) return;
  const action = `watch the containers with ${label}`;
  try {
    await runDocker(runner, {
      action,
      argv: watchExitsArgv(label, watch.sinceMs),
      // Held open: its end is what ends the command on the server.
      stdin: untilAborted(signal),
      onLine: (line) => watch.onExit(parseExit(line)),
      timeoutMs: Infinity,
      signal,
    });
  } catch (error) {
    if (signal.aborted && error === signal.reason) return;
    throw error;
  }
  throw new DockerError("other", `Cannot ${action} on ${runner.server}: docker stopped reporting`);
}

/** Input that has nothing to read, and ends when `signal` is aborted. */
export function untilAborted(signal: AbortSignal): AsyncIterable<Uint8Array> {
  const next = (): Promise<IteratorResult<Uint8Array, undefined>> =>
    new Promise((resolve) => {
      const end = (): void => resolve({ done: true, value: undefined });
      if (signal.aborted) end();
      else signal.addEventListener("abort", end, { once: true });
    });
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
