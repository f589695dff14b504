/**
 * Runs the proxy: the control process, its workers, and its socket, until it is asked to stop.
 *
 * The rule: it says that it is ready when every worker listens and the socket answers, and it leaves
 * nothing behind that still accepts.
 *
 * @module
 */
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Control } from "./control.ts";
import {
  handleEndpointFailed,
  runCheckLoop,
  runReportLoop,
  runWatchLoop,
} from "./control_loops.ts";
import { makeControlServer } from "./control_server.ts";
import { isAnswered } from "./control_socket.ts";
import { followSuccessor } from "./follow_successor.ts";
import { FormerProcesses } from "./former_process.ts";
import { handOver, type HeldRole, requestHandOver } from "./hand_over.ts";
import { type MetricsAddress, runMetricsServer } from "./metrics_server.ts";
import { type ControlSocket, keepSocket, makeControlSocket } from "./keep_socket.ts";
import { lookUpIpv4, resolveTarget } from "./resolve_target.ts";
import { loadState, NewerStateFileError } from "./state_file.ts";
import { WorkerPool } from "./worker_pool.ts";
import { spawnWorker } from "./worker_process.ts";

/** What to run. */
export interface RunOptions {
  readonly stateDir: string;
  readonly socketPath: string;
  readonly workers: number;
  /** What starts one worker, its listen addresses included. */
  readonly workerArgv: readonly string[];
  /** Whether to take the role of a proxy that runs already. */
  readonly takeover: boolean;
  /** Milliseconds that workers have to end their work. */
  readonly stopTimeoutMs: number;
  readonly limits?: Partial<RunLimits>;
  /** Where metrics can be read; nowhere unless given. */
  readonly metrics?: MetricsAddress;
}

/** How long workers may take. */
export interface RunLimits {
  readonly applyTimeoutMs: number;
  readonly startTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly hungTimeoutMs: number;
}

/** What it acts on. */
export interface RunEffects {
  readonly pid: number;
  /** Milliseconds since the epoch: for what is stored or shown. */
  readonly now: () => number;
  /** Whole milliseconds of a clock that nobody sets: for deadlines and ages. */
  readonly monotonicNow: () => number;
  /** Writes one line for people. */
  readonly log: (line: string) => void;
  /** Aborted when it shall stop. */
  readonly signal: AbortSignal;
}

/** A proxy that cannot be started. The message says why; the hint what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly hint: string | undefined;

  constructor(message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
  }
}

const LIMITS: RunLimits = {
  applyTimeoutMs: 5_000,
  startTimeoutMs: 20_000,
  answerTimeoutMs: 1_000,
  hungTimeoutMs: 10_000,
};
/**
 * Milliseconds after a take-over in which nothing is changed, where the old process does not follow this
 * one: its workers route by the old state until their idle connections are closed, which takes up to 2 s.
 */
const OLD_WORKERS_MS = 3_000;

/**
 * Runs until `signal` is aborted or another process has taken over.
 *
 * @throws {StartError} When it cannot start; what it had begun is undone then.
 */
export async function runProxy(options: RunOptions, effects: RunEffects): Promise<void> {
  const role = await takeRole(options, effects);
  const stopped = new AbortController();
  const signal = AbortSignal.any([effects.signal, stopped.signal]);
  const former = new FormerProcesses();
  let control: Control | undefined;
  let socket: ControlSocket;
  try {
    control = await startControl(options, effects);
    if (role !== undefined) {
      const tooLate = sleep(OLD_WORKERS_MS, undefined, { ref: false });
      control.holdChanges(Promise.race([former.first, tooLate]));
    }
    const onTaken = () => stopped.abort();
    socket = await openSocket(control, options, { effects, former, onTaken });
  } catch (error) {
    control?.pool.kill();
    throw asStartError(error);
  } finally {
    role?.release();
  }
  effects.log(`ready: ${options.workers} workers, control socket ${options.socketPath}`);
  const loops = [
    runWatchLoop(control, signal),
    runCheckLoop(control, signal),
    runReportLoop(control, signal),
    keepSocket(control, socket, signal),
    ...(options.metrics ? [runMetricsServer(control, options.metrics, signal)] : []),
  ];
  await Promise.race([aborted(signal), ...loops]);
  stopped.abort();
  await Promise.all([stopProxy(control, socket, { options, effects }), ...loops]);
  effects.log("stopped");
}

/** Lets the workers end their work: of a process that was replaced, by what its successor tells. */
async function stopProxy(
  control: Control,
  socket: ControlSocket,
  how: { readonly options: RunOptions; readonly effects: RunEffects },
): Promise<void> {
  const { options: { socketPath, stopTimeoutMs }, effects: { pid, log, signal } } = how;
  const { pool } = control;
  const isReplaced = !signal.aborted;
  log(`stopping: workers have ${stopTimeoutMs / 1000} s to end their work`);
  if (isReplaced) await control.retire();
  const over = new AbortController();
  const retired = pool.retire(stopTimeoutMs).finally(() => over.abort());
  const follow = { pool, socketPath, pid, log, signal: over.signal };
  const following = isReplaced ? followSuccessor(follow) : undefined;
  await socket.close();
  await Promise.all([retired, following]);
}

async function takeRole(
  options: RunOptions,
  effects: RunEffects,
): Promise<HeldRole | undefined> {
  const { socketPath, takeover } = options;
  if (!await isAnswered(socketPath)) {
    if (takeover) effects.log(`nothing to take over: nobody answers on ${socketPath}`);
    return undefined;
  }
  if (!takeover) {
    throw new StartError(`Cannot start: a luma-proxy already answers on ${socketPath}`, {
      hint: "stop it first, or replace it without a gap: luma-proxy run --takeover",
    });
  }
  try {
    const role = await requestHandOver(socketPath);
    effects.log(`taking over from process ${role.pid}`);
    return role;
  } catch (error) {
    throw asStartError(error);
  }
}

async function startControl(options: RunOptions, effects: RunEffects): Promise<Control> {
  const { stateDir, workers: count, workerArgv: argv } = options;
  const { now, monotonicNow, log } = effects;
  const { state, warnings } = await loadState(stateDir, now);
  const control = new Control({
    stateDir,
    state,
    startedAtMs: now(),
    now,
    monotonicNow,
    log,
    makePool: (control) =>
      new WorkerPool({
        argv,
        count,
        spawn: spawnWorker,
        monotonicNow,
        ...LIMITS,
        ...options.limits,
        warn: (message) => control.warn(message),
        onEndpointFailed: (failed) => handleEndpointFailed(control, failed),
      }),
  });
  for (const warning of warnings) control.warn(warning);
  await control.start();
  return control;
}

async function openSocket(
  control: Control,
  options: RunOptions,
  how: {
    readonly effects: RunEffects;
    readonly former: FormerProcesses;
    readonly onTaken: () => void;
  },
): Promise<ControlSocket> {
  const { socketPath } = options;
  const { pid } = how.effects;
  const makeServer = (): Server =>
    makeControlServer({
      control,
      pid,
      resolve: (target, project) => resolveTarget(target, project, lookUpIpv4),
      privateOperations: {
        follow: (signal, request) => how.former.follow(control.pool, request, signal),
        followed: (_, request) => how.former.followed(request),
        "hand-over": (signal) =>
          handOver({
            control,
            pid,
            isTaken: socket.isTaken,
            takeBack: async () => await socket.isLost() ? await socket.bind() : undefined,
            onTaken: how.onTaken,
          }, signal),
      },
    });
  const socket = makeControlSocket(makeServer, socketPath, pid);
  await socket.bind();
  return socket;
}

function asStartError(error: unknown): StartError {
  if (error instanceof StartError) return error;
  if (error instanceof NewerStateFileError) {
    return new StartError(`Cannot start: ${error.message}`, {
      hint: "run that version again; or move the state files away, and deploy every project again",
      cause: error,
    });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new StartError(`Cannot start: ${reason}`, { cause: error });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
