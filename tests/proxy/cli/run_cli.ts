/**
 * Runs a command of luma-proxy in the test's own process and keeps what it prints.
 *
 * The rule: nothing of the process is touched but what the command is given.
 *
 * @module
 */
import { Readable } from "node:stream";
import { runHealthCli, runProxyCli } from "../../../proxy/cli/proxy_cli.ts";
import type { ProxyIo } from "../../../proxy/cli/proxy_io.ts";

/** What a command printed, and its exit code. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `luma-proxy args`. */
export function runCli(args: readonly string[], stdin = ""): Promise<CliResult> {
  return run((io) => runProxyCli(args, io), stdin);
}

/** Runs `luma-health args`. */
export function runHealth(args: readonly string[]): Promise<CliResult> {
  return run((io) => runHealthCli(args, io), "");
}

async function run(
  command: (io: ProxyIo) => Promise<number>,
  stdin: string,
): Promise<CliResult> {
  let [stdout, stderr] = ["", ""];
  const code = await command({
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: { write: (text) => stdout += text },
    stderr: { write: (text) => stderr += text },
    openLog: (stream) => ({
      write: (line) => void (stream === "stdout" ? stdout += line : stderr += line),
      close: () => Promise.resolve(),
    }),
    now: () => Date.now(),
    monotonicNow: () => Math.trunc(performance.now()),
    pid: 42,
    signal: new AbortController().signal,
    selfCommand: ["luma-proxy"],
  });
  return { code, stdout, stderr };
}
