/**
 * Lays out the proxy's status and its routes for people.
 *
 * Pure: same status, same time, same text.
 *
 * @module
 */
import type { Counters, ProxyStatus, RouteState, RouteStatus } from "../api.ts";
import { formatDuration } from "./parse_duration.ts";

/** The answer to `status`. */
export function formatStatus(status: ProxyStatus, nowMs: number): string {
  const { version, pid, startedAtMs, workers, warnings, routes } = status;
  const connections = workers.reduce((sum, worker) => sum + worker.connections, 0);
  const lines = [
    `luma-proxy ${version}, process ${pid}, up ${formatDuration(nowMs - startedAtMs)}, ` +
    `${workers.length} workers, ${connections} connections`,
    ...warnings.map((warning) => `warning: ${warning}`),
    ...routes.flatMap((route) => ["", ...formatRoute(route, nowMs)]),
    ...(routes.length === 0 ? ["no routes"] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** The answer to `list`: a table. */
export function formatRoutes(routes: readonly RouteState[]): string {
  if (routes.length === 0) return "no routes\n";
  const rows = routes.map(({ project, app, current }) => [
    `${project}/${app}`,
    formatHosts(current.options),
    current.color,
    `${current.generation} ${current.seal}`,
    current.endpoints.map((endpoint) => endpoint.name).join(", "),
  ]);
  return formatTable([["ROUTE", "HOSTS", "COLOR", "GENERATION", "ENDPOINTS"], ...rows]);
}

function formatRoute(route: RouteStatus, nowMs: number): readonly string[] {
  const { project, app, current, endpoints, byColor } = route;
  const { generation, color, seal, deployment, switchedAtMs, switchedBackFrom } = current;
  const ago = formatDuration(nowMs - switchedAtMs);
  return [
    `${project}/${app}: ${formatHosts(current.options)}`,
    `  generation ${generation}, ${color}, ${seal}, deployment ${deployment}, ${ago} ago`,
    ...(switchedBackFrom === undefined
      ? []
      : [`  left generation ${switchedBackFrom.generation}: ${switchedBackFrom.reason}`]),
    ...endpoints.map(({ name, healthy, error }) =>
      `  ${healthy ? "✓" : "✗"} ${name}${error === undefined ? "" : `: ${error}`}`
    ),
    ...formatCounters("blue", byColor.blue),
    ...formatCounters("green", byColor.green),
  ];
}

function formatCounters(color: string, counters: Counters | undefined): readonly string[] {
  if (counters === undefined) return [];
  const { requests, failed, inFlight, streams } = counters;
  return [
    `  ${color}: ${requests} requests, ${failed} failed, ${inFlight} in flight, ${streams} streams`,
  ];
}

function formatHosts(
  options: { readonly hosts: readonly string[]; readonly path: string },
): string {
  const path = options.path === "/" ? "" : options.path;
  const hosts = options.hosts.length === 0 ? ["every other host"] : options.hosts;
  return hosts.map((host) => `${host}${path}`).join(", ");
}

function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    `${row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join("  ").trimEnd()}\n`
  ).join("");
}
