/**
 * Makes what the workers route by out of the state.
 *
 * Pure: same state, same ejections, same snapshot.
 *
 * @module
 */
import type { Endpoint, RouteKey } from "../api.ts";
import type { RouteSnapshot, Snapshot } from "../worker/protocol.ts";
import type { ProxyState, StoredRoute } from "./proxy_state.ts";

/** Whether the health checks say that an endpoint of a route should be left out. */
export type IsEjected = (route: RouteKey, endpoint: Endpoint) => boolean;

/** Makes the snapshot of a state. */
export function makeSnapshot(
  state: ProxyState,
  sequence: number,
  isEjected: IsEjected,
): Snapshot {
  return { sequence, routes: state.routes.map((route) => toRouteSnapshot(route, isEjected)) };
}

function toRouteSnapshot(route: StoredRoute, isEjected: IsEjected): RouteSnapshot {
  const { project, app, current, previous } = route;
  return {
    project,
    app,
    generation: current.generation,
    color: current.color,
    endpoints: current.endpoints.map((endpoint) => ({
      ...endpoint,
      ejected: isEjected(route, endpoint),
    })),
    options: current.options,
    ...(previous && { former: { hosts: previous.options.hosts, path: previous.options.path } }),
  };
}
