/**
 * What the control process does by itself: it watches new generations and checks endpoints.
 *
 * The rule: it decides nothing here; the judges are pure, and every change goes through
 * {@linkcode Control.change}.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { GenerationRequest, WatchFailure } from "../api.ts";
import type { Control } from "./control.ts";
import type { DueCheck } from "./endpoint_checks.ts";
import { endpointName } from "./endpoint_health.ts";
import { OperationError } from "./failure.ts";
import { routeName, type StoredRoute } from "./proxy_state.ts";
import { sumReports } from "./report_ledger.ts";
import { markWatched, switchBack } from "./seal_generation.ts";
import { formatWatchFailure, judgeWatch, type Verdict } from "./watch.ts";
import type { EndpointFailed } from "./worker_process.ts";

/** Milliseconds between two looks at the counters, and at the time. */
const POLL_MS = 100;
/** Milliseconds between two looks at workers that nobody asks about. */
const REPORT_MS = 2_000;
/** Milliseconds between two warnings of lines that the access log has lost. */
const LOSS_EVERY_MS = 60_000;
/** Milliseconds until a verdict that could not be carried out is tried again. */
const RETRY_MS = 1_000;

/** Watches every generation that is not confirmed, until `signal` is aborted. */
export async function runWatchLoop(control: Control, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const routes = control.state.routes.filter((route) => route.watch !== undefined);
    if (routes.length === 0 || !control.isActive) {
      await waitForChange(control, signal);
      continue;
    }
    await control.pool.report();
    let isDone = true;
    for (const route of routes) isDone = await actOnVerdict(control, route) && isDone;
    await pause(isDone ? POLL_MS : RETRY_MS, signal);
  }
}

/** Checks every endpoint in use when its time has come, until `signal` is aborted. */
export async function runCheckLoop(control: Control, signal: AbortSignal): Promise<void> {
  const running = new Set<string>();
  while (!signal.aborted) {
    for (const due of control.checks.listDue(control.state, control.monotonicNow())) {
      const name = endpointName(due.route, due.endpoint);
      if (running.has(name)) continue;
      running.add(name);
      control.checks.check(due, control.monotonicNow, signal).then(
        (changed) => changed ? tellEjection(control, due) : undefined,
        (error) => signal.aborted ? undefined : control.warn(`Cannot check ${name}: ${error}`),
      ).finally(() => running.delete(name));
    }
    await pause(POLL_MS, signal);
  }
}

/** Asks the workers now and then, so that one that hangs is found, until `signal` is aborted. */
export async function runReportLoop(control: Control, signal: AbortSignal): Promise<void> {
  let told: ToldLoss = { lines: 0, atMs: -Infinity };
  while (!signal.aborted) {
    await control.pool.report();
    told = tellLostLines(control, told);
    await pause(REPORT_MS, signal);
  }
}

interface ToldLoss {
  readonly lines: number;
  readonly atMs: number;
}

/** Says, once a minute at most, that the access log has lost lines. */
function tellLostLines(control: Control, told: ToldLoss): ToldLoss {
  const { lostLines = 0, error } = control.pool.counts?.log ?? {};
  const nowMs = control.monotonicNow();
  if (lostLines === told.lines || nowMs - told.atMs < LOSS_EVERY_MS) return told;
  control.warn(`the access log has lost ${lostLines - told.lines} lines: ${error}`);
  return { lines: lostLines, atMs: nowMs };
}

/** Leaves an endpoint out that a worker could not reach. */
export function handleEndpointFailed(control: Control, failed: EndpointFailed): void {
  const { endpoint, error } = failed;
  const { state, checks } = control;
  if (!checks.noteDialFailure(state, failed, control.monotonicNow())) return;
  control.log(`${routeName(failed)}: ${endpoint.name} is left out: ${error}`);
  control.publish();
}

/** Judges the current generation of a route by what is counted now. */
export function judgeRoute(control: Control, route: StoredRoute): Verdict | undefined {
  const { watch, current: { generation }, project, app } = route;
  if (watch === undefined) return undefined;
  const { ledger } = control.pool;
  const { requests, failed, examples } = sumReports(ledger, { project, app, generation });
  const ageMs = control.ages.of(route, control.monotonicNow());
  return judgeWatch(watch, { requests, failed, examples }, ageMs);
}

/** Waits for the next change of the state, or for `signal`. */
export async function waitForChange(
  control: Control,
  signal: AbortSignal,
  limitMs = 3_600_000,
): Promise<void> {
  await pause(limitMs, AbortSignal.any([signal, control.nextChange]));
}

/** Returns whether nothing is left to do about the verdict. */
async function actOnVerdict(control: Control, route: StoredRoute): Promise<boolean> {
  const verdict = judgeRoute(control, route);
  if (verdict === undefined || verdict.kind === "watching") return true;
  const { project, app, current: { generation, seal } } = route;
  const key = { project, app, generation };
  try {
    if (verdict.kind === "failed") await leaveGeneration(control, key, verdict.failure);
    else if (seal === "watching") await passGeneration(control, key);
    return true;
  } catch (error) {
    // It was confirmed or left in between, or the disk is full, which was said already.
    if (!(error instanceof OperationError)) throw error;
    return error.failure.code !== "internal";
  }
}

async function passGeneration(control: Control, key: GenerationRequest): Promise<void> {
  await control.change((state) => ({
    kind: "change",
    state: markWatched(state, key),
    result: undefined,
  }));
  control.log(`${routeName(key)}: generation ${key.generation} passed its watch`);
}

async function leaveGeneration(
  control: Control,
  key: GenerationRequest,
  failure: WatchFailure,
): Promise<void> {
  const reason = formatWatchFailure(failure);
  const { result } = await control.change((state) =>
    switchBack(state, { ...key, reason, failure, nowMs: control.now() })
  );
  const next = result.generation === 0
    ? "the route is gone"
    : `generation ${result.generation} serves`;
  control.log(
    `${routeName(key)}: left generation ${key.generation} by itself: ${reason}; ${next}`,
  );
}

function tellEjection(
  control: Control,
  due: DueCheck,
): void {
  const status = control.checks.statusOf(due.route, due.endpoint);
  const what = status.healthy ? "is used again" : `is left out: ${status.error}`;
  control.log(`${routeName(due.route)}: ${due.endpoint.name} ${what}`);
  control.publish();
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {}); // An abort is an early end.
}
