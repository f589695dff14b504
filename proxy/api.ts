/**
 * The types of luma-proxy's control API: JSON in, JSON (or one JSON event a line) out.
 *
 * The rule: this is the only module of proxy/ that lib/ may import, and it holds types alone.
 *
 * The API is HTTP on a Unix socket. `POST /v1/{operation}` with the operation's request as the body
 * answers 200 with one JSON value a line: events while it runs, the result last. A refused or failed
 * operation answers with status 4xx or 5xx, or, once events were sent, ends with a last line; both
 * are a {@linkcode Failure}. `luma-proxy call OPERATION` sends standard input and prints the answer.
 *
 * @module
 */
import type {
  Color,
  Counters,
  Endpoint,
  HealthOptions,
  RouteKey,
  RouteOptions,
  RouteState,
  WatchFailure,
  WatchOptions,
} from "./route_types.ts";

/** The version of this API; a client refuses a proxy that speaks another one. */
export type ApiVersion = 1;

export type * from "./route_types.ts";

/** Counters and health of one endpoint, as `status` tells them. */
export interface EndpointStatus extends Endpoint {
  /** The last check was good. */
  readonly healthy: boolean;
  /** Why the last check failed. */
  readonly error?: string;
}

/** A route with what happens in it now. */
export interface RouteStatus extends RouteState {
  /** Those in use. */
  readonly endpoints: readonly EndpointStatus[];
  /** What each color answered since the last switch to it. */
  readonly byColor: Readonly<Partial<Record<Color, Counters>>>;
}

/** The answer to `status`. */
export interface ProxyStatus {
  /** The version of the control API. */
  readonly api: ApiVersion;
  /** The version of the program. */
  readonly version: string;
  /** The process that holds the state. */
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** The processes that serve requests. */
  readonly workers: readonly { readonly pid: number; readonly connections: number }[];
  /** What went wrong and was mended: a damaged state file set aside, a worker that died. */
  readonly warnings: readonly string[];
  /** Every route, of every project. */
  readonly routes: readonly RouteStatus[];
}

/** `check`: probe endpoints until all are healthy, or one has used up its time. */
export interface CheckRequest {
  readonly endpoints: readonly Endpoint[];
  readonly health: HealthOptions;
  /** Milliseconds that each endpoint has, from now on; 0: one attempt. */
  readonly budgetMs: number;
  /** Milliseconds between two attempts. */
  readonly everyMs: number;
}

/** Why a replica is not healthy. */
export type HealthFailure =
  /** Nothing takes connections on the port. */
  | { readonly kind: "refused" }
  /** Neither a connection nor a refusal in time. */
  | { readonly kind: "no connection" }
  /** A connection, but no answer in time. */
  | { readonly kind: "no answer" }
  /** The connection was closed before an answer. */
  | { readonly kind: "closed" }
  /** What came is not HTTP. */
  | { readonly kind: "not http"; readonly tls: boolean }
  /** Another status than the wanted one. */
  | { readonly kind: "status"; readonly status: number; readonly location?: string }
  | { readonly kind: "other" };

/** What `check` tells: one line for each change, then the result. */
export type CheckEvent =
  /** Why an endpoint is not healthy yet; told again when the reason changes. */
  | {
    readonly kind: "waiting";
    readonly name: string;
    readonly attempts: number;
    readonly error: string;
  }
  | {
    readonly kind: "healthy";
    readonly name: string;
    readonly attempts: number;
    readonly afterMs: number;
  }
  | {
    readonly kind: "unhealthy";
    readonly name: string;
    readonly attempts: number;
    readonly error: string;
    /** What kind of failure it was, for programs; none from a proxy that does not tell. */
    readonly failure?: HealthFailure;
  }
  | { readonly kind: "checked"; readonly healthy: number; readonly unhealthy: number };

/** `switch`: make these endpoints the route's next generation. Idempotent for a deployment. */
export interface SwitchRequest extends RouteKey {
  /** The generation that the caller saw; 0 where the proxy does not know the app. */
  readonly expectedGeneration: number;
  readonly color: Color;
  readonly deployment: string;
  /** None: the proxy answers every new request itself, with 503, while nothing of the app can serve. */
  readonly endpoints: readonly Endpoint[];
  readonly options: RouteOptions;
  /** None: the generation is confirmed at once (restoring a route; by hand). */
  readonly watch?: WatchOptions;
}

/** The answer to `switch`: durable, and taken up by every worker. */
export interface SwitchResult {
  readonly kind: "switched";
  readonly generation: number;
  /** When each worker took it up, in milliseconds of the proxy's clock. */
  readonly workers: readonly { readonly pid: number; readonly atMs: number }[];
  /** Requests that the former generation was answering at that instant. */
  readonly inFlight: number;
}

/** Names one generation of a route. */
export interface GenerationRequest extends RouteKey {
  readonly generation: number;
}

/** `watch`: wait until the watch of a generation is judged. A line every second, then the verdict. */
export type WatchEvent =
  | {
    readonly kind: "watching";
    readonly leftMs: number;
    readonly requests: number;
    readonly failed: number;
  }
  | {
    readonly kind: "watched";
    readonly requests: number;
    readonly failed: number;
    /** False where there were too few requests to judge. */
    readonly judged: boolean;
  }
  | SwitchedBack;

/** The generation asked about was left; what serves now. */
export interface SwitchedBack {
  readonly kind: "switched back";
  /** The generation that serves now; 0: the route is gone, it had no former one. */
  readonly generation: number;
  readonly reason: string;
  readonly failure?: WatchFailure;
}

/** The answer to `confirm`. From then on the proxy never leaves the generation by itself. */
export type ConfirmResult =
  | { readonly kind: "confirmed"; readonly generation: number }
  | SwitchedBack;

/** `switch-back`: leave an unconfirmed generation for the former one. Idempotent. */
export interface SwitchBackRequest extends GenerationRequest {
  readonly reason: string;
}

/** `drain`: wait until a color that is not in use has answered its requests. */
export interface DrainRequest extends RouteKey {
  readonly color: Color;
  /** Milliseconds for requests. */
  readonly timeoutMs: number;
  /** Milliseconds for upgraded connections and event streams, which are then closed in order. */
  readonly streamTimeoutMs: number;
}

/** A request that is being drained, or was cut. */
export interface DrainingRequest {
  /** `GET`. */
  readonly method: string;
  /** Path without the query, which may hold secrets. */
  readonly path: string;
  /** Milliseconds since it began. */
  readonly ageMs: number;
  /** What it is. */
  readonly kind: "request" | "websocket" | "stream";
}

/** What `drain` tells: at once, every second, and the result. */
export type DrainEvent =
  | {
    readonly kind: "draining";
    readonly inFlight: number;
    readonly streams: number;
    readonly leftMs: number;
    /** Oldest first, at most five. */
    readonly oldest: readonly DrainingRequest[];
  }
  | {
    readonly kind: "drained";
    /** Requests and streams that ended by themselves while draining. */
    readonly completed: number;
    /** Streams closed in order at the end of their time. */
    readonly closed: readonly DrainingRequest[];
    /** Requests that were still being answered when their time was over. They go on until SIGTERM. */
    readonly cut: readonly DrainingRequest[];
    readonly tookMs: number;
  };

/** `deploy`: make or change a route by hand. */
export interface DeployRequest extends RouteKey {
  readonly hosts: readonly string[];
  /** `alias:port` or `address:port`; an alias is resolved in the project's network, once. */
  readonly targets: readonly string[];
  readonly healthPath?: string;
}

/** Every operation: what it takes, and what its lines hold, the last one being its result. */
export interface Operations {
  readonly status: { readonly request: Record<string, never>; readonly line: ProxyStatus };
  readonly list: {
    readonly request: Record<string, never>;
    readonly line: { readonly routes: readonly RouteState[] };
  };
  readonly check: { readonly request: CheckRequest; readonly line: CheckEvent };
  readonly switch: { readonly request: SwitchRequest; readonly line: SwitchResult };
  readonly watch: { readonly request: GenerationRequest; readonly line: WatchEvent };
  readonly confirm: { readonly request: GenerationRequest; readonly line: ConfirmResult };
  readonly "switch-back": { readonly request: SwitchBackRequest; readonly line: SwitchedBack };
  readonly drain: { readonly request: DrainRequest; readonly line: DrainEvent };
  readonly deploy: { readonly request: DeployRequest; readonly line: SwitchResult };
  readonly remove: {
    readonly request: RouteKey;
    readonly line: { readonly kind: "removed"; readonly found: boolean };
  };
}

/** The name of an operation. */
export type Operation = keyof Operations;

/** Why an operation was refused or failed. */
export interface Failure {
  /** What it is, among other lines of JSON. */
  readonly kind: "failure";
  /** Why, for programs. */
  readonly code:
    | "bad request"
    | "unknown operation"
    | "unknown route"
    /** The expected generation is not the current one; `generation` is. */
    | "wrong generation"
    /** The current generation must be confirmed, or left, before the next switch. */
    | "unconfirmed"
    /** The generation was confirmed and can no longer be left. */
    | "confirmed"
    /** A host (and path) belongs to another route. */
    | "host taken"
    /** The color to drain is the one in use. */
    | "color in use"
    /** Another program has taken over; ask it. */
    | "retired"
    | "unresolved"
    | "internal";
  /** What was attempted and why it failed. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  /** The current generation, where that is the reason. */
  readonly generation?: number;
}
