/**
 * Turns the lines of the control API into what people read.
 *
 * Pure: same line, same text.
 *
 * @module
 */
import type {
  CheckEvent,
  DrainEvent,
  DrainingRequest,
  Operation,
  Operations,
  SwitchedBack,
  WatchEvent,
} from "../api.ts";
import { formatRoutes, formatStatus } from "./format_status.ts";
import { formatDuration } from "./parse_duration.ts";

type AnyLine = Operations[Operation]["line"];

/** One line of an answer, line ends included. */
export function formatLine(operation: Operation, line: AnyLine, nowMs: number): string {
  if ("api" in line) return formatStatus(line, nowMs);
  if ("routes" in line) return formatRoutes(line.routes);
  return `${formatEvent(operation, line)}\n`;
}

function formatEvent(
  operation: Operation,
  line: Extract<AnyLine, { readonly kind: string }>,
): string {
  switch (line.kind) {
    case "switched": {
      const workers = `${line.workers.length} worker${line.workers.length === 1 ? "" : "s"}`;
      const verb = operation === "deploy" ? "Deployed" : "Switched";
      return `${verb}: generation ${line.generation} serves in ${workers}; ` +
        `${line.inFlight} requests in flight to the former one`;
    }
    case "confirmed":
      return `Confirmed: generation ${line.generation}`;
    case "switched back":
      return formatSwitchedBack(line);
    case "removed":
      return line.found ? "Removed" : "Nothing to remove: there is no such route";
    case "waiting":
    case "healthy":
    case "unhealthy":
    case "checked":
      return formatCheck(line);
    case "watching":
    case "watched":
      return formatWatch(line);
    case "draining":
    case "drained":
      return formatDrain(line);
  }
}

function formatSwitchedBack(line: SwitchedBack): string {
  const now = line.generation === 0
    ? "the route is gone, it had no former generation"
    : `generation ${line.generation} serves`;
  const examples = (line.failure?.examples ?? []).map((example) => `\n  ${example}`).join("");
  return `Switched back: ${line.reason}; ${now}${examples}`;
}

function formatCheck(line: CheckEvent): string {
  switch (line.kind) {
    case "waiting":
      return `… ${line.name}: ${line.error} (${formatAttempts(line.attempts)})`;
    case "healthy": {
      const after = formatDuration(line.afterMs);
      return `✓ ${line.name}: healthy after ${after}, ${formatAttempts(line.attempts)}`;
    }
    case "unhealthy":
      return `✗ ${line.name}: ${line.error} (${formatAttempts(line.attempts)})`;
    case "checked":
      return `${line.healthy} of ${line.healthy + line.unhealthy} healthy`;
  }
}

function formatAttempts(attempts: number): string {
  return `${attempts} attempt${attempts === 1 ? "" : "s"}`;
}

function formatWatch(line: Exclude<WatchEvent, SwitchedBack>): string {
  const counts = `${line.requests} requests, ${line.failed} failed`;
  if (line.kind === "watching") {
    return `Watching: ${formatDuration(line.leftMs)} left, ${counts}`;
  }
  return `Watched: ${counts}${line.judged ? "" : "; too few requests to judge"}`;
}

function formatDrain(line: DrainEvent): string {
  if (line.kind === "draining") {
    const { inFlight, streams, leftMs, oldest } = line;
    const counts = `${inFlight} requests, ${streams} streams`;
    const which = oldest.map(formatRequest).join("; ");
    return `Draining: ${counts}, ${formatDuration(leftMs)} left${which === "" ? "" : `: ${which}`}`;
  }
  const { completed, closed, cut, tookMs } = line;
  const lists = [
    ...closed.map((request) => `\n  closed: ${formatRequest(request)}`),
    ...cut.map((request) => `\n  still answered: ${formatRequest(request)}`),
  ].join("");
  return `Drained in ${formatDuration(tookMs)}: ${completed} completed, ${closed.length} closed, ` +
    `${cut.length} still answered${lists}`;
}

/** `GET /export, 41 s`. */
function formatRequest(request: DrainingRequest): string {
  const kind = request.kind === "request" ? "" : ` (${request.kind})`;
  return `${request.method} ${request.path}${kind}, ${formatDuration(request.ageMs)}`;
}
