/**
 * The operations that change nothing: status, list, check, watch.
 *
 * The rule: they end as soon as nobody waits for them any more.
 *
 * @module
 */
import type {
  CheckEvent,
  CheckRequest,
  Counters,
  GenerationRequest,
  Operations,
  ProxyStatus,
  RouteStatus,
  WatchEvent,
} from "../api.ts";
import { trimPath } from "../engine/route_table.ts";
import { HealthCheckError, waitUntilHealthy } from "../health/check_health.ts";
import { VERSION } from "../version.ts";
import type { Control } from "./control.ts";
import { judgeRoute, waitForChange } from "./control_loops.ts";
import { toHealthTarget } from "./endpoint_checks.ts";
import { OperationError } from "./failure.ts";
import {
  findRoute,
  type StoredRoute,
  toRouteState,
  unknownRoute,
  wrongGeneration,
} from "./proxy_state.ts";
import { sumReports } from "./report_ledger.ts";
import { findSwitchedBack } from "./seal_generation.ts";

/** Milliseconds between two lines of progress. */
const PROGRESS_MS = 1_000;

/** Everything that is known now. */
export async function statusOperation(control: Control, pid: number): Promise<ProxyStatus> {
  await control.pool.report();
  return {
    api: 1,
    version: VERSION,
    pid,
    startedAtMs: control.startedAtMs,
    workers: control.pool.workers,
    warnings: [...control.warnings, ...describeRivals(control.state.routes)],
    routes: control.state.routes.map((route) => toRouteStatus(control, route)),
  };
}

/** The routes. */
export function listOperation(control: Control): Operations["list"]["line"] {
  return { routes: control.state.routes.map(toRouteState) };
}

/** Probes endpoints until each is healthy or has used up its time. */
export async function* checkOperation(
  control: Control,
  request: CheckRequest,
  signal: AbortSignal,
): AsyncGenerator<CheckEvent> {
  const { endpoints, health, budgetMs, everyMs } = request;
  const { timeoutMs } = health;
  const reasons: CheckEvent[] = [];
  let wake = () => {};
  const pending = new Map(endpoints.map((endpoint, index) => {
    const { name } = endpoint;
    const onWaiting = (attempts: number, error: string) => {
      reasons.push({ kind: "waiting", name, attempts, error });
      wake();
    };
    const now = control.monotonicNow;
    const options = { budgetMs, everyMs, timeoutMs, now, signal, onWaiting };
    const checked = probe(name, waitUntilHealthy(toHealthTarget(endpoint, health), options));
    return [index, checked.then((event) => ({ index, event }))];
  }));
  let healthy = 0;
  while (pending.size > 0) {
    const changed = new Promise<void>((resolve) => wake = resolve);
    yield* reasons.splice(0);
    const ended = await Promise.race([...pending.values(), changed]);
    if (ended === undefined) continue;
    pending.delete(ended.index);
    if (ended.event.kind === "healthy") healthy++;
    yield ended.event;
  }
  yield { kind: "checked", healthy, unhealthy: endpoints.length - healthy };
}

/** Waits until the watch of a generation is judged. */
export async function* watchOperation(
  control: Control,
  request: GenerationRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  for (;;) {
    signal.throwIfAborted();
    await control.pool.report();
    const event = describeWatch(control, request);
    yield event;
    if (event.kind !== "watching") return;
    await waitForChange(control, signal, Math.min(PROGRESS_MS, event.leftMs + 50));
  }
}

function describeWatch(control: Control, request: GenerationRequest): WatchEvent {
  const left = findSwitchedBack(control.state, request);
  if (left !== undefined) return left;
  const route = findRoute(control.state, request);
  if (route === undefined) throw new OperationError(unknownRoute("Cannot watch", request));
  const { generation, seal } = route.current;
  if (generation !== request.generation) {
    const numbers = { asked: request.generation, current: generation };
    throw new OperationError(wrongGeneration("Cannot watch", request, numbers));
  }
  const { project, app } = request;
  const counts = sumReports(control.pool.ledger, { project, app, generation });
  const { requests, failed } = counts;
  const verdict = judgeRoute(control, route);
  if (seal === "watching") {
    const leftMs = verdict?.kind === "watching" ? verdict.leftMs : 0;
    return { kind: "watching", leftMs, requests, failed };
  }
  const judged = route.watch === undefined || requests >= route.watch.minFailures;
  return { kind: "watched", requests, failed, judged };
}

function toRouteStatus(control: Control, route: StoredRoute): RouteStatus {
  const { project, app, current } = route;
  const counters = (color: "blue" | "green"): Counters | undefined => {
    const reports = [...control.pool.ledger.values()].flat().filter((report) =>
      report.project === project && report.app === app && report.color === color
    );
    if (reports.length === 0) return undefined;
    const generation = Math.max(...reports.map((report) => report.generation));
    const { ledger } = control.pool;
    const { requests, failed } = sumReports(ledger, { project, app, generation });
    const { inFlight, streams } = sumReports(ledger, { project, app, color });
    return { requests, failed, inFlight, streams };
  };
  const [blue, green] = [counters("blue"), counters("green")];
  return {
    ...toRouteState(route),
    endpoints: current.endpoints.map((endpoint) => control.checks.statusOf(route, endpoint)),
    byColor: { ...(blue && { blue }), ...(green && { green }) },
  };
}

function describeRivals(routes: readonly StoredRoute[]): readonly string[] {
  const open = routes.filter(({ current }) => current.options.hosts.length === 0);
  const rivals = open.filter((route) =>
    open.some((other) =>
      other !== route &&
      trimPath(other.current.options.path) === trimPath(route.current.options.path)
    )
  );
  if (rivals.length === 0) return [];
  const names = rivals.map(({ project, app }) => `${project}/${app}`).join(", ");
  return [`Several routes claim every other host: ${names}; give all but one of them hosts`];
}

async function probe(
  name: string,
  healthy: Promise<{ readonly attempts: number; readonly afterMs: number }>,
): Promise<Extract<CheckEvent, { readonly kind: "healthy" | "unhealthy" }>> {
  try {
    return { kind: "healthy", name, ...await healthy };
  } catch (error) {
    if (!(error instanceof HealthCheckError)) throw error;
    const { attempts, message, failure } = error;
    return { kind: "unhealthy", name, attempts, error: message, failure };
  }
}
