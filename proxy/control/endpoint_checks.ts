/**
 * Checks the endpoints that are in use, and remembers what came of it.
 *
 * The rule: an endpoint is remembered as long as its route uses it, and is new when it comes back.
 *
 * @module
 */
import type { Endpoint, EndpointStatus, HealthOptions, RouteKey, RouteOptions } from "../api.ts";
import { checkHealth, HealthCheckError, type HealthTarget } from "../health/check_health.ts";
import {
  afterCheck,
  afterDialFailure,
  type EjectionRules,
  type EndpointHealth,
  endpointName,
  newEndpointHealth,
} from "./endpoint_health.ts";
import type { ProxyState, StoredRoute } from "./proxy_state.ts";
import { findRoute } from "./proxy_state.ts";

/** An endpoint that is to be checked now. */
export interface DueCheck {
  readonly route: StoredRoute;
  readonly endpoint: Endpoint;
}

/** Milliseconds between two checks of an endpoint that is left out. */
const EJECTED_INTERVAL_MS = 2_000;

/** What is known about all endpoints in use. */
export class EndpointChecks {
  #healths: ReadonlyMap<string, EndpointHealth> = new Map();

  /** Whether an endpoint is left out. */
  readonly isEjected = (route: RouteKey, endpoint: Endpoint): boolean =>
    this.#healths.get(endpointName(route, endpoint))?.ejected ?? false;

  /** Forgets endpoints that are not in use any more, and notes those that are new. */
  follow(state: ProxyState, nowMs: number): void {
    this.#healths = new Map(
      listEndpoints(state).map(({ route, endpoint }) => {
        const name = endpointName(route, endpoint);
        return [name, this.#healths.get(name) ?? newEndpointHealth(rulesOf(route), nowMs)];
      }),
    );
  }

  /** The endpoints whose time has come. */
  listDue(state: ProxyState, nowMs: number): readonly DueCheck[] {
    return listEndpoints(state).filter(({ route, endpoint }) => {
      const health = this.#healths.get(endpointName(route, endpoint));
      return health !== undefined && health.nextCheckMs <= nowMs;
    });
  }

  /**
   * Notes that a request could not reach an endpoint.
   *
   * @returns Whether it is left out now and was not before.
   */
  noteDialFailure(
    state: ProxyState,
    failed: RouteKey & { readonly endpoint: Endpoint; readonly error: string },
    nowMs: number,
  ): boolean {
    const route = findRoute(state, failed);
    const health = this.#healths.get(endpointName(failed, failed.endpoint));
    if (route === undefined || health === undefined) return false;
    const facts = { rules: rulesOf(route), nowMs };
    return this.#note(route, failed.endpoint, afterDialFailure(health, failed.error, facts));
  }

  /**
   * Checks an endpoint and notes what came of it.
   *
   * @returns Whether it is left out now and was not before, or the other way round.
   */
  async check(due: DueCheck, now: () => number, signal: AbortSignal): Promise<boolean> {
    const { route, endpoint } = due;
    const { options } = route.current;
    const error = await findError(toHealthTarget(endpoint, options.health, options), {
      timeoutMs: options.health.timeoutMs,
      signal,
    });
    const health = this.#healths.get(endpointName(route, endpoint));
    if (health === undefined) return false;
    const facts = { rules: rulesOf(route), nowMs: now() };
    return this.#note(route, endpoint, afterCheck(health, error, facts));
  }

  /** The endpoint with its health. */
  statusOf(route: RouteKey, endpoint: Endpoint): EndpointStatus {
    const health = this.#healths.get(endpointName(route, endpoint));
    const error = health?.error;
    return {
      ...endpoint,
      healthy: health?.ejected !== true,
      ...(error !== undefined && { error }),
    };
  }

  #note(route: RouteKey, endpoint: Endpoint, health: EndpointHealth): boolean {
    const name = endpointName(route, endpoint);
    const before = this.#healths.get(name)?.ejected;
    this.#healths = new Map(this.#healths).set(name, health);
    return before !== health.ejected;
  }
}

/** What to ask of an endpoint. */
export function toHealthTarget(
  endpoint: Endpoint,
  health: HealthOptions,
  options?: RouteOptions,
): HealthTarget {
  const host = health.host ?? options?.hosts.find((host) => !host.startsWith("*"));
  return {
    address: endpoint.address,
    port: health.port ?? endpoint.port,
    ...(health.path !== undefined && { path: health.path }),
    ...(host !== undefined && { host }),
    ...(health.proto && { proto: health.proto }),
  };
}

function listEndpoints(state: ProxyState): readonly DueCheck[] {
  return state.routes.flatMap((route) =>
    route.current.endpoints.map((endpoint) => ({ route, endpoint }))
  );
}

function rulesOf(route: StoredRoute): EjectionRules {
  const { intervalMs, retries } = route.current.options.health;
  return {
    intervalMs,
    retries,
    ejectedIntervalMs: Math.min(intervalMs, EJECTED_INTERVAL_MS),
  };
}

async function findError(
  target: HealthTarget,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<string | undefined> {
  try {
    await checkHealth(target, options);
    return undefined;
  } catch (error) {
    if (error instanceof HealthCheckError) return error.message;
    throw error;
  }
}
