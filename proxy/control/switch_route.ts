/**
 * Gives a route its next generation: by a deployment, or by hand.
 *
 * Pure: same state and same request give the same new state, or the same refusal.
 *
 * @module
 */
import type {
  Endpoint,
  Failure,
  GenerationState,
  RouteKey,
  RouteOptions,
  SwitchRequest,
} from "../api.ts";
import { trimPath } from "../engine/route_table.ts";
import { failure } from "./failure.ts";
import {
  type Change,
  findRoute,
  isSameRoute,
  nextGeneration,
  type ProxyState,
  putRoute,
  routeName,
  type StoredRoute,
  toRouteState,
  wrongGeneration,
} from "./proxy_state.ts";

/** What a switch made: the generation, and the one that it follows. */
export interface Switched {
  readonly generation: number;
  /** 0 where there was none. */
  readonly former: number;
}

/** What is known at the instant of a switch, beside the request. */
export interface SwitchFacts {
  readonly nowMs: number;
  /** Share of failed requests of the current generation, in its last minute. */
  readonly oldShare: number;
}

/** A route to be made or changed by hand, its targets resolved. */
export interface HandMadeRoute extends RouteKey {
  readonly targets: readonly string[];
  readonly endpoints: readonly Endpoint[];
  readonly options: RouteOptions;
}

/** Makes the request's endpoints the route's next generation; the same one again for a repetition. */
export function switchRoute(
  state: ProxyState,
  request: SwitchRequest,
  facts: SwitchFacts,
): Change<Switched> | Failure {
  const route = findRoute(state, request);
  const former = route?.current.generation ?? 0;
  if (route !== undefined && isRepetition(route.current, request)) {
    const result = { generation: former, former: route.previous?.generation ?? 0 };
    return { kind: "change", state, result };
  }
  if (former !== request.expectedGeneration) {
    const numbers = { asked: request.expectedGeneration, current: former };
    return wrongGeneration("Cannot switch", request, numbers);
  }
  const refusal = refuseUnconfirmed(route, request.deployment) ??
    refuseTakenHosts(state, request, request.options);
  if (refusal !== undefined) return refusal;
  const current = makeGeneration(state, request, facts.nowMs);
  return {
    kind: "change",
    state: putRoute(state, makeRoute(route, current, { request, facts })),
    result: { generation: current.generation, former },
  };
}

/** Makes a route by hand, or changes one; it is confirmed at once. */
export function deployRoute(
  state: ProxyState,
  request: HandMadeRoute,
  nowMs: number,
): Change<Switched> | Failure {
  const route = findRoute(state, request);
  const former = route?.current.generation ?? 0;
  const refusal = refuseUnconfirmed(route, undefined) ??
    refuseTakenHosts(state, request, request.options);
  if (refusal !== undefined) return refusal;
  if (
    route !== undefined && isSameValue(route.current.endpoints, request.endpoints) &&
    isSameValue(route.current.options, request.options)
  ) {
    return { kind: "change", state, result: { generation: former, former: 0 } };
  }
  const color = route?.current.color ?? "blue";
  const deployment = route?.switched === true ? route.current.deployment : "by-hand";
  const current = makeGeneration(state, { ...request, color, deployment }, nowMs);
  const { project, app, targets } = request;
  return {
    kind: "change",
    state: putRoute(state, { project, app, targets, current, switched: route?.switched ?? false }),
    result: { generation: current.generation, former },
  };
}

function makeGeneration(
  state: ProxyState,
  request: Omit<SwitchRequest, "expectedGeneration">,
  nowMs: number,
): GenerationState {
  const { color, deployment, endpoints, options, watch } = request;
  return {
    generation: nextGeneration(state, request),
    color,
    deployment,
    endpoints,
    options,
    seal: watch === undefined ? "confirmed" : "watching",
    switchedAtMs: nowMs,
  };
}

function makeRoute(
  route: StoredRoute | undefined,
  current: GenerationState,
  why: { readonly request: SwitchRequest; readonly facts: SwitchFacts },
): StoredRoute {
  const { request: { project, app, watch }, facts: { oldShare } } = why;
  const base = route === undefined ? { project, app } : toRouteState(route);
  const { previous: _, ...kept } = { ...base, current, switched: true, previous: undefined };
  if (watch === undefined) return kept;
  // What was never confirmed is not gone back to: the generation before it is.
  const previous = route?.watch === undefined ? route?.current : route.previous;
  return { ...kept, watch: { ...watch, oldShare }, ...(previous && { previous }) };
}

function isRepetition(current: GenerationState, request: SwitchRequest): boolean {
  return current.deployment === request.deployment && current.color === request.color &&
    isSameValue(current.endpoints, request.endpoints) &&
    isSameValue(current.options, request.options);
}

function refuseUnconfirmed(
  route: StoredRoute | undefined,
  deployment: string | undefined,
): Failure | undefined {
  if (route === undefined || route.current.seal === "confirmed") return undefined;
  if (route.current.deployment === deployment) return undefined;
  const { generation, deployment: unconfirmed } = route.current;
  const message = `Cannot switch "${routeName(route)}": generation ${generation} ` +
    `(deployment ${unconfirmed}) is not confirmed yet`;
  return failure("unconfirmed", message, {
    hint: `confirm it or leave it first: luma-proxy confirm or luma-proxy switch-back, ` +
      `--project ${route.project} --app ${route.app} --generation ${generation}`,
    generation,
  });
}

function refuseTakenHosts(
  state: ProxyState,
  key: RouteKey,
  options: RouteOptions,
): Failure | undefined {
  // Compared as requests are routed: `/api` and `/api/` are one path.
  const path = trimPath(options.path);
  for (const other of state.routes) {
    if (isSameRoute(other, key)) continue;
    const taken = [other.current, other.previous].flatMap((generation) =>
      generation !== undefined && trimPath(generation.options.path) === path
        ? generation.options.hosts
        : []
    );
    const host = options.hosts.find((host) => taken.includes(host));
    if (host === undefined) continue;
    const where = options.path === "/" ? host : `${host}${options.path}`;
    const message = `Cannot route "${where}" to "${routeName(key)}": ` +
      `it belongs to "${routeName(other)}"`;
    return failure("host taken", message, {
      hint: `take the host out of one of them, or remove the other route: luma-proxy remove ` +
        `--project ${other.project} --app ${other.app}`,
    });
  }
  return undefined;
}

/** Whether two values of JSON are the same; the order of keys does not matter. */
function isSameValue(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const [left, right] = [a, b] as readonly Readonly<Record<string, unknown>>[];
  if (left === undefined || right === undefined) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => isSameValue(left[key], right[key]));
}
