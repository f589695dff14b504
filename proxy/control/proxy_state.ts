/**
 * What luma-proxy must not forget: its routes, and the numbers that were given out.
 *
 * The rule: a state is never changed; every function that changes something returns a new one.
 *
 * @module
 */
import type { Failure, RouteKey, RouteState, SwitchedBack, WatchOptions } from "../api.ts";
import { failure } from "./failure.ts";

/** The watch of a generation that is not confirmed. */
export interface StoredWatch extends WatchOptions {
  /** Share of failed requests of the former generation, in its last minute before the switch. */
  readonly oldShare: number;
}

/** A route with what only the control process needs to know. */
export interface StoredRoute extends RouteState {
  /** There while the current generation is not confirmed. */
  readonly watch?: StoredWatch;
  /** Whether a deployment has switched it: then its alias is not resolved any more. */
  readonly switched: boolean;
}

/** The last generation of a route that was left without a former one: the route is gone. */
export interface LeftRoute extends RouteKey {
  readonly left: number;
  readonly answer: SwitchedBack;
}

/** Everything that is durable. */
export interface ProxyState {
  readonly version: 1;
  readonly routes: readonly StoredRoute[];
  /** The highest generation that each route ever had, by {@linkcode routeName}. */
  readonly highest: Readonly<Record<string, number>>;
  readonly left: readonly LeftRoute[];
}

/** The state of a proxy that was never told anything. */
export const EMPTY_STATE: ProxyState = { version: 1, routes: [], highest: {}, left: [] };

/** A state that follows from another one by a request, and what to answer. */
export interface Change<Result> {
  readonly kind: "change";
  /** The same object where nothing changed: nothing has to be written. */
  readonly state: ProxyState;
  readonly result: Result;
}

/** `project/app`. */
export function routeName(key: RouteKey): string {
  return `${key.project}/${key.app}`;
}

/** Whether both name the same route. */
export function isSameRoute(a: RouteKey, b: RouteKey): boolean {
  return a.project === b.project && a.app === b.app;
}

/** The route of that name. */
export function findRoute(state: ProxyState, key: RouteKey): StoredRoute | undefined {
  return state.routes.find((route) => isSameRoute(route, key));
}

/** The number for the route's next generation; numbers never repeat, also after a removal. */
export function nextGeneration(state: ProxyState, key: RouteKey): number {
  return (state.highest[routeName(key)] ?? 0) + 1;
}

/** The state with this route instead of the one of its name, and its number taken. */
export function putRoute(state: ProxyState, route: StoredRoute): ProxyState {
  const known = findRoute(state, route) !== undefined;
  const name = routeName(route);
  return {
    ...state,
    routes: known
      ? state.routes.map((other) => isSameRoute(other, route) ? route : other)
      : [...state.routes, route],
    highest: {
      ...state.highest,
      [name]: Math.max(state.highest[name] ?? 0, route.current.generation),
    },
    left: state.left.filter((left) => !isSameRoute(left, route)),
  };
}

/** The state without that route. */
export function withoutRoute(state: ProxyState, key: RouteKey): ProxyState {
  return { ...state, routes: state.routes.filter((route) => !isSameRoute(route, key)) };
}

/** The refusal of an operation on a route that is not there. */
export function unknownRoute(action: string, key: RouteKey): Failure {
  return failure("unknown route", `${action} "${routeName(key)}": there is no such route`, {
    hint: "luma-proxy list shows the routes",
    generation: 0,
  });
}

/** The refusal of an operation on a generation that is not the current one. */
export function wrongGeneration(
  action: string,
  key: RouteKey,
  numbers: { readonly asked: number; readonly current: number },
): Failure {
  const { asked, current } = numbers;
  const message = `${action} "${routeName(key)}": generation ${asked} was asked for, ` +
    (current === 0 ? "but there is no such route" : `but ${current} is the current one`);
  return failure("wrong generation", message, {
    generation: current,
    hint: "read the current generation with luma-proxy list, and decide again",
  });
}

/** The route as clients see it. */
export function toRouteState(route: StoredRoute): RouteState {
  const { project, app, current, previous, targets } = route;
  return {
    project,
    app,
    current,
    ...(previous && { previous }),
    ...(targets && { targets }),
  };
}
