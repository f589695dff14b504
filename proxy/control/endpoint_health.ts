/**
 * Decides which endpoints are left out, and when each is checked next.
 *
 * Pure: a health is never changed, a new one is made.
 *
 * @module
 */
import type { Endpoint, RouteKey } from "../api.ts";
import { routeName } from "./proxy_state.ts";

/** What is known about one endpoint. */
export interface EndpointHealth {
  readonly ejected: boolean;
  readonly failuresInRow: number;
  readonly successesInRow: number;
  /** Why the last check failed; gone after a good one. */
  readonly error?: string;
  readonly nextCheckMs: number;
}

/** How often and how strictly endpoints are checked. */
export interface EjectionRules {
  /** Milliseconds between two checks of an endpoint that is in use. */
  readonly intervalMs: number;
  /** Failed checks in a row until it is left out. */
  readonly retries: number;
  /** Milliseconds between two checks of one that is left out. */
  readonly ejectedIntervalMs: number;
}

/** Good checks in a row after which an endpoint is used again. */
const GOOD_IN_ROW = 2;

/** What names an endpoint of a route. */
export function endpointName(route: RouteKey, endpoint: Endpoint): string {
  return `${routeName(route)} ${endpoint.address} ${endpoint.port}`;
}

/** An endpoint that was just taken into use; it was healthy then. */
export function newEndpointHealth(rules: EjectionRules, nowMs: number): EndpointHealth {
  const nextCheckMs = nowMs + rules.intervalMs;
  return { ejected: false, failuresInRow: 0, successesInRow: 0, nextCheckMs };
}

/** After a request could not reach it: left out at once. */
export function afterDialFailure(
  health: EndpointHealth,
  error: string,
  facts: { readonly rules: EjectionRules; readonly nowMs: number },
): EndpointHealth {
  if (health.ejected) return { ...health, successesInRow: 0, error };
  const nextCheckMs = facts.nowMs + facts.rules.ejectedIntervalMs;
  return { ejected: true, failuresInRow: 1, successesInRow: 0, error, nextCheckMs };
}

/** After a check; `error` is why it failed. */
export function afterCheck(
  health: EndpointHealth,
  error: string | undefined,
  facts: { readonly rules: EjectionRules; readonly nowMs: number },
): EndpointHealth {
  const { rules, nowMs } = facts;
  const failuresInRow = error === undefined ? 0 : health.failuresInRow + 1;
  const successesInRow = error === undefined ? health.successesInRow + 1 : 0;
  const ejected = health.ejected ? successesInRow < GOOD_IN_ROW : failuresInRow >= rules.retries;
  const pauseMs = ejected ? rules.ejectedIntervalMs : rules.intervalMs;
  return {
    ejected,
    failuresInRow,
    successesInRow,
    nextCheckMs: nowMs + pauseMs,
    ...(error !== undefined && { error }),
  };
}
