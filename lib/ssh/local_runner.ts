/**
 * Runs commands on this machine, without SSH and without a shell.
 *
 * The rule: it behaves as a server does: a program that is missing is status 127, not an exception.
 *
 * @module
 */
import process from "node:process";
import { completeEnvironment } from "./complete_environment.ts";
import type { Command, Output, Runner } from "./runner.ts";
import { isMissingProgram, spawnCommand, type SpawnOptions } from "./spawn.ts";
import { RunnerError } from "./runner_error.ts";
import { messageOf } from "../error.ts";

/** What a local runner is made from. */
export interface LocalRunnerOptions extends SpawnOptions {
  /** The server's name, for people. */
  readonly server: string;
}

/** Makes the {@linkcode Runner} of this machine. */
export function createLocalRunner(options: LocalRunnerOptions): Runner {
  const spawnOptions = options.env === undefined ? {} : { env: options.env };
  return {
    server: options.server,
    run: (command) => runLocally(command, spawnOptions),
    close: () => Promise.resolve(),
  };
}

async function runLocally(command: Command, options: SpawnOptions): Promise<Output> {
  const program = command.argv[0] ?? "";
  try {
    const output = await spawnCommand(command, options);
    const isMissing = output.status === 127 && /: (command )?not found\s*$/.test(output.stderr);
    return isMissing ? { ...output, stderr: `${output.stderr}${sayPath(options)}` } : output;
  } catch (error) {
    if (isMissingProgram(error)) {
      const stderr = `${program}: command not found\n${sayPath(options)}`;
      return { status: 127, stdout: "", stderr };
    }
    if (!isSpawnError(error)) throw error;
    throw new RunnerError("not-started", `Cannot start \`${program}\`: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Under cron or systemd it is another one than in the user's shell. */
function sayPath({ env }: SpawnOptions): string {
  return `PATH was ${completeEnvironment({ ...process.env, ...env })["PATH"]}\n`;
}

/** E2BIG, EACCES, EAGAIN: the system refused to start the program. */
function isSpawnError(error: unknown): boolean {
  const syscall = error instanceof Error ? (error as NodeJS.ErrnoException).syscall : undefined;
  return syscall?.startsWith("spawn") ?? false;
}
