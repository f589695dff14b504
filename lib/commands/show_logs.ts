/**
 * Shows the logs of containers on servers, until their end, or as they come.
 *
 * The rule: what was written is shown in the order of its time over all containers; what is being
 * written as it comes.
 *
 * @module
 */
import type { ServerConfig } from "../config/types.ts";
import type { LogQuery, LogStream } from "../docker/log_query.ts";
import { type ContainerStart, type LoggedLine, readLog } from "../docker/read_log.ts";
import type { Container } from "../docker/types.ts";
import { followLogs } from "../logs/follow_logs.ts";
import { createLineQueue } from "../logs/line_queue.ts";
import {
  createLogPrinter,
  type LogPrinter,
  type LogSink,
  type OriginLine,
} from "../logs/log_printer.ts";
import { mergeByTime, type TimedSource } from "../logs/merge_by_time.ts";
import { createRunnerPool, type RunnerPool } from "../ssh/runner_pool.ts";
import type { CommandContext } from "./context.ts";
import { openSession, type Session, sessionOver } from "./session.ts";

/** How logs are shown. */
export interface ShowOptions {
  /** Goes on with what comes. */
  readonly follow: boolean;
  /** As Docker takes it. */
  readonly since?: string;
  /** Of each container; none: all. */
  readonly tail?: number;
  /** With the time of each line. */
  readonly timestamps: boolean;
  /** Names in front in colors. */
  readonly paint: boolean;
  /** Names in front as soon as there are several containers. */
  readonly prefix: boolean;
}

/** Whose logs are shown. */
export interface LogSelection {
  readonly servers: readonly ServerConfig[];
  /** The containers that are there, and when that was by the server's clock. */
  readonly find: (session: Session, server: ServerConfig, signal: AbortSignal) => Promise<{
    readonly containers: readonly Container[];
    readonly nowMs: number;
  }>;
  /** What they have in common: `luma.project=shop`. */
  readonly label: string;
  /** Whether one that starts later is followed too. */
  readonly isWanted: (start: ContainerStart) => boolean;
  /** Called where nothing is there, and nothing is waited for; throws what is to be said. */
  readonly onNothing: () => void;
}

/** A server whose logs are shown. */
interface Site {
  readonly server: ServerConfig;
  readonly pool: RunnerPool;
  readonly containers: readonly Container[];
  readonly nowMs: number;
}

/** What all logs are shown with. */
interface Showing {
  readonly options: ShowOptions;
  readonly printer: LogPrinter;
  readonly signal: AbortSignal;
}

/** Shows logs, until they are at their end, nobody reads any more, or a person ends it. */
export async function showLogs(
  selection: LogSelection,
  { options, sink }: { readonly options: ShowOptions; readonly sink: LogSink },
  context: CommandContext,
): Promise<void> {
  const { timestamps, paint, prefix, follow } = options;
  const { json } = context;
  const signal = AbortSignal.any([context.signal, sink.gone]);
  const printer = createLogPrinter({ sink, json, timestamps, color: paint, prefix });
  const pools: RunnerPool[] = [];
  try {
    const sites = await Promise.all(selection.servers.map(async (server): Promise<Site> => {
      const pool = createRunnerPool(() => openSession(server).runner);
      pools.push(pool);
      const look = (session: Session) => selection.find(session, server, signal);
      return { server, pool, ...await pool.use((runner) => look(sessionOver(runner))) };
    }));
    const showing = { options, printer, signal };
    if (follow) return await followSites(sites, selection, showing);
    if (sites.every(({ containers }) => containers.length === 0)) selection.onNothing();
    await printSites(sites, showing);
  } catch (error) {
    // `luma logs | head` has all that it wants.
    if (!sink.gone.aborted) throw error;
  } finally {
    await Promise.all(pools.map((pool) => pool.close()));
  }
}

/** What was written until now, in the order of its time. */
async function printSites(sites: readonly Site[], showing: Showing): Promise<void> {
  const { printer } = showing;
  const sources = sites.flatMap((site) =>
    site.containers.flatMap((container) => {
      printer.expect({ server: site.server.name, container: container.name });
      return (["stdout", "stderr"] as const).map((only) =>
        openSource(site, { container, only }, showing)
      );
    })
  );
  for await (const line of mergeByTime(sources)) await printer.print(line);
}

/** One stream of a container: what is not taken yet stays where it is. */
function openSource(
  { server, pool }: Site,
  { container, only }: { readonly container: Container; readonly only: LogStream },
  { options, signal }: Showing,
): TimedSource<OriginLine> {
  const queue = createLineQueue<OriginLine>();
  const origin = { server: server.name, container: container.name };
  const query = { container: container.id, follow: false, only, ...whereFrom(options) };
  const onLine = (line: LoggedLine) => queue.push({ ...line, origin });
  pool.use((runner) => readLog(runner, query, { onLine, signal }))
    .then(() => queue.end(), queue.end);
  return queue;
}

function whereFrom({ since, tail }: ShowOptions): Pick<LogQuery, "since" | "tail"> {
  return {
    ...(since === undefined ? {} : { since }),
    ...(tail === undefined ? {} : { tail }),
  };
}

async function followSites(
  sites: readonly Site[],
  { label, isWanted }: LogSelection,
  { options, printer, signal }: Showing,
): Promise<void> {
  const from = whereFrom(options);
  const followed = sites.map(({ server, pool, containers, nowMs }) =>
    followLogs({ containers, nowMs, label, isWanted, from }, {
      pool,
      server: server.name,
      expect: printer.expect,
      onLine: printer.print,
      signal,
    })
  );
  await Promise.all(followed);
  signal.throwIfAborted();
}
