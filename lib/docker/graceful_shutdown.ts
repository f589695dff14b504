/**
 * Stops containers, and tells whether they ended by themselves.
 *
 * The rule: SIGTERM first, SIGKILL only after the whole time that was given.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import { stopArgv, stopSeconds } from "./container_argv.ts";
import { resolveContainer } from "./container_operations.ts";
import { runDocker } from "./run_docker.ts";
import type { Shutdown } from "./types.ts";

/** What is stopped, and the clock it is measured with. */
export interface ShutdownRequest {
  readonly name: string;
  readonly timeoutMs: number;
  /** Milliseconds of any clock that only goes forward. */
  readonly now: () => number;
}

/** The status of a process that SIGKILL ended. */
const KILLED_STATUS = 137;
/** What Docker itself may need beside the time that the container is given. */
const MARGIN_MS = 60_000;

/** Stops a container; one that does not run is left as it is, which takes 0 ms. */
export async function gracefulShutdown(
  runner: Runner,
  { name, timeoutMs, now }: ShutdownRequest,
  signal?: AbortSignal,
): Promise<Shutdown> {
  const exact = await resolveContainer(runner, name, signal);
  let startedAtMs = now();
  const stdout = await runDocker(runner, {
    action: `stop the container "${name}"`,
    argv: stopArgv(exact, timeoutMs),
    // The first line comes right before the stop.
    onLine: (line) => {
      if (line === "true") startedAtMs = now();
    },
    timeoutMs: timeoutMs + MARGIN_MS,
    signal,
  });
  const [ran, code] = stdout.split("\n");
  const exitCode = Number(code);
  if (ran !== "true") return { exitCode, killed: false, tookMs: 0 };
  const tookMs = Math.round(now() - startedAtMs);
  const waited = tookMs >= stopSeconds(timeoutMs) * 1000;
  return { exitCode, killed: exitCode === KILLED_STATUS && waited, tookMs };
}
