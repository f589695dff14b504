/**
 * Adds up what the workers counted beside generations, so that no sum goes down when a worker ends.
 *
 * The rule: a worker's last report stands for it, and stays when it is gone.
 *
 * @module
 */
import type { LogReport, RouteCount, WorkerReport } from "../worker/protocol.ts";

/** The counts of one worker, or of several. */
export type WorkerCounts = Pick<WorkerReport, "traffic" | "routes"> & {
  readonly log: LogReport;
};

/** The counts of all workers, those that ended included. */
export class TrafficLedger {
  readonly #workers = new Map<number, WorkerCounts>();
  #ended: WorkerCounts | undefined;

  /** Takes a worker's newest report. */
  record(worker: number, { traffic, routes, log }: WorkerReport): void {
    this.#workers.set(worker, { traffic, routes, log: log ?? { lostLines: 0 } });
  }

  /** A worker is gone. */
  end(worker: number): void {
    const counts = this.#workers.get(worker);
    this.#workers.delete(worker);
    if (counts !== undefined) this.#ended = addCounts(this.#ended, counts);
  }

  /** All of it; undefined before the first report. */
  sum(): WorkerCounts | undefined {
    return [...this.#workers.values()].reduce<WorkerCounts | undefined>(addCounts, this.#ended);
  }
}

function addCounts(a: WorkerCounts | undefined, b: WorkerCounts): WorkerCounts {
  if (a === undefined) return b;
  const error = b.log.error ?? a.log.error;
  return {
    traffic: {
      ...addNumbers(a.traffic, b.traffic),
      refused: addNumbers(a.traffic.refused, b.traffic.refused),
    },
    log: {
      lostLines: a.log.lostLines + b.log.lostLines,
      ...(error !== undefined && { error }),
    },
    routes: addRoutes([...a.routes, ...b.routes]),
  };
}

/** The sum of every member that is a number. */
function addNumbers<T extends object>(a: T, b: T): T {
  const sums = Object.entries(a).map(([key, value]) => {
    const other = (b as Readonly<Record<string, unknown>>)[key];
    return [key, typeof value === "number" ? value + Number(other ?? 0) : value];
  });
  return Object.fromEntries(sums) as T;
}

function addRoutes(counts: readonly RouteCount[]): readonly RouteCount[] {
  const sums = new Map<string, RouteCount>();
  for (const count of counts) {
    const key = `${count.project}/${count.app}/${count.color}`;
    const { requests, failed } = sums.get(key) ?? { requests: 0, failed: 0 };
    sums.set(key, {
      ...count,
      requests: requests + count.requests,
      failed: failed + count.failed,
    });
  }
  return [...sums.values()];
}
