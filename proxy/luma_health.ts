/**
 * The entry of luma-health.
 *
 * The rule: it turns this process into an io and an exit code, and does nothing else.
 *
 * @module
 */
import process from "node:process";
import { runHealthCli } from "./cli/proxy_cli.ts";
import { exitWith, makeProcessIo } from "./cli/process_io.ts";

/**
 * Runs luma-health in this process.
 *
 * @param args The arguments after the program's name.
 * @returns The exit code.
 */
export async function main(args: readonly string[]): Promise<number> {
  return await runHealthCli(args, makeProcessIo([]));
}

if (import.meta.main) await exitWith(main(process.argv.slice(2)));
