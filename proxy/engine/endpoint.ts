/**
 * One endpoint as a worker knows it: what it is answering, whether it is left out, what is idle.
 *
 * The rule: there is one for each address and port, shared by all generations that hold it.
 *
 * @module
 */
import type { Endpoint } from "../api.ts";
import type { EngineSettings } from "./settings.ts";
import type { UpstreamConnection } from "./upstream_connection.ts";

/** What names an endpoint: its address and port. */
export function endpointKey(endpoint: Pick<Endpoint, "address" | "port">): string {
  return endpoint.address.includes(":")
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`;
}

/** The state of one endpoint. */
export class EndpointState {
  readonly endpoint: Endpoint;
  /** Requests and streams that it answers now. */
  inFlight = 0;
  /** Connections that wait for a request, the newest last. */
  readonly idle: UpstreamConnection[] = [];
  /** Whether no generation in use holds it any more, so that its connections are not kept. */
  retired = false;
  #reachedAtMs = -Infinity;
  #ejectedAtMs: number | undefined;
  #pardoned = false;

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  /** A dial to it succeeded. */
  reached(nowMs: number): void {
    this.#reachedAtMs = nowMs;
  }

  /** Whether connections to it, those that were closed included, may still hold local ports. */
  wasReached(nowMs: number, settings: EngineSettings): boolean {
    return nowMs - this.#reachedAtMs < settings.portHoldMs;
  }

  /** Leaves it out from now on; false where it already was. */
  eject(nowMs: number, settings: EngineSettings): boolean {
    const already = this.isEjected(nowMs, settings);
    this.#ejectedAtMs = nowMs;
    this.#pardoned = false;
    return !already;
  }

  /** A snapshot says that it is good: it is used again once its shortest time is over. */
  pardon(): void {
    this.#pardoned = true;
  }

  /** Whether a dial of this worker failed a short while ago. */
  isEjected(nowMs: number, settings: EngineSettings): boolean {
    if (this.#ejectedAtMs === undefined) return false;
    const limitMs = this.#pardoned ? settings.ejectMs : settings.maxEjectMs;
    if (nowMs - this.#ejectedAtMs < limitMs) return true;
    this.#ejectedAtMs = undefined;
    return false;
  }
}
