/**
 * What a worker keeps from one snapshot to the next: generations with their counters, endpoints with
 * their connections, and the table compiled from the newest snapshot.
 *
 * The rule: `apply` is the only thing that changes it, and does so in one synchronous step.
 *
 * @module
 */
import type { Color, RouteKey } from "../api.ts";
import type { FromWorker, RouteCount, RouteSnapshot, Snapshot } from "../worker/protocol.ts";
import { endpointKey, EndpointState } from "./endpoint.ts";
import { EndpointChoice } from "./endpoint_choice.ts";
import type { ActiveRoute } from "./engine_context.ts";
import { GenerationCounters, type InFlight } from "./generation_counters.ts";
import { compileRoutes, type RouteClaim, type RouteTable } from "./route_table.ts";
import type { EngineSettings } from "./settings.ts";
import { closeIdle } from "./upstream_connection.ts";

/** What former generations still answer, as `applied` tells it. */
export type FormerInFlight = Extract<FromWorker, { readonly kind: "applied" }>["inFlight"];

/** The state behind the routes. */
export class RouteState {
  readonly #settings: EngineSettings;
  readonly #endpoints = new Map<string, EndpointState>();
  readonly #current = new Map<string, GenerationCounters>();
  readonly #former = new Map<string, GenerationCounters>();
  /** The counts of generations that are forgotten, by route and color. */
  readonly #settled = new Map<string, RouteCount>();
  #snapshot: Snapshot = { sequence: 0, routes: [] };
  /** The table to route by; replaced whole. */
  table: RouteTable<ActiveRoute> = compileRoutes<ActiveRoute>([]);

  constructor(settings: EngineSettings) {
    this.#settings = settings;
  }

  /** Takes up `snapshot`; tells what the generations that it leaves behind still answer. */
  apply(snapshot: Snapshot): FormerInFlight {
    this.#snapshot = snapshot;
    this.#renewGenerations(snapshot);
    this.#renewEndpoints(snapshot);
    this.table = compileRoutes(snapshot.routes.flatMap((route) => this.#claims(route)));
    return this.#formerInFlight();
  }

  /** All generations that are in use or still answer something. */
  generations(): readonly GenerationCounters[] {
    this.#forgetIdle();
    return [...this.#current.values(), ...this.#former.values()];
  }

  /** What each color of each route was asked; forgotten generations included. */
  counts(): readonly RouteCount[] {
    const sums = new Map(this.#settled);
    for (const counters of [...this.#current.values(), ...this.#former.values()]) {
      addCounts(sums, counters);
    }
    return [...sums.values()];
  }

  /** All endpoints in use. */
  endpoints(): Iterable<EndpointState> {
    return this.#endpoints.values();
  }

  /** The routes that send requests to `endpoint`. */
  routesOf(endpoint: EndpointState): readonly RouteKey[] {
    const key = endpointKey(endpoint.endpoint);
    return this.#snapshot.routes
      .filter((route) => route.endpoints.some((other) => endpointKey(other) === key))
      .map(({ project, app }) => ({ project, app }));
  }

  /** The streams of former generations of `color`. */
  formerStreams(key: RouteKey, color: Color): readonly InFlight[] {
    return [...this.#former.values()]
      .filter(({ identity }) =>
        identity.project === key.project && identity.app === key.app && identity.color === color
      )
      .flatMap((counters) => [...counters.streams]);
  }

  #renewGenerations(snapshot: Snapshot): void {
    const known = new Map([...this.#former, ...this.#current]);
    this.#former.clear();
    this.#current.clear();
    for (const route of snapshot.routes) {
      const { project, app, generation, color } = route;
      const key = generationKey(route);
      this.#current.set(
        key,
        known.get(key) ?? new GenerationCounters({ project, app, generation, color }),
      );
      known.delete(key);
    }
    for (const [key, counters] of known) this.#former.set(key, counters);
    this.#forgetIdle();
  }

  #forgetIdle(): void {
    for (const [key, counters] of this.#former) {
      if (!counters.isIdle) continue;
      addCounts(this.#settled, counters);
      this.#former.delete(key);
    }
  }

  /** Endpoints that no generation in use holds lose their idle connections. */
  #renewEndpoints(snapshot: Snapshot): void {
    const used = new Set<string>();
    for (const endpoint of snapshot.routes.flatMap((route) => route.endpoints)) {
      const key = endpointKey(endpoint);
      used.add(key);
      const state = this.#endpoints.get(key) ?? new EndpointState(endpoint);
      if (!endpoint.ejected) state.pardon();
      this.#endpoints.set(key, state);
    }
    for (const [key, state] of this.#endpoints) {
      if (used.has(key)) continue;
      state.retired = true;
      closeIdle(state);
      this.#endpoints.delete(key);
    }
  }

  #claims(snapshot: RouteSnapshot): readonly RouteClaim<ActiveRoute>[] {
    const { options, former } = snapshot;
    const candidates = snapshot.endpoints.map((endpoint) => ({
      state: this.#endpoints.get(endpointKey(endpoint))!,
      ejected: endpoint.ejected,
    }));
    const route: ActiveRoute = {
      options,
      counters: this.#current.get(generationKey(snapshot))!,
      choice: new EndpointChoice(candidates, this.#settings),
    };
    const { hosts, path } = options;
    return [{ hosts, path, route }, ...(former === undefined ? [] : [{ ...former, route }])];
  }

  #formerInFlight(): FormerInFlight {
    return [...this.#former.values()].map(({ identity, requests }) => {
      const { project, app, generation } = identity;
      return { project, app, generation, inFlight: requests.size };
    });
  }
}

function addCounts(sums: Map<string, RouteCount>, counters: GenerationCounters): void {
  const { identity: { project, app, color }, counts } = counters;
  const key = `${project}/${app}/${color}`;
  const { requests, failed } = sums.get(key) ?? { requests: 0, failed: 0 };
  sums.set(key, {
    project,
    app,
    color,
    requests: requests + counts.requests,
    failed: failed + counts.failed,
  });
}

function generationKey(route: RouteKey & { readonly generation: number }): string {
  return `${route.project}/${route.app}/${route.generation}`;
}
