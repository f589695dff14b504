/**
 * Plans the moment that visitors can see: alias, switch, watch, confirm; and the way back.
 *
 * Pure. The rule: until the confirm, the old color stays whole, and every step has its undoing.
 *
 * @module
 */
import type { AppState } from "../state/types.ts";
import { aliasChange, type Candidate } from "./candidate.ts";
import { ALIAS_SETTLE_MS } from "./plan_retire.ts";
import { routedEndpoint, routeOptions, watchOptions } from "./route_options.ts";
import type { Plan, Step } from "./types.ts";

/** The steps that bring the new color into use. */
export function planCommit(candidate: Candidate, state: AppState): readonly Step[] {
  const { app, replicas, cause, deployment } = candidate;
  const containers = replicas.map(({ name }) => name);
  const base = { phase: "commit", cause } as const;
  const durationMs = app.config.deploy.watchMs;
  const inUse: readonly Step[] = [
    { ...base, kind: "set-restart-policy", containers, policy: "always" },
    { ...base, kind: "add-alias", change: aliasChange(candidate, true) },
  ];
  if (app.port === undefined) {
    return [...inUse, { ...base, kind: "watch", deployment, containers, durationMs }];
  }
  return [
    ...inUse,
    planSwitch(candidate, state, app.port),
    { ...base, kind: "watch", deployment, generation: "new", containers, durationMs },
    { ...base, kind: "confirm", generation: "new" },
  ];
}

/** The step that sends every new request to the new color. */
export function planSwitch(
  candidate: Candidate,
  state: AppState,
  port: number,
): Extract<Step, { readonly kind: "switch" }> {
  const { app, color, replicas, cause, deployment } = candidate;
  return {
    phase: "commit",
    cause,
    kind: "switch",
    to: color,
    deployment,
    endpoints: replicas.map(({ name, address }) => routedEndpoint(port, name, address)),
    options: routeOptions(app),
    expectedGeneration: expectedGeneration(state),
    watch: watchOptions(app),
  };
}

/**
 * The generation that the switch will find, as far as it is known when planning.
 *
 * Going back makes a generation of its own, so an interrupted run is repaired and planned anew first.
 */
function expectedGeneration(state: AppState): number {
  return state.route?.current.generation ?? 0;
}

/** What puts everything back before the confirm. Each step does no harm where its effect never was. */
export function planUndo(candidate: Candidate): Plan["undo"] {
  const { app, replicas, color } = candidate;
  const { drainTimeoutMs, upgradeDrainTimeoutMs, stopTimeoutMs } = app.config.deploy;
  const base = { phase: "cleanup", cause: "deployment failed" } as const;
  const remove = replicas.map(({ name }): Step => ({
    ...base,
    kind: "remove-container",
    container: name,
  }));
  const stop = replicas.map(({ name }): Step => ({
    ...base,
    kind: "stop-container",
    container: name,
    timeoutMs: stopTimeoutMs,
    afterAliasMs: ALIAS_SETTLE_MS,
  }));
  const back: readonly Step[] = app.port === undefined
    ? []
    : [{ ...base, kind: "switch-back", generation: "new" }];
  const drain: readonly Step[] = app.port === undefined ? [] : [{
    ...base,
    kind: "drain",
    color,
    timeoutMs: drainTimeoutMs,
    streamTimeoutMs: upgradeDrainTimeoutMs,
  }];
  return {
    prepare: remove,
    commit: [
      ...back,
      { ...base, kind: "drop-alias", change: aliasChange(candidate, false) },
      ...drain,
      ...stop,
      ...remove,
    ],
  };
}
