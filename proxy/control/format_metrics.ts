/**
 * Writes metrics in the text format of Prometheus, version 0.0.4.
 *
 * Pure. The rule: a name that ends with `_total` only grows while the control process lives; what has
 * no series yet is there with 0 where its labels are known.
 *
 * @module
 */
import { REFUSALS } from "../engine/refusal.ts";
import type { Color } from "../api.ts";
import type { WorkerCounts } from "./traffic_ledger.ts";

/** Everything that is told. */
export interface MetricsFacts {
  readonly version: string;
  readonly startedAtMs: number;
  readonly workers: readonly { readonly connections: number }[];
  readonly workersRestarted: number;
  readonly switches: number;
  /** Undefined before a worker has reported. */
  readonly counts: WorkerCounts | undefined;
  /** What each color of each route does now. */
  readonly busy: readonly BusyRoute[];
}

/** What one color of a route does now. */
export interface BusyRoute {
  readonly project: string;
  readonly app: string;
  readonly color: Color;
  readonly inFlight: number;
  readonly streams: number;
}

/** The type of an answer with such a text. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** The text. */
export function formatMetrics(facts: MetricsFacts): string {
  return [
    ...formatProcess(facts),
    ...formatTraffic(facts),
    ...formatRoutes(facts),
  ].join("");
}

function formatProcess(facts: MetricsFacts): readonly string[] {
  const { version, startedAtMs, workers, workersRestarted, switches } = facts;
  const connections = workers.reduce((sum, worker) => sum + worker.connections, 0);
  return [
    gauge("build_info", "The version that runs.", [[{ version }, 1]]),
    gauge("start_time_seconds", "When the control process began, in Unix time.", [
      [{}, startedAtMs / 1000],
    ]),
    gauge("workers", "Worker processes.", [[{}, workers.length]]),
    counter("worker_restarts", "Workers that ended and were replaced.", [[{}, workersRestarted]]),
    counter("switches", "Changes of a route to another generation.", [[{}, switches]]),
    gauge("connections", "Connections of clients that are open.", [[{}, connections]]),
  ];
}

function formatTraffic({ counts }: MetricsFacts): readonly string[] {
  const { traffic, log } = counts ?? {};
  const refused = REFUSALS.map((reason): Sample => [{ reason }, traffic?.refused[reason] ?? 0]);
  return [
    counter("connections_accepted", "Connections of clients, refused ones included.", [
      [{}, traffic?.accepted ?? 0],
    ]),
    counter("connections_ended", "Connections that a limit ended between two requests.", [
      [{ reason: "idle" }, traffic?.idled ?? 0],
      [{ reason: "requests" }, traffic?.usedUp ?? 0],
    ]),
    counter("refused", "Requests and connections that the proxy refused by itself.", refused),
    counter("upstream_connect_failures", "Connections to replicas that failed or hung.", [
      [{}, traffic?.dialFailures ?? 0],
    ]),
    counter("access_log_lost_lines", "Lines of the access log that were not written.", [
      [{}, log?.lostLines ?? 0],
    ]),
  ];
}

function formatRoutes({ counts, busy }: MetricsFacts): readonly string[] {
  const routes = counts?.routes ?? [];
  const labels = ({ project, app, color }: Pick<BusyRoute, "project" | "app" | "color">) => ({
    project,
    app,
    color,
  });
  return [
    counter(
      "requests",
      "Requests that were sent to an app, or would have been.",
      routes.map((route): Sample => [labels(route), route.requests]),
    ),
    counter(
      "requests_failed",
      "Those of them that failed: 5xx, refused, cut.",
      routes.map((route): Sample => [labels(route), route.failed]),
    ),
    gauge(
      "requests_in_flight",
      "Requests that are being answered.",
      busy.map((route): Sample => [labels(route), route.inFlight]),
    ),
    gauge(
      "streams",
      "Upgraded connections and event streams that are open.",
      busy.map((route): Sample => [labels(route), route.streams]),
    ),
  ];
}

function counter(name: string, help: string, samples: readonly Sample[]): string {
  return family("counter", { name: `${name}_total`, help }, samples);
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  return family("gauge", { name, help }, samples);
}

function family(
  type: "counter" | "gauge",
  { name, help }: { readonly name: string; readonly help: string },
  samples: readonly Sample[],
): string {
  const full = `luma_proxy_${name}`;
  const lines = samples.map(([labels, value]) => `${full}${formatLabels(labels)} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join("")}`;
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escape(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
