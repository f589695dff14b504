/**
 * Waits until a color that is not in use has answered its requests. Of a route that was removed, none is
 * in use any more.
 *
 * The rule: nothing is cut here but upgraded connections and event streams, and those in order and
 * not before their own time is over.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { DrainEvent, DrainingRequest, DrainRequest } from "../api.ts";
import type { Control } from "./control.ts";
import { failure, OperationError } from "./failure.ts";
import { findRoute, routeName } from "./proxy_state.ts";
import { sumReports, type Totals } from "./report_ledger.ts";

/** Milliseconds between two looks at the counters. */
const POLL_MS = 100;
/** Milliseconds between two lines of progress. */
const PROGRESS_MS = 1_000;
/** Milliseconds that streams have to go away once they were closed. */
const CLOSING_MS = 1_000;
const SHOWN = 5;

/** Drains a color. */
export async function* drainOperation(
  control: Control,
  request: DrainRequest,
  signal: AbortSignal,
): AsyncGenerator<DrainEvent> {
  const { timeoutMs, streamTimeoutMs } = request;
  const startedMs = control.monotonicNow();
  const closed: DrainingRequest[] = [];
  // Until then it is not known what a process that was replaced still answers.
  await control.unheld;
  const first = await observe(control, request);
  let lastProgressMs = -Infinity;
  let closedAtMs: number | undefined;
  for (let now = first;; now = await observe(control, request)) {
    const tookMs = control.monotonicNow() - startedMs;
    const { inFlight, streams } = now;
    if (streams > 0 && tookMs >= streamTimeoutMs) {
      closed.push(...await control.pool.closeStreams(request, request.color));
      closedAtMs ??= tookMs;
    }
    const streamsEnded = streams === 0 || (closedAtMs !== undefined &&
      tookMs >= closedAtMs + CLOSING_MS);
    const isOver = tookMs >= timeoutMs;
    // What a worker that is too busy to answer has in flight is not known.
    if ((inFlight === 0 || isOver) && streamsEnded && (now.isKnown || isOver)) {
      yield describeEnd(first, now, { closed, tookMs });
      return;
    }
    if (inFlight + streams > 0 && tookMs - lastProgressMs >= PROGRESS_MS) {
      lastProgressMs = tookMs;
      const limitMs = inFlight > 0 ? timeoutMs : streamTimeoutMs;
      const leftMs = Math.max(0, limitMs - tookMs);
      yield { kind: "draining", inFlight, streams, leftMs, oldest: now.oldest.slice(0, SHOWN) };
    }
    signal.throwIfAborted();
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** What is in flight; of workers that did not answer, what they told last. */
interface Observed extends Totals {
  /** Whether all workers told it. */
  readonly isKnown: boolean;
}

async function observe(control: Control, request: DrainRequest): Promise<Observed> {
  const { project, app, color } = request;
  const route = findRoute(control.state, request);
  if (route === undefined) {
    const isKnown = await control.pool.reportNow();
    return { ...sumReports(control.pool.ledger, { project, app, color }), isKnown };
  }
  const { generation, color: used } = route.current;
  if (used === color) {
    const message = `Cannot drain ${color} of "${routeName(request)}": ` +
      `it serves, as generation ${generation}`;
    throw new OperationError(failure("color in use", message, {
      hint: "drain the other color, or switch away from this one first",
      generation,
    }));
  }
  const isKnown = await control.pool.reportNow();
  const filter = { project, app, color, exceptGeneration: generation };
  return { ...sumReports(control.pool.ledger, filter), isKnown };
}

function describeEnd(
  first: Totals,
  last: Totals,
  result: { readonly closed: readonly DrainingRequest[]; readonly tookMs: number },
): DrainEvent {
  const { closed, tookMs } = result;
  const atStart = first.inFlight + first.streams;
  const atEnd = last.inFlight + last.streams;
  return {
    kind: "drained",
    completed: Math.max(0, atStart - atEnd - closed.length),
    closed,
    cut: last.oldest.filter((one) => one.kind === "request").slice(0, last.inFlight),
    tookMs,
  };
}
