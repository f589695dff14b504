/**
 * The entry of luma-proxy, which is luma-health where it is called by that name.
 *
 * The rule: it turns this process into an io and an exit code, and does nothing else.
 *
 * @module
 */
import { basename } from "node:path";
import process from "node:process";
import { runHealthCli, runProxyCli } from "./cli/proxy_cli.ts";
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

/**
 * Runs what the executable was called as: a link called luma-health is that program.
 *
 * @param calledAs The name that this process was started by.
 * @returns The exit code.
 */
export async function runAs(args: readonly string[], calledAs: string): Promise<number> {
  const name = basename(calledAs).replace(/\.exe$/i, "");
  return name === "luma-health" ? await runHealthCli(args, makeProcessIo([])) : await main(args);
}

if (import.meta.main) await exitWith(runAs(process.argv.slice(2), process.argv0));
