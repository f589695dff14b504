/**
 * What luma-proxy knows of a route: its endpoints, generations and options.
 *
 * The rule: types alone; the control API, the state file and the workers share them.
 *
 * @module
 */

/** One of the two sets of replicas of an app. */
export type Color = "blue" | "green";

/** What names a route: an app of a project. */
export interface RouteKey {
  /** The project's name. */
  readonly project: string;
  /** The app's name. */
  readonly app: string;
}

/** One replica that a route sends requests to. */
export interface Endpoint {
  /** IPv4 or IPv6 address, without brackets. */
  readonly address: string;
  /** The port of its requests. */
  readonly port: number;
  /** What people call it: the container's name, or `address:port`. */
  readonly name: string;
}

/** How a replica shows that it is healthy: status 200 to a GET; a redirect is a failure. */
export interface HealthOptions {
  /** What to ask for; none: that it accepts a connection is enough. */
  readonly path?: string;
  /** The port to ask, where it is not the endpoint's own. */
  readonly port?: number;
  /** The `Host` to send; the app's first host, as in real traffic. */
  readonly host?: string;
  /** The `X-Forwarded-Proto` to send. */
  readonly proto?: "http" | "https";
  /** Milliseconds between two background checks. */
  readonly intervalMs: number;
  /** Milliseconds that one attempt may take. */
  readonly timeoutMs: number;
  /** Background checks that must fail in a row before an endpoint is ejected. */
  readonly retries: number;
}

/** How a route treats requests; it changes with a switch, and goes back with a switch back. */
export interface RouteOptions {
  /** Host names, lower case, `*.example.com` for one label; none: every host no other route claims. */
  readonly hosts: readonly string[];
  /** Path prefix, matched at `/` boundaries; `/` for all. The longest one wins. */
  readonly path: string;
  /** How its endpoints are checked. */
  readonly health: HealthOptions;
  /** Milliseconds until an answer must have begun; none: no limit. */
  readonly responseTimeoutMs?: number;
  /** Octets that the body of a request may have; none: no limit. */
  readonly maxBodyBytes?: number;
  /** Whether X-Forwarded-* and Forwarded headers of the client are trusted and appended to. */
  readonly forwardHeaders: boolean;
}

/** When a new generation counts as failed while it is watched. */
export interface WatchOptions {
  /** Milliseconds after the switch until the watch has passed. */
  readonly durationMs: number;
  /** Failed requests (5xx, refused, reset) that it takes at least. */
  readonly minFailures: number;
  /** Share of failed requests, 0 to 1, that it takes at least; and twice the old color's share. */
  readonly minShare: number;
}

/** What was counted for one generation, over all workers, since its switch. */
export interface Counters {
  /** Requests that were answered, or failed. */
  readonly requests: number;
  /** Answers of 5xx, refused dials, connections reset before the answer was complete. */
  readonly failed: number;
  /** Requests that are being answered now, tunnels and event streams left out. */
  readonly inFlight: number;
  /** Upgraded connections and event streams that are open now. */
  readonly streams: number;
}

/** Why a watched generation was left again. */
export interface WatchFailure {
  /** Requests to the new color. */
  readonly requests: number;
  /** Those of them that failed. */
  readonly failed: number;
  /** Their share, 0 to 1. */
  readonly share: number;
  /** The old color's share meanwhile. */
  readonly oldShare: number;
  /** Shortened evidence, newest last: `GET /x: 500`, `connect 10.0.0.2:3000: refused`. */
  readonly examples: readonly string[];
}

/**
 * The durable number of a route's endpoints, and what is known about it.
 *
 * `watching`: may be left by the proxy itself; `watched`: the watch passed, but nobody confirmed it,
 * so it is still watched; `confirmed`: the proxy never leaves it by itself.
 */
export interface GenerationState {
  /** Its number; a switch makes the next one. */
  readonly generation: number;
  /** The color of its endpoints. */
  readonly color: Color;
  /** The deployment that made it. */
  readonly deployment: string;
  /** Where its requests go; none: they are answered 503. */
  readonly endpoints: readonly Endpoint[];
  /** How its requests are treated. */
  readonly options: RouteOptions;
  /** Whether the proxy may still leave it by itself. */
  readonly seal: "watching" | "watched" | "confirmed";
  /** Milliseconds since the epoch, of the proxy's clock. */
  readonly switchedAtMs: number;
  /** Set on the generation that was made by going back: which one was left, and why. */
  readonly switchedBackFrom?: {
    readonly generation: number;
    readonly deployment: string;
    readonly color: Color;
    readonly reason: string;
    readonly failure?: WatchFailure;
  };
}

/** A route as `list` and `status` tell it. */
export interface RouteState extends RouteKey {
  /** The generation in use. */
  readonly current: GenerationState;
  /** The generation to go back to; gone once the current one is confirmed. */
  readonly previous?: GenerationState;
  /** The alias and port, or address and port, that it was made for by hand. */
  readonly targets?: readonly string[];
}
