/**
 * Runs luma in a folder, with an SSH configuration of the test's own.
 *
 * The rule: luma runs as users run it, as an executable.
 *
 * @module
 */
import process from "node:process";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";
import type { Output } from "../../../lib/ssh/runner.ts";

/** Where luma runs. */
export interface LumaPlace {
  readonly folder: string;
  readonly sshConfigFile: string;
}

let executable: Promise<string> | undefined;

/** Runs luma to its end, whatever that is. */
export async function runLuma(args: readonly string[], place: LumaPlace): Promise<Output> {
  const program = await (executable ??= ensureHostExecutable("luma"));
  const env = { ...process.env, LUMA_SSH_CONFIG: place.sshConfigFile };
  const here = ["sh", "-c", 'cd "$0" && exec "$@"', place.folder];
  return await createLocalRunner({ server: "this machine", env }).run({
    argv: [...here, program, ...args],
  });
}
