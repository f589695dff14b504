/**
 * Prints a service's status as lines like those of an app.
 *
 * Pure. The rule: what is wrong comes after what is there.
 *
 * @module
 */
import { formatAgo } from "../report/format_durations.ts";
import type { ServiceStatus } from "./service_status.ts";

const WORDS: Readonly<Record<ServiceStatus["status"], string>> = {
  running: "✅ RUNNING",
  degraded: "⚠️ DEGRADED",
  stopped: "❌ STOPPED",
  "not started": "➖ NOT STARTED",
  unreachable: "❓ UNREACHABLE",
};

/**
 * The lines of a service. @param nowMs The server's clock.
 *
 * @example
 * ```ts
 * import { formatServiceStatus, openProject } from "@luma/cli";
 *
 * const project = await openProject({ allowMissingSecrets: true });
 * for (const status of await project.serviceStatus()) {
 *   console.log(formatServiceStatus(status, Date.now()));
 * }
 * ```
 */
export function formatServiceStatus(status: ServiceStatus, nowMs: number): string {
  const { service, server, image, health, restarts, startedAtMs } = status;
  const on = `   [${server}]`;
  const since = startedAtMs === undefined ? [] : [`started ${formatAgo(nowMs - startedAtMs)}`];
  const facts = [
    ...since,
    ...(restarts > 0 ? [`restarted ${restarts} ${restarts === 1 ? "time" : "times"}`] : []),
    ...(health === undefined ? [] : [health]),
  ];
  return [
    `📦 Service: ${service}${image === undefined ? "" : ` (${image})`}`,
    `   Status: ${WORDS[status.status]}`,
    ...(facts.length > 0 ? [`${on} ${facts.join(", ")}`] : []),
    ...(status.status === "not started" ? [`${on} luma deploy starts it`] : []),
    ...status.notes.map((note) =>
      status.status === "unreachable" ? `${on} ${note}` : `${on} Note: ${note}`
    ),
  ].join("\n");
}
