/**
 * Gets one request a connection to one of its endpoints: an idle one, or the first that answers a dial.
 *
 * The rule: nothing of the request is sent before this has succeeded, so any endpoint may be tried.
 *
 * @module
 */
import type { EndpointState } from "./endpoint.ts";
import { endpointKey } from "./endpoint.ts";
import type { EndpointChoice } from "./endpoint_choice.ts";
import type { InFlight } from "./generation_counters.ts";
import type { EngineSettings } from "./settings.ts";
import { shortageOf } from "./shortage.ts";
import type { Dial, Network, Socket } from "./socket.ts";
import type { TrafficCounters } from "./traffic_counters.ts";
import { keepConnection, takeConnection, UpstreamConnection } from "./upstream_connection.ts";

/** What dialling needs of the engine. */
export interface DialContext {
  readonly network: Network;
  readonly settings: EngineSettings;
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number;
  /**
   * Runs what a timer calls. If `action` throws, that is logged, and `abandon` ends the one connection
   * that it concerns.
   */
  contain(action: () => void, abandon: () => void): void;
  /** Called when a dial to `endpoint` failed or hung, and it is left out from now on. */
  readonly endpointFailed: (endpoint: EndpointState, error: string) => void;
  readonly traffic: TrafficCounters;
  /** Called before a dial: idle connections are closed where descriptors become few. */
  makeRoom(): void;
  /**
   * Called when a dial failed for want of something in this process, as `message` tells.
   *
   * @returns Whether idle connections were closed, now or just before, so that there may be room for
   * another dial.
   */
  ranShort(message: string): boolean;
}

/** Who asks for a connection, and is told. */
export interface Acquirer {
  readonly choice: EndpointChoice;
  readonly inFlight: InFlight;
  /** Called once, possibly before `start` returns. */
  connected(connection: UpstreamConnection, reused: boolean): void;
  /** Called once when every endpoint was tried in vain. */
  unreachable(reason: string): void;
  /** Called where a fault of the program leaves nothing else to do. */
  abandoned(): void;
}

const NO_ENDPOINTS: readonly EndpointState[] = [];
const NO_ATTEMPTS: readonly Attempt[] = [];

interface Attempt {
  readonly endpoint: EndpointState;
  readonly startedMs: number;
  dial: Dial | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Chooses the endpoint of a request, and takes an idle connection to it, as most requests find one.
 *
 * @param limit.maxIdleMs How long that may have waited; 0: only a new connection will do.
 * @returns What it chose: go on with an {@linkcode Acquisition} where there was no connection.
 */
export function takeIdle(
  { choice, inFlight }: Acquirer,
  { nowMs, maxIdleMs }: { readonly nowMs: number; readonly maxIdleMs: number },
): UpstreamConnection | EndpointState | undefined {
  const endpoint = choice.choose(nowMs, NO_ENDPOINTS);
  if (endpoint === undefined || maxIdleMs === 0) return endpoint;
  const idle = takeConnection(endpoint, nowMs, maxIdleMs);
  if (idle !== undefined) inFlight.moveTo(endpoint);
  return idle ?? endpoint;
}

/** One search for a connection. */
export class Acquisition {
  readonly #context: DialContext;
  readonly #for: Acquirer;
  readonly #maxIdleMs: number;
  /** Made when the first endpoint is dialled: mostly an idle connection is there. */
  #tried: readonly EndpointState[] = NO_ENDPOINTS;
  #attempts: readonly Attempt[] = NO_ATTEMPTS;
  #secondDial: ReturnType<typeof setTimeout> | undefined;
  #settled = false;
  /** Whether the last failure was for want of something in this process. */
  #isShort = false;
  #hasMadeRoom = false;
  #lastError = "no endpoint";

  /** @param maxIdleMs How long an idle connection may have waited; 0: only a new one will do. */
  constructor(context: DialContext, acquirer: Acquirer, maxIdleMs: number) {
    this.#context = context;
    this.#for = acquirer;
    this.#maxIdleMs = maxIdleMs;
  }

  /** Begins with a dial to `endpoint`, which has no idle connection; counts before it returns. */
  start(endpoint: EndpointState | undefined): void {
    this.#try(endpoint, 0);
  }

  /** Gives up; nobody is told. */
  cancel(): void {
    this.#settle();
    for (const attempt of this.#attempts) {
      clearTimeout(attempt.timer);
      attempt.dial?.cancel();
    }
    this.#attempts = NO_ATTEMPTS;
  }

  #settle(): void {
    this.#settled = true;
    if (this.#secondDial !== undefined) clearTimeout(this.#secondDial);
  }

  #next(): void {
    const endpoint = this.#for.choice.choose(this.#context.now(), this.#tried);
    this.#try(endpoint, this.#maxIdleMs);
  }

  #try(endpoint: EndpointState | undefined, maxIdleMs: number): void {
    const nowMs = this.#context.now();
    if (endpoint === undefined) {
      if (this.#attempts.length > 0) return;
      this.#settle();
      if (this.#isShort) this.#context.traffic.refuse("shortage");
      this.#for.unreachable(this.#lastError);
      return;
    }
    if (this.#attempts.length === 0) this.#for.inFlight.moveTo(endpoint);
    const idle = maxIdleMs > 0 ? takeConnection(endpoint, nowMs, maxIdleMs) : undefined;
    if (idle === undefined) this.#dial(endpoint, nowMs);
    else this.#deliver(idle, true);
  }

  #dial(endpoint: EndpointState, startedMs: number): void {
    const { network, settings } = this.#context;
    const attempt: Attempt = { endpoint, startedMs, dial: undefined, timer: undefined };
    this.#tried = [...this.#tried, endpoint];
    this.#attempts = [...this.#attempts, attempt];
    attempt.timer = this.#later(settings.dialTimeoutMs, () => {
      attempt.dial?.cancel();
      this.#failed(attempt, `no answer in ${settings.dialTimeoutMs} ms`);
    });
    clearTimeout(this.#secondDial);
    if (this.#attempts.length === 1) {
      this.#secondDial = this.#later(settings.secondDialMs, () => this.#next());
    }
    const { address: host, port } = endpoint.endpoint;
    this.#context.makeRoom();
    attempt.dial = network.dial({ host, port }, {
      connected: (socket) => this.#contain(() => this.#connected(attempt, socket)),
      failed: (error) => this.#contain(() => this.#refused(attempt, error)),
    });
  }

  #later(delayMs: number, action: () => void): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#contain(action), delayMs);
  }

  #contain(action: () => void): void {
    this.#context.contain(action, () => this.#for.abandoned());
  }

  #connected(attempt: Attempt, socket: Socket): void {
    this.#remove(attempt);
    attempt.endpoint.reached(this.#context.now());
    const connection = new UpstreamConnection(socket, attempt.endpoint);
    if (this.#settled) {
      const { now, settings } = this.#context;
      keepConnection(connection, { nowMs: now(), keepAliveMs: undefined }, settings);
      return;
    }
    this.#deliver(connection, false);
  }

  #deliver(connection: UpstreamConnection, reused: boolean): void {
    this.#settle();
    this.#for.inFlight.moveTo(connection.endpoint);
    this.#ejectHanging();
    this.#for.connected(connection, reused);
  }

  /** A dial that was overtaken hangs: the next requests should not have to find that out, too. */
  #ejectHanging(): void {
    const { secondDialMs } = this.#context.settings;
    const nowMs = this.#context.now();
    for (const { endpoint, startedMs } of this.#attempts) {
      const waitedMs = nowMs - startedMs;
      if (waitedMs < secondDialMs) continue;
      this.#eject(endpoint, `no answer in ${waitedMs} ms`);
    }
  }

  #refused(attempt: Attempt, error: Error): void {
    const reason = describeDialError(error);
    const { now, settings } = this.#context;
    const shortage = shortageOf(error, attempt.endpoint.wasReached(now(), settings));
    if (shortage === undefined) return this.#failed(attempt, reason);
    // Nothing is wrong with the endpoint: it stays in use.
    this.#remove(attempt);
    this.#isShort = true;
    const key = endpointKey(attempt.endpoint.endpoint);
    this.#lastError = `connect ${key}: ${reason}`;
    const hasRoom = this.#context.ranShort(`Connect to ${key}: short of ${shortage} (${reason})`);
    if (this.#settled) return;
    if (hasRoom && !this.#hasMadeRoom) this.#dialAgain(attempt.endpoint);
    else this.#next();
  }

  /** Once, when what was closed is gone. */
  #dialAgain(endpoint: EndpointState): void {
    this.#hasMadeRoom = true;
    this.#tried = this.#tried.filter((other) => other !== endpoint);
    this.#later(0, () => {
      if (!this.#settled) this.#next();
    });
  }

  #failed(attempt: Attempt, error: string): void {
    this.#context.traffic.dialFailures++;
    this.#isShort = false;
    this.#remove(attempt);
    this.#lastError = `connect ${endpointKey(attempt.endpoint.endpoint)}: ${error}`;
    this.#eject(attempt.endpoint, error);
    if (!this.#settled) this.#next();
  }

  #eject(endpoint: EndpointState, error: string): void {
    const { settings, now, endpointFailed } = this.#context;
    if (endpoint.eject(now(), settings)) endpointFailed(endpoint, error);
  }

  #remove(attempt: Attempt): void {
    clearTimeout(attempt.timer);
    this.#attempts = this.#attempts.filter((other) => other !== attempt);
  }
}

function describeDialError(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  if (code === "ECONNREFUSED") return "refused";
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH") return "unreachable";
  return code === "" ? error.message : code;
}
