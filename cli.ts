/**
 * The command line of luma. Its executable carries luma-proxy and luma-health as well.
 *
 * The rule: what `--version` does not need is imported when a command runs.
 *
 * @module
 */
import process from "node:process";
import type { CliIo } from "./lib/cli/types.ts";

/** The input and output of this process. */
export function processIo(): CliIo {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    cwd: () => process.cwd(),
    isTerminal: process.stdout.isTTY === true && process.stderr.isTTY === true,
    columns: () => process.stderr.columns ?? 80,
  };
}

/**
 * Runs luma.
 *
 * @param args The words after `luma`.
 * @returns The exit code, as the table of failures in the documents has it.
 */
export async function main(args: readonly string[], io: CliIo = processIo()): Promise<number> {
  const { runCommandLine } = await import("./lib/cli/run_command_line.ts");
  return await runCommandLine(args, io);
}

/**
 * Runs what the executable was started as: luma, or one of the programs that it carries.
 *
 * `luma luma-proxy …`, or `LUMA_RUN_AS=luma-proxy` in the environment, is luma-proxy; the same holds
 * for luma-health.
 */
export async function runAs(args: readonly string[], io: CliIo = processIo()): Promise<number> {
  const named = args[0] === "luma-proxy" || args[0] === "luma-health" ? args[0] : undefined;
  const program = named ?? io.env["LUMA_RUN_AS"];
  const rest = named === undefined ? args : args.slice(1);
  if (program === "luma-proxy") {
    const proxy = await import("./proxy/luma_proxy.ts");
    return await proxy.main(rest, ["luma-proxy"]);
  }
  if (program === "luma-health") {
    const health = await import("./proxy/luma_health.ts");
    return await health.main(rest);
  }
  return await main(args, io);
}

if (import.meta.main) {
  // A runtime keeps some handles for a while; nothing that is still wanted is left by then.
  process.exit(await runAs(process.argv.slice(2)));
}
