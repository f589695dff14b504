/**
 * Runs one worker: takes what control tells it, a JSON value a line, and reports back.
 *
 * The rule: it holds no decisions, and it does not outlive its control process: when its input ends,
 * it stops at once.
 *
 * @module
 */
import process from "node:process";
import { AccessLog } from "../engine/access_log.ts";
import { Engine } from "../engine/engine.ts";
import { createNetwork } from "../engine/network.ts";
import { DEFAULT_SETTINGS, type EngineSettings } from "../engine/settings.ts";
import type { Network, SocketAddress } from "../engine/socket.ts";
import { readLines } from "./line_reader.ts";
import { LogFile } from "./log_file.ts";
import type { FromWorker, ToWorker, WorkerReport } from "./protocol.ts";

/** Where requests are logged. */
export interface AccessLogTarget {
  /** A file, or `-` for standard error. */
  readonly path: string;
  /** Whether queries are logged, too; they may hold secrets. */
  readonly withQuery: boolean;
}

/** What a worker runs with. */
export interface WorkerOptions {
  /** Addresses for plain HTTP; other workers listen on the same ones. */
  readonly listen: readonly SocketAddress[];
  /** Lines of {@linkcode ToWorker}, usually standard input. */
  readonly input: AsyncIterable<Uint8Array>;
  readonly send: (message: FromWorker) => void;
  /** Where errors go that concern one connection alone, usually standard error. */
  readonly log: (message: string) => void;
  readonly settings?: Partial<EngineSettings>;
  /** Where each request is logged; nowhere unless given. */
  readonly accessLog?: AccessLogTarget;
  /** The sockets to use; the best that the runtime has unless given. */
  readonly network?: Network;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whole milliseconds of a clock that nobody sets. */
  readonly monotonicNow: () => number;
  readonly signal: AbortSignal;
}

/**
 * Runs a worker until it has retired, its input ends, or `signal` is aborted.
 *
 * The caller ends the process when this returns.
 *
 * @throws When an address cannot be bound.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const { accessLog, monotonicNow: now, now: wallNow } = options;
  const log = accessLog && new LogFile({ path: accessLog.path, now });
  const engine = new Engine({
    network: options.network ?? createNetwork(options.log),
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    now,
    wallNow,
    log: options.log,
    ...(accessLog && log && {
      accessLog: new AccessLog({ sink: log, withQuery: accessLog.withQuery, now, wallNow }),
    }),
    endpointFailed: ({ project, app }, endpoint, error) =>
      options.send({ kind: "endpoint failed", project, app, endpoint, error }),
  });
  const worker: Worker = { options, engine, log, isReady: false, end: () => over.abort() };
  try {
    for await (const line of readLines(options.input, signal)) {
      const message = parseMessage(line, options.log);
      if (message !== undefined) await obey(worker, message);
    }
  } finally {
    engine.stop();
    await log?.close(LOG_CLOSE_MS);
  }
}

/** Milliseconds that the last lines of the access log have. */
const LOG_CLOSE_MS = 1_000;

interface Worker {
  readonly options: WorkerOptions;
  readonly engine: Engine;
  readonly log: LogFile | undefined;
  isReady: boolean;
  readonly end: () => void;
}

/** Control speaks the same version, so a line that is no message is a fault to be seen, not to die of. */
function parseMessage(line: string, log: WorkerOptions["log"]): ToWorker | undefined {
  try {
    return JSON.parse(line) as ToWorker;
  } catch (error) {
    log(`Read a line of the control process: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

async function obey(worker: Worker, message: ToWorker): Promise<void> {
  const { engine, options } = worker;
  switch (message.kind) {
    case "snapshot": {
      const inFlight = engine.apply(message.snapshot);
      const { sequence } = message.snapshot;
      options.send({ kind: "applied", sequence, atMs: options.now(), inFlight });
      if (!worker.isReady) await becomeReady(worker);
      return;
    }
    case "report":
      options.send({ kind: "report", id: message.id, report: makeReport(worker) });
      return;
    case "close streams": {
      const { id } = message;
      reportFailure(worker, "Close streams", async () => {
        const closed = await engine.closeStreams(message, message.color);
        options.send({ kind: "closed", id, closed });
      });
      return;
    }
    case "retire":
      reportFailure(worker, "Retire", async () => {
        await engine.retire();
        options.send({ kind: "retired" });
        worker.end();
      });
      return;
  }
}

function makeReport({ engine, log }: Worker): WorkerReport {
  if (log === undefined) return engine.report();
  const { lostLines, error } = log;
  return { ...engine.report(), log: { lostLines, ...(error !== undefined && { error }) } };
}

async function becomeReady(worker: Worker): Promise<void> {
  worker.isReady = true;
  for (const address of worker.options.listen) await worker.engine.listen(address);
  worker.options.send({ kind: "ready", pid: process.pid });
}

/** Runs what takes longer beside the reading of further lines. */
function reportFailure(worker: Worker, action: string, run: () => Promise<void>): void {
  run().catch((error: unknown) => {
    worker.options.log(`${action}: ${error instanceof Error ? error.stack : String(error)}`);
  });
}
