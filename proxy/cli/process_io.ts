/**
 * Turns this process into an io for commands, and what a command returns into its end.
 *
 * The rule: as the first process of a container it handles the signals itself; what was written is
 * written before it ends.
 *
 * @module
 */
import { performance } from "node:perf_hooks";
import process from "node:process";
import { observeRuntime, planSelfCommand } from "../control/self_command.ts";
import { LogFile } from "../worker/log_file.ts";
import type { ProxyIo } from "./proxy_io.ts";

/** Makes the io of this process; from then on the signals that ask it to end abort `io.signal`. */
export function makeProcessIo(selfPrefix: readonly string[]): ProxyIo {
  const { stdout, stderr, pid } = process;
  const ended = new AbortController();
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(name, () => {
      // Who asks a second time does not want to wait.
      if (ended.signal.aborted) process.exit(130);
      ended.abort(new Error(`stopped by ${name}`));
    });
  }
  // A reader of the output that went away (`| head`) must not end a proxy.
  stdout.on("error", () => {});
  stderr.on("error", () => {});
  const monotonicNow = (): number => Math.trunc(performance.now());
  return {
    // Opened by the commands that read it: `hold` stays smaller without.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    openLog: (stream) => {
      const number = stream === "stdout" ? 1 : 2;
      return new LogFile({ path: "-", stream: number, now: monotonicNow, limits: { flushMs: 0 } });
    },
    pid,
    now: () => Date.now(),
    monotonicNow,
    signal: ended.signal,
    selfCommand: planSelfCommand(observeRuntime(), selfPrefix),
  };
}

/** Ends this process with the exit code, or with 1 and the message of what was thrown. */
export async function exitWith(code: Promise<number>): Promise<void> {
  let status = 1;
  try {
    status = await code;
  } catch (error) {
    const text = error instanceof Error ? error.stack ?? error.message : String(error);
    process.stderr.write(`luma-proxy: ${text}\n`);
  }
  // Bun drops at exit what a full pipe has not taken; it calls back early for a write, not for an end.
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((ended) => stream.end(() => ended()));
  }
  process.exit(status);
}
