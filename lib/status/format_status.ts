/**
 * Prints an app's status as the lines that people know and scripts read.
 *
 * Pure. The rule: the first lines are those of the product's documents; what is wrong comes after.
 *
 * @module
 */
import { formatAgo } from "../report/format_durations.ts";
import type { AppStatus } from "./app_status.ts";

const WORDS: Readonly<Record<AppStatus["status"], readonly [string, string]>> = {
  running: ["✅ RUNNING", "Running"],
  degraded: ["⚠️ DEGRADED", "Degraded"],
  stopped: ["❌ STOPPED", "Stopped"],
  "not deployed": ["➖ NOT DEPLOYED", "Not deployed"],
  unreachable: ["❓ UNREACHABLE", "Unreachable"],
};

/**
 * The lines of an app. @param nowMs The server's clock.
 *
 * @example
 * ```ts
 * import { formatStatus, openProject } from "@luma/cli";
 *
 * const project = await openProject({ allowMissingSecrets: true });
 * for (const status of await project.status()) console.log(formatStatus(status, Date.now()));
 * ```
 */
export function formatStatus(status: AppStatus, nowMs: number): string {
  const [loud, plain] = WORDS[status.status];
  const { running, wanted } = status.replicas;
  const on = `   [${status.server}]`;
  const head = [
    `📱 App: ${status.app}`,
    `   Status: ${loud}${status.active === undefined ? "" : ` (${status.active} active)`}`,
  ];
  if (status.status === "unreachable") {
    return [...head, ...status.notes.map((note) => `${on} ${note}`)].join("\n");
  }
  const lines = [
    ...head,
    `   Replicas: ${running}/${wanted} running`,
    `   Colors: ${status.colors.blue} blue, ${status.colors.green} green`,
    `${on} Status: ${plain}${wanted === 1 ? "" : ` (${wanted} replicas)`}`,
  ];
  if (status.health !== undefined) lines.push(`${on} Health: ${formatHealth(status.health)}`);
  if (status.deployedAtMs !== undefined) {
    lines.push(`${on} Last deployed: ${formatAgo(nowMs - status.deployedAtMs)}`);
  }
  for (const error of status.health?.errors ?? []) lines.push(`${on} ${error}`);
  lines.push(...describeDeployment(status, nowMs).map((line) => `${on} ${line}`));
  for (const note of status.notes) lines.push(`${on} Note: ${note}`);
  return lines.join("\n");
}

/** What is under way, was interrupted, or has yet to be done. */
function describeDeployment(
  { app, status, deploying, leftovers, repairs }: AppStatus,
  nowMs: number,
): readonly string[] {
  if (deploying !== undefined) {
    const { owner, host, pid, sinceMs } = deploying;
    const who = `by ${owner} on ${host} (process ${pid})`;
    return [
      `Deployment under way: begun ${formatAgo(nowMs - sinceMs)} ${who}`,
      ...(leftovers.length > 0 ? [`Beside what is in use: ${leftovers.join(", ")}`] : []),
    ];
  }
  const left = leftovers.length > 0
    ? [`Left by an interrupted deployment: ${leftovers.join(", ")}`]
    : [];
  const next = status === "not deployed" && repairs.length === 0 ? ["brings it into use"] : repairs;
  return [...left, ...next.map((words) => `→ luma deploy ${app} ${words}`)];
}

function formatHealth({ healthy, total }: NonNullable<AppStatus["health"]>): string {
  const mark = healthy === total ? "✓" : "✗";
  if (total === 1) return healthy === 1 ? "✓ Healthy" : "✗ Unhealthy";
  return `${mark} ${healthy}/${total} replicas healthy`;
}
