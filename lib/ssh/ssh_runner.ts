/**
 * Runs commands on a server through the OpenSSH client.
 *
 * The rule: an abort, a timeout and a lost connection end the ssh on this machine only. What runs on the
 * server sees its standard input end, and its output fail when it writes; a command that must not outlive
 * its caller has to end on that, and one that must not be cut has to detach itself.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { completeEnvironment } from "./complete_environment.ts";
import { prepareControlFolder } from "./control_folder.ts";
import { formatAttachedCommand, formatRemoteCommand, readRemoteOutput } from "./remote_command.ts";
import type { AttachedCommand, AttachingRunner, Command, Output } from "./runner.ts";
import { RunnerError } from "./runner_error.ts";
import { createSemaphore } from "./semaphore.ts";
import { isMissingProgram, spawnAttached, spawnCommand, type SpawnOptions } from "./spawn.ts";
import * as argv from "./ssh_argv.ts";
import { explainMissingSsh, explainSshFailure } from "./ssh_failure.ts";

/** What an SSH runner is made from. */
export interface SshRunnerOptions extends SpawnOptions {
  readonly server: argv.SshServer;
  /** Instead of `~/.ssh/config`. */
  readonly configFile?: string;
}

/** sshd takes 10 sessions on one connection unless it is told otherwise; some are left to others. */
const PARALLEL_COMMANDS = 6;
/** Beside those: a stop may take longer than a lock holds that is not renewed meanwhile. */
const URGENT_COMMANDS = 2;
/** Connecting, host keys and login; the connection itself has 10 seconds. */
const LOGIN_TIMEOUT_MS = 30_000;
/** Every login shell knows this one. */
const NOTHING = "exit 0";

/** Makes the runner of a server that is reached over SSH; it connects when it is first used. */
export function createSshRunner(options: SshRunnerOptions): AttachingRunner {
  const { server } = options;
  const ordinary = createSemaphore(PARALLEL_COMMANDS);
  const urgent = createSemaphore(URGENT_COMMANDS);
  const closing = new AbortController();
  let session: Promise<argv.SshSession> | undefined;
  let login: Promise<void> | undefined;
  const open = async (): Promise<argv.SshSession> => {
    session ??= prepareSession(options).catch((error: unknown) => {
      session = undefined;
      throw error;
    });
    const ready = await session;
    if (ready.controlPath === undefined || existsSync(ready.controlPath)) return ready;
    // One command makes the shared connection, so that several at once do not each try to.
    login ??= logIn(options, ready, closing.signal).finally(() => login = undefined);
    await login;
    if (existsSync(ready.controlPath)) return ready;
    // This ssh shares no connections: every command connects by itself.
    session = Promise.resolve({ ...ready, controlPath: undefined });
    return await session;
  };
  return {
    server: server.name,
    run: (command) =>
      (command.urgent === true ? urgent : ordinary).run(async () => {
        return await runRemotely(options, await orAborted(open(), command.signal), command);
      }, command.signal),
    attach: (command) =>
      ordinary.run(async () => {
        return await attachRemotely(options, await orAborted(open(), command.signal), command);
      }, command.signal),
    async close() {
      closing.abort(new RunnerError("dropped", `The connection to ${server.name} was closed`));
      const ready = await session?.catch(() => undefined);
      if (ready !== undefined) await leaveSession(options, ready);
    },
  };
}

async function prepareSession(options: SshRunnerOptions): Promise<argv.SshSession> {
  const { server, configFile } = options;
  const command = { argv: argv.sshResolveArgv(server, configFile), timeoutMs: LOGIN_TIMEOUT_MS };
  const resolved = await spawnSsh(options, command);
  if (resolved.status !== 0) {
    throw explainSshFailure({ server, phase: "login", what: "ssh -G", stderr: resolved.stderr });
  }
  const folder = await prepareControlFolder({ ...process.env, ...options.env });
  // A name that is nobody else's: two runs of luma must not share, and end, one connection.
  const name = randomBytes(8).toString("hex");
  return {
    hostKeyChecking: argv.parseHostKeyChecking(resolved.stdout),
    controlPath: folder === undefined ? undefined : join(folder, name),
    configFile,
  };
}

async function logIn(
  options: SshRunnerOptions,
  session: argv.SshSession,
  signal: AbortSignal,
): Promise<void> {
  const { server } = options;
  const words = argv.sshArgv(server, session, NOTHING);
  const output = await spawnSsh(options, { argv: words, timeoutMs: LOGIN_TIMEOUT_MS, signal });
  if (output.status !== 0) {
    throw explainSshFailure({ server, phase: "login", what: "ssh", stderr: output.stderr });
  }
  if (output.stdout === "") return;
  const said = JSON.stringify(output.stdout.slice(0, 80));
  throw new RunnerError(
    "unreachable",
    `Cannot use ${server.name}: its shell prints ${said} by itself`,
    {
      hint: "Let ~/.bashrc (or the like) there print nothing in a shell that nobody sits at",
    },
  );
}

async function runRemotely(
  options: SshRunnerOptions,
  session: argv.SshSession,
  command: Command,
): Promise<Output> {
  const { server } = options;
  const what = command.argv.slice(0, 2).join(" ");
  const words = argv.sshArgv(server, session, formatRemoteCommand(command.argv));
  try {
    const output = await spawnSsh(options, { ...command, argv: words });
    // An ssh that was killed here tells nothing of the command there.
    const own = output.signal === undefined ? readRemoteOutput(output) : undefined;
    if (own !== undefined) return own;
    throw explainSshFailure({ server, phase: "command", what, stderr: output.stderr });
  } catch (error) {
    if (!(error instanceof RunnerError) || error.kind !== "timed-out") throw error;
    const message = `Cannot wait for \`${what}\` on ${server.name} any longer`;
    const reason = `it took more than ${command.timeoutMs} ms, and may still finish there`;
    throw new RunnerError("timed-out", `${message}: ${reason}`, { cause: error });
  }
}

/** A status of 255 is the command's own as long as the connection stands: its words are not ours to read. */
async function attachRemotely(
  options: SshRunnerOptions,
  session: argv.SshSession,
  { argv: words, tty, signal }: AttachedCommand,
): Promise<number> {
  const { server } = options;
  const command = {
    argv: argv.sshArgv(server, { ...session, tty }, formatAttachedCommand(words)),
    tty,
    ...(signal === undefined ? {} : { signal }),
  };
  const env = options.env === undefined ? {} : { env: options.env };
  const status = await orMissingSsh(options, () => spawnAttached(command, env));
  const isLost = status === 255 && session.controlPath !== undefined &&
    !existsSync(session.controlPath);
  if (!isLost) return status;
  const what = words.slice(0, 2).join(" ");
  throw explainSshFailure({ server, phase: "command", what, stderr: "" });
}

/** Ends the shared connection; where it is gone already, nothing is left to do. */
async function leaveSession(options: SshRunnerOptions, session: argv.SshSession): Promise<void> {
  const { controlPath, configFile } = session;
  if (controlPath === undefined || !existsSync(controlPath)) return;
  const words = argv.sshExitArgv(options.server, { controlPath, configFile });
  await spawnSsh(options, { argv: words, timeoutMs: LOGIN_TIMEOUT_MS });
}

async function spawnSsh(options: SshRunnerOptions, command: Command): Promise<Output> {
  const env = options.env === undefined ? {} : { env: options.env };
  return await orMissingSsh(options, () => spawnCommand(command, env));
}

async function orMissingSsh<T>(options: SshRunnerOptions, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!isMissingProgram(error)) throw error;
    const { PATH } = completeEnvironment({ ...process.env, ...options.env });
    throw explainMissingSsh(options.server, error, PATH);
  }
}

/** Waits for `promise`, or throws the signal's reason when it is aborted before. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  let giveUp: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason);
    signal.addEventListener("abort", giveUp, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
