/**
 * Starts a process on this machine and waits for its end.
 *
 * The rule: nobody else in lib/ starts processes. A process leads a group of its own, so that giving
 * up takes its children along, and so that Ctrl-C in a terminal reaches luma alone, which then decides
 * what is undone through these very processes. One that is given the terminal stays in luma's group:
 * another could not read from it.
 *
 * It is `node:child_process` rather than dax, for what dax 0.49 does under both runtimes: a child that a
 * signal ended has status 0, so that a killed ssh would pass for a success; a child that ends without
 * reading all of its input has status 1 instead of its own; and there is no process group to kill.
 *
 * @module
 */
import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import { completeEnvironment } from "./complete_environment.ts";
import { createStop, type Stop } from "./process_group.ts";
import { type Capture, createCapture } from "./read_lines.ts";
import type { AttachedCommand, Command, Output } from "./runner.ts";
import { RunnerError } from "./runner_error.ts";
import { feedInput } from "./feed_input.ts";

/** What may be set for a process beside its command. */
export interface SpawnOptions {
  /** Variables beside this process's own; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** How much of standard output, and of standard error, is kept. */
const KEPT_BYTES = 16 * 1024 * 1024;
/** How long standard error may stay open after the end, by somebody whom the process left behind. */
const STDERR_GRACE_MS = 1000;

/** Whether an error says that the program to start does not exist. */
export function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "ENOENT";
}

/**
 * Runs `command`; a process that a signal ended has the status 128 + its number, as in shells.
 *
 * @throws {RunnerError} When the time is up.
 * @throws The signal's reason, when it is aborted; the process group is killed then.
 * @throws What the system says, when the program cannot be started.
 * @throws What `onLine` or the input threw.
 */
export async function spawnCommand(command: Command, options: SpawnOptions = {}): Promise<Output> {
  command.signal?.throwIfAborted();
  const [program = "", ...args] = command.argv;
  const child = spawn(program, args, {
    stdio: ["pipe", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
    env: childEnvironment(options),
  });
  const stop = createStop(child);
  const release = stopOnLimits(command, stop);
  try {
    return await collectOutput(child, command, stop);
  } finally {
    release();
  }
}

/**
 * Runs `command` with this process's own standard input, output and error.
 *
 * @returns Its status, as {@linkcode spawnCommand} has it.
 * @throws What the system says, when the program cannot be started.
 */
export async function spawnAttached(
  { argv, signal }: AttachedCommand,
  options: SpawnOptions = {},
): Promise<number> {
  signal?.throwIfAborted();
  const [program = "", ...args] = argv;
  const child = spawn(program, args, { stdio: "inherit", env: childEnvironment(options) });
  // A key in the terminal reaches the child by itself; a signal to luma alone does not.
  const onAbort = () => void child.kill("SIGTERM");
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return (await exitOf(child)).status;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** What is meant for the runtime that luma is made with would act on a child that is made with it. */
function childEnvironment({ env }: SpawnOptions): NodeJS.ProcessEnv {
  return completeEnvironment({
    ...process.env,
    BUN_OPTIONS: undefined,
    BUN_BE_BUN: undefined,
    ...env,
  });
}

function stopOnLimits(command: Command, stop: Stop): () => void {
  const { signal, timeoutMs } = command;
  const onAbort = (): void => stop.because(signal?.reason);
  const onTime = (): void => {
    const what = `Cannot finish \`${command.argv[0]}\``;
    stop.because(new RunnerError("timed-out", `${what}: it took more than ${timeoutMs} ms`));
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = timeoutMs === undefined ? undefined : setTimeout(onTime, timeoutMs);
  return () => {
    signal?.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  };
}

async function collectOutput(child: Child, command: Command, stop: Stop): Promise<Output> {
  const out = createCapture(KEPT_BYTES, command.onLine);
  const err = createCapture(KEPT_BYTES, command.onErrorLine);
  const outClosed = command.consume === undefined
    ? readInto(child.stdout, out, stop)
    : leaveTo(command.consume, child.stdout, stop);
  const errClosed = readInto(child.stderr, err, stop);
  const ended = new AbortController();
  feedInput(child.stdin, command.stdin, { signal: ended.signal, onError: stop.because });
  try {
    const exit = await exitOf(child);
    const errDone = command.onErrorLine === undefined
      ? Promise.race([errClosed, waitMs(STDERR_GRACE_MS, ended.signal)])
      : errClosed;
    await Promise.race([Promise.all([outClosed, errDone]), stop.requested]);
    stop.throwIfRequested();
    await out.end();
    await err.end();
    return { ...exit, stdout: out.text(), stderr: err.text() };
  } finally {
    ended.abort();
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  }
}

/**
 * Resolves when the stream is closed; a throwing line callback stops the process. Nothing is read while
 * one is waited for, so that what comes too fast stays in the pipe, and holds its writer up.
 */
function readInto(stream: Readable, capture: Capture, stop: Stop): Promise<void> {
  // A runtime may give out more after a pause: it waits its turn here.
  const waiting: Uint8Array[] = [];
  let isTaking = false;
  let taken = Promise.resolve();
  const take = async (): Promise<void> => {
    isTaking = true;
    for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
      const slow = capture.add(chunk);
      if (slow === undefined) continue;
      stream.pause();
      await slow;
    }
    isTaking = false;
    if (stream.isPaused()) stream.resume();
  };
  stream.on("data", (chunk: Uint8Array) => {
    waiting.push(chunk);
    if (!isTaking) taken = take().catch(stop.because);
  });
  return new Promise((resolve) => {
    stream.on("error", stop.because);
    stream.once("close", () => void taken.then(resolve));
  });
}

/** Resolves when the consumer is done; a consumer that throws stops the process. */
async function leaveTo(
  consume: NonNullable<Command["consume"]>,
  stream: Readable,
  stop: Stop,
): Promise<void> {
  try {
    await consume(stream);
  } catch (error) {
    stop.because(error);
  } finally {
    stream.destroy();
  }
}

/** A process that a signal ended has the status that shells give it: 128 and the signal's number. */
function exitOf(child: ChildProcess): Promise<Pick<Output, "status" | "signal">> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (signal === null) resolve({ status: code ?? 128 });
      else resolve({ status: 128 + constants.signals[signal], signal });
    });
  });
}

function waitMs(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}
