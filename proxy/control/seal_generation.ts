/**
 * Ends the doubt about a route's newest generation: confirmed, watched, left, or removed with it.
 *
 * Pure: same state and same request give the same new state, or the same refusal.
 *
 * @module
 */
import type {
  ConfirmResult,
  Failure,
  GenerationRequest,
  GenerationState,
  RouteKey,
  SwitchBackRequest,
  SwitchedBack,
  WatchFailure,
} from "../api.ts";
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
  unknownRoute,
  withoutRoute,
  wrongGeneration,
} from "./proxy_state.ts";

/** A switch back with what the proxy knows of its cause. */
export interface SwitchBack extends SwitchBackRequest {
  readonly nowMs: number;
  readonly failure?: WatchFailure;
}

/** Seals a generation: the proxy no longer leaves it by itself, and its former one is forgotten. */
export function confirmGeneration(
  state: ProxyState,
  request: GenerationRequest,
): Change<ConfirmResult> | Failure {
  const left = findSwitchedBack(state, request);
  if (left !== undefined) return { kind: "change", state, result: left };
  const route = findRoute(state, request);
  const refusal = refuseOther("Cannot confirm", route, request);
  if (route === undefined || refusal !== undefined) {
    return refusal ?? unknownRoute("Cannot confirm", request);
  }
  const result = { kind: "confirmed", generation: request.generation } as const;
  if (route.current.seal === "confirmed") return { kind: "change", state, result };
  const next = withSeal(route, "confirmed");
  return { kind: "change", state: putRoute(state, next), result };
}

/** Notes that a generation passed its watch. */
export function markWatched(state: ProxyState, request: GenerationRequest): ProxyState {
  const route = findRoute(state, request);
  if (route?.current.generation !== request.generation) return state;
  if (route.current.seal !== "watching") return state;
  return putRoute(state, withSeal(route, "watched"));
}

/** Leaves an unconfirmed generation for the former one, under a new number; or for nothing. */
export function switchBack(
  state: ProxyState,
  request: SwitchBack,
): Change<SwitchedBack> | Failure {
  const before = findSwitchedBack(state, request);
  if (before !== undefined) return { kind: "change", state, result: before };
  const route = findRoute(state, request);
  const refusal = refuseOther("Cannot leave", route, request) ?? refuseConfirmed(route);
  if (route === undefined || refusal !== undefined) {
    return refusal ?? unknownRoute("Cannot leave", request);
  }
  return route.previous === undefined
    ? removeFirst(state, route, request)
    : goBack(state, { route, previous: route.previous, request });
}

/** Removes a route. What its endpoints are answering goes on. */
export function removeRoute(
  state: ProxyState,
  key: RouteKey,
): Change<{ readonly kind: "removed"; readonly found: boolean }> {
  const found = findRoute(state, key) !== undefined;
  return {
    kind: "change",
    state: found ? withoutRoute(state, key) : state,
    result: { kind: "removed", found },
  };
}

/** The answer about a generation that was left, where that is still known. */
export function findSwitchedBack(
  state: ProxyState,
  request: GenerationRequest,
): SwitchedBack | undefined {
  const current = findRoute(state, request)?.current;
  const from = current?.switchedBackFrom;
  if (current !== undefined && from?.generation === request.generation) {
    return {
      kind: "switched back",
      generation: current.generation,
      reason: from.reason,
      ...(from.failure && { failure: from.failure }),
    };
  }
  return state.left.find((left) => isSameRoute(left, request) && left.left === request.generation)
    ?.answer;
}

function goBack(
  state: ProxyState,
  what: {
    readonly route: StoredRoute;
    readonly previous: GenerationState;
    readonly request: SwitchBack;
  },
): Change<SwitchedBack> {
  const { route, previous, request: { reason, nowMs, failure } } = what;
  const { generation, deployment, color } = route.current;
  const current: GenerationState = {
    ...previous,
    generation: nextGeneration(state, route),
    seal: "confirmed",
    switchedAtMs: nowMs,
    switchedBackFrom: { generation, deployment, color, reason, ...(failure && { failure }) },
  };
  const next = withSeal({ ...route, current }, "confirmed");
  return {
    kind: "change",
    state: putRoute(state, next),
    result: switchedBack(current.generation, what.request),
  };
}

function removeFirst(
  state: ProxyState,
  route: StoredRoute,
  request: SwitchBack,
): Change<SwitchedBack> {
  const { project, app, current: { generation } } = route;
  const answer = switchedBack(0, request);
  const left = { project, app, left: generation, answer };
  return {
    kind: "change",
    state: { ...withoutRoute(state, route), left: [...state.left, left] },
    result: answer,
  };
}

function switchedBack(generation: number, request: SwitchBack): SwitchedBack {
  const { reason, failure } = request;
  return { kind: "switched back", generation, reason, ...(failure && { failure }) };
}

function withSeal(route: StoredRoute, seal: GenerationState["seal"]): StoredRoute {
  const current = { ...route.current, seal };
  if (seal !== "confirmed") return { ...route, current };
  const { previous: _, ...base } = { previous: undefined, ...toRouteState(route) };
  return { ...base, current, switched: route.switched };
}

function refuseOther(
  action: string,
  route: StoredRoute | undefined,
  request: GenerationRequest,
): Failure | undefined {
  if (route === undefined || route.current.generation === request.generation) return undefined;
  const numbers = { asked: request.generation, current: route.current.generation };
  return wrongGeneration(action, request, numbers);
}

function refuseConfirmed(route: StoredRoute | undefined): Failure | undefined {
  if (route?.current.seal !== "confirmed") return undefined;
  const { generation } = route.current;
  return failure(
    "confirmed",
    `Cannot leave generation ${generation} of "${routeName(route)}": it is confirmed`,
    { hint: "switch to the version that shall serve instead", generation },
  );
}
