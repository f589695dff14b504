/**
 * `luma logs [name…]`: what apps and services wrote, and with `-f` what they write from now on.
 *
 * The rule: what was written is shown in the order of its time over all containers; what is being
 * written as it comes, over deployments too.
 *
 * @module
 */
import type { ServerConfig } from "../config/types.ts";
import { type LoggedLine, type LogQuery, type LogStream, readLog } from "../docker/read_log.ts";
import type { Container } from "../docker/types.ts";
import { followLogs } from "../logs/follow_logs.ts";
import { createLineQueue } from "../logs/line_queue.ts";
import { createLogPrinter, type LogPrinter, type OriginLine } from "../logs/log_printer.ts";
import type { LogSink } from "../logs/log_printer.ts";
import { mergeByTime, type TimedSource } from "../logs/merge_by_time.ts";
import { createRunnerPool, type RunnerPool } from "../ssh/runner_pool.ts";
import { LABELS } from "../state/labels.ts";
import { observeServer } from "../state/observe_server.ts";
import type { CommandContext } from "./context.ts";
import {
  type ContainerChoice,
  findConfig,
  findContainers,
  nothingThere,
  type Part,
  selectParts,
  serversOf,
} from "./select_containers.ts";
import { openSession, sessionOver } from "./session.ts";

/** Whose logs are shown, and how. */
export interface LogsOptions extends ContainerChoice {
  /** Apps and services; none: all. */
  readonly names: readonly string[];
  /** Goes on with what comes. */
  readonly follow: boolean;
  /** As Docker takes it. */
  readonly since?: string;
  /** Of each container; none: all. */
  readonly tail?: number;
  /** With the time of each line. */
  readonly timestamps: boolean;
  readonly color?: "blue" | "green";
  /** Names in front in colors. */
  readonly paint: boolean;
  /** Names in front as soon as there are several containers. */
  readonly prefix: boolean;
}

/** A server whose logs are shown. */
interface Site {
  readonly server: ServerConfig;
  readonly pool: RunnerPool;
  readonly containers: readonly Container[];
  readonly nowMs: number;
}

/** Shows logs, until they are at their end, nobody reads any more, or a person ends it. */
export async function logs(
  options: LogsOptions,
  context: CommandContext,
  sink: LogSink,
): Promise<void> {
  const { config, json, signal } = context;
  const parts = selectParts(config, options.names);
  const reading = { ...context, signal: AbortSignal.any([signal, sink.gone]) };
  const sites: Site[] = [];
  const { timestamps, paint, prefix } = options;
  const printer = createLogPrinter({ sink, json, timestamps, color: paint, prefix });
  try {
    for (const server of serversOf(config, parts)) {
      const pool = createRunnerPool(() => openSession(server).runner);
      sites.push({ server, pool, ...await lookAt(server, { parts, pool, options }, reading) });
    }
    refuseNothing(sites, parts, options);
    if (options.follow) await followSites(sites, { parts, printer, options }, reading);
    else await printSites(sites, { printer, options }, reading.signal);
  } catch (error) {
    // `luma logs | head` has all that it wants.
    if (!sink.gone.aborted) throw error;
  } finally {
    await Promise.all(sites.map(({ pool }) => pool.close()));
  }
}

async function lookAt(
  server: ServerConfig,
  { parts, pool, options }: {
    readonly parts: readonly Part[];
    readonly pool: RunnerPool;
    readonly options: LogsOptions;
  },
  { config, signal }: CommandContext,
): Promise<Pick<Site, "containers" | "nowMs">> {
  const project = config.name;
  const state = await pool.use((runner) =>
    observeServer(sessionOver(runner), { project, mode: "read", signal })
  );
  const here = parts.filter((part) => findConfig(config, part)?.servers.includes(server.name));
  const containers = here.flatMap((part) => findContainers(part, { ...options, state, project }));
  return { containers, nowMs: state.facts.nowMs };
}

/** A single name of which nothing is there is a mistake; of several, what is there is shown. */
function refuseNothing(
  sites: readonly Site[],
  parts: readonly Part[],
  options: LogsOptions,
): void {
  const [part] = parts;
  if (options.follow || part === undefined) return;
  if (sites.some(({ containers }) => containers.length > 0)) return;
  throw nothingThere(part, {
    ...options,
    server: sites.map(({ server }) => server.name).join(", "),
  });
}

/** What was written until now, in the order of its time. */
async function printSites(
  sites: readonly Site[],
  { printer, options }: { readonly printer: LogPrinter; readonly options: LogsOptions },
  signal: AbortSignal,
): Promise<void> {
  const sources = sites.flatMap((site) =>
    site.containers.flatMap((container) => {
      printer.expect({ server: site.server.name, container: container.name });
      return (["stdout", "stderr"] as const).map((only) =>
        openSource(site, { container, only, options }, signal)
      );
    })
  );
  for await (const line of mergeByTime(sources)) await printer.print(line);
}

/** One stream of a container: what is not taken yet stays where it is. */
function openSource(
  { server, pool }: Site,
  { container, only, options }: {
    readonly container: Container;
    readonly only: LogStream;
    readonly options: LogsOptions;
  },
  signal: AbortSignal,
): TimedSource<OriginLine> {
  const queue = createLineQueue<OriginLine>();
  const origin = { server: server.name, container: container.name };
  const query = { container: container.id, follow: false, only, ...whereFrom(options) };
  const onLine = (line: LoggedLine) => queue.push({ ...line, origin });
  pool.use((runner) => readLog(runner, query, { onLine, signal }))
    .then(() => queue.end(), queue.end);
  return queue;
}

function whereFrom({ since, tail }: LogsOptions): Pick<LogQuery, "since" | "tail"> {
  return {
    ...(since === undefined ? {} : { since }),
    ...(tail === undefined ? {} : { tail }),
  };
}

async function followSites(
  sites: readonly Site[],
  { parts, printer, options }: {
    readonly parts: readonly Part[];
    readonly printer: LogPrinter;
    readonly options: LogsOptions;
  },
  { config, signal }: CommandContext,
): Promise<void> {
  const isWanted = ({ labels }: Pick<Container, "labels">) =>
    parts.some(({ kind, name }) => labels[LABELS[kind]] === name) &&
    (options.color ?? labels[LABELS.color]) === labels[LABELS.color] &&
    String(options.replica ?? labels[LABELS.replica]) === String(labels[LABELS.replica]);
  const followed = sites.map(({ server, pool, containers, nowMs }) =>
    followLogs({
      containers,
      nowMs,
      label: `${LABELS.project}=${config.name}`,
      isWanted,
      from: whereFrom(options),
    }, {
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
