/**
 * Runs luma in a folder, with an SSH configuration of the test's own.
 *
 * The rule: luma runs as users run it, as an executable.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
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
  const program = await findExecutable();
  const here = ["sh", "-c", 'cd "$0" && exec "$@"', place.folder];
  const runner = createLocalRunner({ server: "this machine", env: environment(place) });
  return await runner.run({ argv: [...here, program, ...args] });
}

/** Starts luma, for a test that ends it. */
export async function startLuma(args: readonly string[], place: LumaPlace): Promise<ChildProcess> {
  const program = await findExecutable();
  return spawn(program, args, { cwd: place.folder, env: environment(place), stdio: "ignore" });
}

async function findExecutable(): Promise<string> {
  return await (executable ??= ensureHostExecutable("luma"));
}

function environment({ sshConfigFile }: LumaPlace): NodeJS.ProcessEnv {
  return { ...process.env, LUMA_SSH_CONFIG: sshConfigFile };
}
