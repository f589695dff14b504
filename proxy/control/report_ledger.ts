/**
 * Adds up what the workers counted, so that no sum goes down when a worker ends.
 *
 * Pure: a ledger is never changed, a new one is made.
 *
 * @module
 */
import type { Color, Counters, DrainingRequest, RouteKey } from "../api.ts";
import type { GenerationReport, WorkerReport } from "../worker/protocol.ts";
import { isSameRoute } from "./proxy_state.ts";

/** The last report of each worker, by the number that the pool gave it; former generations kept. */
export type Ledger = ReadonlyMap<number, readonly GenerationReport[]>;

/** Which reports to add up. */
export type ReportFilter = RouteKey & {
  readonly color?: Color;
  readonly generation?: number;
  readonly exceptGeneration?: number;
};

/** Everything that is known about the chosen generations. */
export interface Totals extends Counters {
  readonly recent: { readonly requests: number; readonly failed: number };
  readonly examples: readonly string[];
  /** Oldest first. */
  readonly oldest: readonly DrainingRequest[];
}

/** Where the counts of ended workers are kept. */
const ENDED = -1;

/** The ledger with a worker's new report; what it no longer tells of has nothing in flight. */
export function recordReport(
  ledger: Ledger,
  worker: number,
  report: Pick<WorkerReport, "generations">,
): Ledger {
  const former = (ledger.get(worker) ?? []).filter((old) =>
    !report.generations.some((now) => isSameGeneration(now, old))
  );
  return new Map(ledger).set(worker, [...report.generations, ...former.map(toIdle)]);
}

/** The ledger after a worker's end: what it counted stays, what it was doing is over, its last minute too. */
export function recordEnd(ledger: Ledger, worker: number): Ledger {
  const next = new Map(ledger);
  const ended = [...next.get(ENDED) ?? [], ...(next.get(worker) ?? []).map(toIdle)];
  next.delete(worker);
  return next.set(ENDED, mergeGenerations(ended));
}

/** The ledger without generations that nobody asks for any more. */
export function pruneLedger(
  ledger: Ledger,
  isWanted: (report: GenerationReport) => boolean,
): Ledger {
  return new Map([...ledger].map(([worker, reports]) => [
    worker,
    reports.filter((report) => report.inFlight + report.streams > 0 || isWanted(report)),
  ]));
}

/** Adds up the chosen generations over all workers. */
export function sumReports(ledger: Ledger, filter: ReportFilter): Totals {
  const chosen = [...ledger.values()].flat().filter((report) => isChosen(report, filter));
  const sum = (of: (report: GenerationReport) => number) =>
    chosen.reduce((total, report) => total + of(report), 0);
  return {
    requests: sum((report) => report.requests),
    failed: sum((report) => report.failed),
    inFlight: sum((report) => report.inFlight),
    streams: sum((report) => report.streams),
    recent: {
      requests: sum((report) => report.recent.requests),
      failed: sum((report) => report.recent.failed),
    },
    examples: chosen.flatMap((report) => report.examples).slice(-5),
    oldest: chosen.flatMap((report) => report.oldest).toSorted((a, b) => b.ageMs - a.ageMs),
  };
}

/** Share of failed requests, 0 where there were none. */
export function shareOf(counts: { readonly requests: number; readonly failed: number }): number {
  return counts.requests === 0 ? 0 : counts.failed / counts.requests;
}

function isChosen(report: GenerationReport, filter: ReportFilter): boolean {
  return isSameRoute(report, filter) &&
    (filter.color === undefined || filter.color === report.color) &&
    (filter.generation === undefined || filter.generation === report.generation) &&
    filter.exceptGeneration !== report.generation;
}

function isSameGeneration(a: GenerationReport, b: GenerationReport): boolean {
  return isSameRoute(a, b) && a.generation === b.generation;
}

/** Nobody tells any more how its last minute ages: it would be the last one for ever. */
function toIdle(report: GenerationReport): GenerationReport {
  const recent = { requests: 0, failed: 0 };
  return { ...report, recent, inFlight: 0, streams: 0, oldest: [] };
}

function mergeGenerations(reports: readonly GenerationReport[]): readonly GenerationReport[] {
  const merged: GenerationReport[] = [];
  for (const report of reports) {
    const index = merged.findIndex((other) => isSameGeneration(other, report));
    const other = merged[index];
    if (other === undefined) merged.push(report);
    else merged[index] = addReports(other, report);
  }
  return merged;
}

function addReports(a: GenerationReport, b: GenerationReport): GenerationReport {
  return {
    ...b,
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    examples: [...a.examples, ...b.examples].slice(-5),
  };
}
