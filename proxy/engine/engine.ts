/**
 * The data path: accepts connections, routes by the newest snapshot, counts, reports.
 *
 * The rule: a snapshot is taken up whole, in one synchronous step, between two requests.
 *
 * @module
 */
import type { Color, DrainingRequest, Endpoint, RouteKey } from "../api.ts";
import type { Snapshot, WorkerReport } from "../worker/protocol.ts";
import type { AccessLog } from "./access_log.ts";
import { refuseConnection } from "./busy_connection.ts";
import { ClientConnection } from "./client_connection.ts";
import { ConnectionLimits } from "./connection_limits.ts";
import type { EndpointState } from "./endpoint.ts";
import type { ActiveRoute, EngineContext } from "./engine_context.ts";
import { HostMemory } from "./host_name.ts";
import type { InFlight } from "./generation_counters.ts";
import { HeadBuilder } from "./head_builder.ts";
import { HeadParser } from "./head_parser.ts";
import type { HeadReading } from "./request_head.ts";
import { RequestIds } from "./request_ids.ts";
import type { RouteTable } from "./route_table.ts";
import { type FormerInFlight, RouteState } from "./route_state.ts";
import type { EngineSettings } from "./settings.ts";
import type { Listener, Network, Socket, SocketAddress } from "./socket.ts";
import { TrafficCounters } from "./traffic_counters.ts";
import { closeExpired, closeIdle } from "./upstream_connection.ts";

/** Parsers that are kept for the next head; more are made and forgotten where it takes them. */
const MAX_KEPT_PARSERS = 256;
/** A shortage concerns every request; it is told once in so many milliseconds. */
const TELL_SHORTAGE_MS = 60_000;

/** What an engine needs. */
export interface EngineOptions {
  readonly network: Network;
  readonly settings: EngineSettings;
  /** Whole milliseconds of a clock that nobody sets, for deadlines and ages. */
  readonly now: () => number;
  /** Milliseconds since the epoch, for what is shown. */
  readonly wallNow: () => number;
  /** Reports a fault of the program that concerned one connection. */
  readonly log: (message: string) => void;
  /** Called when an endpoint could not be dialled and is left out for now. */
  readonly endpointFailed: (route: RouteKey, endpoint: Endpoint, error: string) => void;
  /** None: no request is logged. */
  readonly accessLog?: AccessLog;
}

/** The data path of one worker. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #context: LiveContext;
  readonly #limits: ConnectionLimits;
  readonly #listeners: Listener[] = [];
  readonly #sweeper: ReturnType<typeof setInterval>;
  readonly #emptied: (() => void)[] = [];
  #refusing = 0;
  #stopped = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#context = new LiveContext(options);
    this.#limits = new ConnectionLimits(options.settings);
    this.#sweeper = setInterval(() => this.#sweep(), options.settings.sweepMs);
  }

  /**
   * Listens on `address`; connections are served at once.
   *
   * @throws When the address cannot be bound.
   */
  async listen(address: SocketAddress, scheme: "http" | "https" = "http"): Promise<Listener> {
    const listener = await this.#options.network.listen(
      address,
      (socket) => this.#accept(socket, scheme),
    );
    this.#listeners.push(listener);
    return listener;
  }

  /** Routes by `snapshot` from now on. */
  apply(snapshot: Snapshot): FormerInFlight {
    return this.#context.state.apply(snapshot);
  }

  /** What was counted, and what goes on. */
  report(): WorkerReport {
    const generations = this.#context.state.generations();
    const nowMs = this.#options.now();
    return {
      connections: this.#context.connections.size,
      traffic: this.#context.traffic.report(),
      routes: this.#context.state.counts(),
      generations: generations.map((counters) => counters.report(nowMs)),
    };
  }

  /** Ends the streams of a color that is not in use, in order; resolves when they are closed. */
  closeStreams(key: RouteKey, color: Color): Promise<readonly DrainingRequest[]> {
    return this.#closeStreams(this.#context.state.formerStreams(key, color));
  }

  /**
   * Stops accepting, and lets every connection end after its answer.
   *
   * @returns When none is left, or when the time for that is over and the rest was ended.
   */
  async retire(): Promise<void> {
    this.#context.isRetiring = true;
    for (const listener of this.#listeners.splice(0)) listener.close();
    if (this.#context.connections.size > 0) {
      await this.#waitUntilEmpty(this.#options.settings.retireMs);
    }
    const streams = this.#context.state.generations().flatMap((counters) => [...counters.streams]);
    await this.#closeStreams(streams);
    this.stop();
  }

  /** Ends everything at once. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#sweeper);
    for (const listener of this.#listeners.splice(0)) listener.close();
    for (const connection of [...this.#context.connections]) connection.destroy();
    for (const endpoint of this.#context.state.endpoints()) {
      // A dial that is still under way must not be kept either.
      endpoint.retired = true;
      closeIdle(endpoint);
    }
  }

  #accept(socket: Socket, scheme: "http" | "https"): void {
    const { traffic } = this.#context;
    traffic.accepted++;
    const refusal = this.#limits.enter(socket);
    if (refusal !== undefined) {
      traffic.refuse(refusal);
      return this.#refuse(socket);
    }
    const closed = (): void => {
      this.#limits.leave(socket);
      this.#context.connections.delete(connection);
      if (this.#context.connections.size > 0) return;
      for (const wake of this.#emptied.splice(0)) wake();
    };
    const connection = new ClientConnection(this.#context, socket, { scheme, closed });
    this.#context.connections.add(connection);
  }

  /** Many at once would need what the limit is there to save: descriptors. */
  #refuse(socket: Socket): void {
    const { settings, wallNow } = this.#options;
    if (this.#refusing >= settings.maxRefusing) return socket.destroy();
    this.#refusing++;
    const closed = (): void => void this.#refusing--;
    refuseConnection(socket, { wallMs: wallNow(), lingerMs: settings.lingerMs, closed });
  }

  async #closeStreams(streams: readonly InFlight[]): Promise<readonly DrainingRequest[]> {
    const nowMs = this.#options.now();
    const closed = streams.map((stream) => stream.describe(nowMs));
    await Promise.all(streams.map((stream) => stream.close?.()));
    return closed;
  }

  #waitUntilEmpty(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#emptied.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #sweep(): void {
    const nowMs = this.#options.now();
    this.#context.wallOffsetMs = this.#options.wallNow() - nowMs;
    for (const connection of [...this.#context.connections]) {
      this.#context.contain(() => connection.sweep(nowMs), () => connection.destroy());
    }
    for (const endpoint of this.#context.state.endpoints()) closeExpired(endpoint, nowMs);
  }
}

/** What connections see of the engine. */
class LiveContext implements EngineContext {
  readonly network: Network;
  readonly settings: EngineSettings;
  readonly now: () => number;
  wallOffsetMs: number;
  readonly wallNow: () => number;
  readonly state: RouteState;
  readonly connections = new Set<ClientConnection>();
  readonly builder = new HeadBuilder();
  readonly traffic = new TrafficCounters();
  readonly accessLog: AccessLog | undefined;
  readonly requestIds = new RequestIds();
  readonly headReading: HeadReading;
  readonly endpointFailed: (endpoint: EndpointState, error: string) => void;
  readonly #log: (message: string) => void;
  readonly #parsers: HeadParser[] = [];
  #toldShortageMs = -Infinity;
  #madeRoomMs = -Infinity;
  isRetiring = false;

  constructor(options: EngineOptions) {
    this.network = options.network;
    this.settings = options.settings;
    const { maxTargetBytes } = options.settings;
    this.headReading = { maxTargetBytes, hosts: new HostMemory() };
    this.now = options.now;
    this.wallNow = options.wallNow;
    this.wallOffsetMs = options.wallNow() - options.now();
    this.#log = options.log;
    this.accessLog = options.accessLog;
    this.state = new RouteState(options.settings);
    this.endpointFailed = (endpoint, error) => {
      for (const key of this.state.routesOf(endpoint)) {
        options.endpointFailed(key, endpoint.endpoint, error);
      }
    };
  }

  get routes(): RouteTable<ActiveRoute> {
    return this.state.table;
  }

  contain(action: () => void, abandon: () => void): void {
    try {
      action();
    } catch (error) {
      this.#log(`Serve a connection: ${error instanceof Error ? error.stack : error}`);
      abandon();
    }
  }

  makeRoom(): void {
    // Each connection of a client may need one to an upstream.
    let needed = this.connections.size * 2;
    for (const endpoint of this.state.endpoints()) needed += endpoint.idle.length;
    if (needed >= this.settings.maxDescriptors) this.#closeIdle();
  }

  ranShort(message: string): boolean {
    const nowMs = this.now();
    if (nowMs - this.#toldShortageMs >= TELL_SHORTAGE_MS) {
      this.#toldShortageMs = nowMs;
      this.#log(message);
    }
    if (nowMs - this.#madeRoomMs < this.settings.makeRoomMs) return true;
    const hasClosed = this.#closeIdle();
    if (hasClosed) this.#madeRoomMs = nowMs;
    return hasClosed;
  }

  #closeIdle(): boolean {
    let hasClosed = false;
    for (const endpoint of this.state.endpoints()) {
      hasClosed ||= endpoint.idle.length > 0;
      closeIdle(endpoint);
    }
    return hasClosed;
  }

  takeParser(): HeadParser {
    return this.#parsers.pop() ?? new HeadParser(this.settings);
  }

  returnParser(parser: HeadParser): void {
    parser.reset();
    if (this.#parsers.length < MAX_KEPT_PARSERS) this.#parsers.push(parser);
  }
}
