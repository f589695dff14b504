/**
 * Runs commands on this machine, without SSH and without a shell.
 *
 * The rule: it behaves as a server does: a program that is missing is status 127, not an exception.
 *
 * @module
 */
import process from "node:process";
import { completeEnvironment } from "./complete_environment.ts";
import type { AttachedCommand, AttachingRunner, Command, Output } from "./runner.ts";
import { isMissingProgram, spawnAttached, spawnCommand, type SpawnOptions } from "./spawn.ts";
import { RunnerError } from "./runner_error.ts";
import { messageOf } from "../error.ts";

/** What a local runner is made from. */
export interface LocalRunnerOptions extends SpawnOptions {
  /** The server's name, for people. */
  readonly server: string;
}

/** Makes the runner of this machine. */
export function createLocalRunner(options: LocalRunnerOptions): AttachingRunner {
  const spawnOptions = options.env === undefined ? {} : { env: options.env };
  return {
    server: options.server,
    run: (command) => runLocally(command, spawnOptions),
    attach: (command) => attachLocally(command, spawnOptions),
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

async function attachLocally(command: AttachedCommand, options: SpawnOptions): Promise<number> {
  const program = command.argv[0] ?? "";
  try {
    return await spawnAttached(command, options);
  } catch (error) {
    if (!isMissingProgram(error) && !isSpawnError(error)) throw error;
    const reason = isMissingProgram(error) ? sayPath(options).trim() : messageOf(error);
    throw new RunnerError("not-started", `Cannot start \`${program}\`: ${reason}`, {
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
