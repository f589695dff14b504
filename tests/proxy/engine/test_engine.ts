/**
 * An engine on a free port with the routes of one test.
 *
 * The rule: nothing of it outlives the test that made it.
 *
 * @module
 */
import type { Endpoint, RouteOptions } from "../../../proxy/api.ts";
import type { AccessLog } from "../../../proxy/engine/access_log.ts";
import { Engine } from "../../../proxy/engine/engine.ts";
import { createNetwork, type SocketKind } from "../../../proxy/engine/network.ts";
import { DEFAULT_SETTINGS, type EngineSettings } from "../../../proxy/engine/settings.ts";
import type { Network } from "../../../proxy/engine/socket.ts";
import type { GenerationReport, RouteSnapshot } from "../../../proxy/worker/protocol.ts";
import { dialWire, type Wire } from "./wire.ts";

/** What a test may change of a route. */
export interface TestRoute {
  readonly app?: string;
  readonly ports: readonly number[];
  readonly addresses?: readonly string[];
  readonly generation?: number;
  readonly color?: "blue" | "green";
  readonly options?: Partial<RouteOptions>;
  readonly former?: RouteSnapshot["former"];
  readonly ejectedPorts?: readonly number[];
}

/** A route of a snapshot. */
export function routeOf(route: TestRoute): RouteSnapshot {
  const endpoints = route.ports.map((port, index) => ({
    address: route.addresses?.[index] ?? "127.0.0.1",
    port,
    name: `r${index}`,
    ejected: route.ejectedPorts?.includes(port) ?? false,
  }));
  return {
    project: "shop",
    app: route.app ?? "web",
    generation: route.generation ?? 1,
    color: route.color ?? "blue",
    endpoints,
    ...(route.former && { former: route.former }),
    options: {
      hosts: [],
      path: "/",
      health: { path: "/up", intervalMs: 30_000, timeoutMs: 5_000, retries: 3 },
      forwardHeaders: false,
      ...route.options,
    },
  };
}

/** How a test's engine differs from the ordinary one. */
export interface TestEngineOptions {
  /** What its sockets are made of; the best there is unless given. */
  readonly kind?: SocketKind;
  readonly settings?: Partial<EngineSettings>;
  readonly network?: (network: Network) => Network;
  readonly accessLog?: AccessLog;
  readonly now?: () => number;
  readonly wallNow?: () => number;
}

/** A running engine. */
export class TestEngine implements AsyncDisposable {
  readonly engine: Engine;
  readonly failed: { readonly endpoint: Endpoint; readonly error: string }[] = [];
  readonly logged: string[] = [];
  port = 0;
  #sequence = 0;

  constructor(options: TestEngineOptions) {
    const network = createNetwork((message) => this.logged.push(message), options.kind);
    this.engine = new Engine({
      network: options.network?.(network) ?? network,
      settings: { ...DEFAULT_SETTINGS, sweepMs: 10, ...options.settings },
      now: options.now ?? Date.now,
      wallNow: options.wallNow ?? Date.now,
      log: (message) => this.logged.push(message),
      ...(options.accessLog && { accessLog: options.accessLog }),
      endpointFailed: (_route, endpoint, error) => this.failed.push({ endpoint, error }),
    });
  }

  route(...routes: readonly TestRoute[]): ReturnType<Engine["apply"]> {
    return this.engine.apply({ sequence: ++this.#sequence, routes: routes.map(routeOf) });
  }

  dial(): Promise<Wire> {
    return dialWire(this.port);
  }

  /** The counters of a generation of the one app of the test. */
  generation(generation = 1): GenerationReport {
    const found = this.engine.report().generations.find((one) => one.generation === generation);
    if (found === undefined) throw new Error(`no generation ${generation}`);
    return found;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.engine.stop();
    return Promise.resolve();
  }
}

/** Starts an engine with `routes`. */
export async function startEngine(
  routes: TestRoute | readonly TestRoute[],
  options: TestEngineOptions = {},
): Promise<TestEngine> {
  const test = new TestEngine(options);
  test.route(...(Array.isArray(routes) ? routes as readonly TestRoute[] : [routes as TestRoute]));
  const listener = await test.engine.listen({ host: "127.0.0.1", port: 0 });
  test.port = listener.port;
  return test;
}

/** Waits until `holds`, for things that no event tells. */
export async function eventually(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
