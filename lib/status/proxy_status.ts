/**
 * What `luma proxy status` tells of a server's proxy.
 *
 * Pure. The rule: it is what the proxy itself says now, in lines that fit a terminal.
 *
 * @module
 */
import type { ProxyStatus, RouteStatus } from "../../proxy/api.ts";
import { formatAgo } from "../report/format_durations.ts";

/** The proxy of a server, as `--json` prints it. */
export interface ProxyReport {
  /** What it is, among other lines of JSON. */
  readonly kind: "proxy status";
  /** The server's name. */
  readonly server: string;
  /** `standing in`: the container that holds the ports runs it, for its own container does not run. */
  readonly state: "running" | "standing in" | "down" | "absent";
  /** Why it does not answer, or why its own container does not. */
  readonly reason?: string;
  /** The reference of its image. */
  readonly image?: string;
  /** What it says of itself. */
  readonly status?: ProxyStatus;
}

/** The lines of a proxy. @param nowMs The server's clock. */
export function formatProxyReport(report: ProxyReport, nowMs: number): string {
  const on = `[${report.server}]`;
  const { state, status, reason } = report;
  const reasons = reason === undefined ? "" : `: ${reason}`;
  if (status === undefined) {
    return state === "absent"
      ? `${on} luma-proxy is not there\n  → luma setup brings it`
      : `${on} luma-proxy does not answer${reasons}\n  → luma setup mends it`;
  }
  const connections = status.workers.reduce((sum, worker) => sum + worker.connections, 0);
  const lines = [
    `${on} luma-proxy ${status.version}, started ${formatAgo(nowMs - status.startedAtMs)}, ` +
    `${count(status.workers.length, "worker")}, ${count(connections, "connection")}`,
    ...(state === "standing in"
      ? [`  luma-proxy-net stands in for it${reasons}`, "  → luma setup starts it again"]
      : []),
    ...status.warnings.map((warning) => `  Warning: ${warning}`),
    ...formatRoutes(status.routes),
  ];
  return lines.join("\n");
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

const TITLES = ["HOST", "APP", "COLOR", "GENERATION", "HEALTHY", "IN FLIGHT", "STREAMS"];

function formatRoutes(routes: readonly RouteStatus[]): readonly string[] {
  if (routes.length === 0) return ["  no routes: luma deploy makes them"];
  const rows = [TITLES, ...routes.map(formatCells)];
  const widths = TITLES.map((_, column) =>
    Math.max(...rows.map((row) => [...row[column] ?? ""].length))
  );
  const [head = "", ...lines] = rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd()
  );
  return [
    head,
    ...routes.flatMap((route, index) => [lines[index] ?? "", ...formatEndpoints(route)]),
  ];
}

function formatCells(route: RouteStatus): readonly string[] {
  const { project, app, current, endpoints, byColor } = route;
  const { hosts, path } = current.options;
  const [first = "every other host", ...more] = hosts;
  const counters = byColor[current.color];
  const others = Object.entries(byColor).filter(([color]) => color !== current.color);
  const draining = others.reduce((sum, [, { inFlight }]) => sum + inFlight, 0);
  return [
    `${first}${path === "/" ? "" : path}${more.length === 0 ? "" : ` +${more.length}`}`,
    `${project}/${app}`,
    current.color,
    `${current.generation} ${current.seal}`,
    `${endpoints.filter(({ healthy }) => healthy).length}/${endpoints.length}`,
    `${counters?.inFlight ?? 0}${draining === 0 ? "" : ` (${draining} draining)`}`,
    `${counters?.streams ?? 0}`,
  ];
}

function formatEndpoints({ current, endpoints }: RouteStatus): readonly string[] {
  const back = current.switchedBackFrom;
  return [
    ...endpoints.map(({ name, address, port, healthy, error }) =>
      `    ${healthy ? "✓" : "✗"} ${name} at ${address}:${port}` +
      (error === undefined ? "" : `: ${error}`)
    ),
    ...(back === undefined ? [] : [`    left generation ${back.generation}: ${back.reason}`]),
  ];
}
