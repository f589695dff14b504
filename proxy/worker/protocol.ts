/**
 * What luma-proxy's control process and its workers tell each other, one JSON value a line: the
 * worker reads standard input and writes standard output.
 *
 * The rule: a worker holds no decisions. It routes by the newest snapshot, counts, and reports; when
 * its standard input ends, its control process is gone and it exits.
 *
 * @module
 */
import type { TrafficReport } from "../engine/traffic_counters.ts";
import type { Color, DrainingRequest, Endpoint, RouteKey, RouteOptions } from "../api.ts";

/**
 * The number of these messages. A process that was replaced exchanges them with its successor, which may
 * be another version: whoever changes what a message means, or must hold, raises it.
 */
export const PROTOCOL = 1;

/** An endpoint, and whether the health checks say that it should be left out. */
export interface SnapshotEndpoint extends Endpoint {
  readonly ejected: boolean;
}

/** What a worker needs to know of one route. */
export interface RouteSnapshot extends RouteKey {
  readonly generation: number;
  readonly color: Color;
  readonly endpoints: readonly SnapshotEndpoint[];
  readonly options: RouteOptions;
  /** What the former generation claims: it stays routed, to the current one, until that is confirmed. */
  readonly former?: Pick<RouteOptions, "hosts" | "path">;
}

/** Everything that a worker routes by. Replaced whole, never changed. */
export interface Snapshot {
  readonly sequence: number;
  readonly routes: readonly RouteSnapshot[];
}

/** What one worker counted for one generation since its switch. */
export interface GenerationReport extends RouteKey {
  readonly generation: number;
  readonly color: Color;
  readonly requests: number;
  readonly failed: number;
  /** The same, of the last 60 s alone. */
  readonly recent: { readonly requests: number; readonly failed: number };
  /** The newest failures, at most five: `GET /x: 500`. */
  readonly examples: readonly string[];
  /** Requests that are being answered now, streams left out. */
  readonly inFlight: number;
  /** Upgraded connections and event streams that are open now. */
  readonly streams: number;
  /** The oldest of both, at most five of each kind. */
  readonly oldest: readonly DrainingRequest[];
}

/** What one worker counted for one color of a route, over all of its generations. */
export interface RouteCount extends RouteKey {
  readonly color: Color;
  readonly requests: number;
  readonly failed: number;
}

/** How the access log of a worker does. */
export interface LogReport {
  readonly lostLines: number;
  /** Why lines were lost. */
  readonly error?: string;
}

/** What a worker tells of itself. */
export interface WorkerReport {
  readonly connections: number;
  readonly traffic: TrafficReport;
  /** None: no request is logged. */
  readonly log?: LogReport;
  /** What each color of each route was asked since the worker began; these never go down. */
  readonly routes: readonly RouteCount[];
  /** Every generation of the snapshot, and every former one that still has something in flight. */
  readonly generations: readonly GenerationReport[];
}

/** From control to worker. */
export type ToWorker =
  /** Routes by this from the moment it is read on. Answered with `applied`. */
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "report"; readonly id: number }
  /** Closes the streams of a color that is not in use, in order. Answered with `closed`. */
  | ({ readonly kind: "close streams"; readonly id: number; readonly color: Color } & RouteKey)
  /** Stops accepting, lets keep-alive connections end after their answer, exits when none is left. */
  | { readonly kind: "retire" };

/** From worker to control. */
export type FromWorker =
  /** Listens on every address; sent once, after the first snapshot was applied. */
  | { readonly kind: "ready"; readonly pid: number }
  | {
    readonly kind: "applied";
    readonly sequence: number;
    readonly atMs: number;
    /** What former generations are still answering at that instant. */
    readonly inFlight:
      readonly (RouteKey & { readonly generation: number; readonly inFlight: number })[];
  }
  | { readonly kind: "report"; readonly id: number; readonly report: WorkerReport }
  | { readonly kind: "closed"; readonly id: number; readonly closed: readonly DrainingRequest[] }
  /** A dial to an endpoint failed, or hung; control checks it from now on. */
  | (
    & { readonly kind: "endpoint failed"; readonly endpoint: Endpoint; readonly error: string }
    & RouteKey
  )
  | { readonly kind: "retired" };
