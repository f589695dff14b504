/**
 * The entry of luma-proxy.
 *
 * The rule: it turns this process into an io and an exit code, and does nothing else.
 *
 * @module
 */
import process from "node:process";
import { runProxyCli } from "./cli/proxy_cli.ts";
import { exitWith, makeProcessIo } from "./cli/process_io.ts";

/**
 * Runs luma-proxy in this process.
 *
 * @param args The arguments after the program's name.
 * @param selfPrefix The words with which another program that carries this one starts it:
 * `["luma-proxy"]` for `luma luma-proxy …`.
 * @returns The exit code.
 */
export async function main(
  args: readonly string[],
  selfPrefix: readonly string[] = [],
): Promise<number> {
  return await runProxyCli(args, makeProcessIo(selfPrefix));
}

if (import.meta.main) await exitWith(main(process.argv.slice(2)));
