/**
 * The command line of luma. Its executable carries luma-proxy and luma-health as well.
 *
 * The rule: what `--version` does not need is imported when a command runs.
 *
 * @module
 */
import { basename } from "node:path";
import process from "node:process";
import type { CliIo } from "./lib/cli/types.ts";
import { VERSION } from "./lib/version.ts";

/** A program that this one is when it is asked to be. */
export type CarriedProgram = "luma-proxy" | "luma-health";

/** The input and output of this process. */
export function processIo(): CliIo {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    cwd: () => process.cwd(),
    isTerminal: process.stdout.isTTY === true && process.stderr.isTTY === true,
    // A terminal of no size is one whose size nobody told.
    columns: () => process.stderr.columns || 80,
    rows: () => process.stderr.rows || 24,
    ...(process.stdin.isTTY === true ? { readKeys } : {}),
    person: {
      isThere: process.stdin.isTTY === true && process.stderr.isTTY === true,
      // Nothing that starts fast needs it.
      ask: async (question, signal) =>
        await (await import("./lib/cli/ask_person.ts")).askPerson(question, signal),
    },
  };
}

/** Takes keys as they are pressed, until the signal is aborted; the terminal is as before then. */
function readKeys(onKey: (key: string) => void, signal: AbortSignal): void {
  const { stdin } = process;
  const onData = (data: Uint8Array) => onKey(new TextDecoder().decode(data));
  stdin.setRawMode(true);
  stdin.on("data", onData);
  stdin.resume();
  signal.addEventListener("abort", () => {
    stdin.off("data", onData);
    stdin.setRawMode(false);
    stdin.pause();
  }, { once: true });
}

/**
 * Runs luma.
 *
 * @param args The words after `luma`.
 * @returns The exit code, as the table of failures in the documents has it.
 *
 * @example
 * ```ts
 * import process from "node:process";
 * import { main } from "@luma/cli";
 *
 * process.exitCode = await main(["deploy", "blog"]);
 * ```
 */
export async function main(args: readonly string[], io: CliIo = processIo()): Promise<number> {
  // Scripts ask for it often, and it needs no parser.
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    io.out(`${VERSION}\n`);
    return 0;
  }
  // A shell asks it at every press of Tab.
  if (args[0] === "__complete" && args[1] === "--") {
    const { completeCommandLine } = await import("./lib/cli/complete_command_line.ts");
    await completeCommandLine(args.slice(2), io);
    return 0;
  }
  const { runCommandLine } = await import("./lib/cli/run_command_line.ts");
  return await runCommandLine(args, io);
}

/**
 * Says which of the programs that luma carries is meant, if one is. The first of these decides: the
 * first argument (`luma luma-proxy …`), the name that the executable was called by (a link), and
 * `LUMA_RUN_AS` in the environment (the proxy's image).
 */
export function findCarriedProgram(
  args: readonly string[],
  calledAs: string,
  env: CliIo["env"],
): CarriedProgram | undefined {
  const names = [args[0], basename(calledAs).replace(/\.exe$/i, ""), env["LUMA_RUN_AS"]];
  return names.find((name) => name === "luma-proxy" || name === "luma-health");
}

/**
 * Runs what the executable was started as: luma, or one of the programs that it carries.
 *
 * @param calledAs The name that this process was started by.
 * @returns The exit code.
 */
export async function runAs(
  args: readonly string[],
  io: CliIo = processIo(),
  calledAs: string = process.argv0,
): Promise<number> {
  const program = findCarriedProgram(args, calledAs, io.env);
  const rest = args[0] === program ? args.slice(1) : args;
  switch (program) {
    case "luma-proxy": {
      const proxy = await import("./proxy/luma_proxy.ts");
      return await proxy.main(rest, ["luma-proxy"]);
    }
    case "luma-health": {
      const health = await import("./proxy/luma_health.ts");
      return await health.main(rest);
    }
    case undefined:
      return await main(args, io);
  }
}

/**
 * Runs luma as this process, and ends the process when all that was written has been taken. What is
 * thrown until here is a bug of luma: one line and exit code 1, for a compiled stack says nothing.
 */
export async function runProcess(): Promise<never> {
  // A reader that went away (`luma status | head`) is no error of luma's.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  let code = 1;
  try {
    code = await runAs(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`luma: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  // Bun drops at exit what a full pipe has not taken; it calls back early for a write, not for an end.
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((ended) => stream.end(() => ended()));
  }
  // A runtime keeps some handles for a while; nothing that is still wanted is left by then.
  process.exit(code);
}

if (import.meta.main) await runProcess();
