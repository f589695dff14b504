/**
 * Plans the deployment of an app whose two colors cannot be alive at the same time.
 *
 * Pure. The rule: the old color is stopped and kept until the new one is confirmed, with its alias and
 * its address: going back is to start it again.
 *
 * @module
 */
import type { RouteStatus, WatchOptions } from "../../proxy/api.ts";
import type { ResolvedApp } from "../resolve/resolve_app.ts";
import { deploymentOf, otherColor } from "../state/active_color.ts";
import type { AppState, ReplicaState } from "../state/types.ts";
import { aliasChange, type Candidate } from "./candidate.ts";
import { planSwitch } from "./plan_commit.ts";
import { planCreate } from "./replica_spec.ts";
import { planCheckHealth } from "./route_options.ts";
import type { Phase, Plan, PlannedGeneration, Step, WatchLimits } from "./types.ts";

/** The parts of a deployment in place. */
interface InPlace {
  readonly candidate: Candidate;
  readonly state: AppState;
  readonly old: readonly ReplicaState[];
  /** The route whose requests are held off; none: the proxy does not serve the app. */
  readonly route?: RouteStatus;
}

/** The steps until the new color is confirmed, the gap that they make, and the way back. */
export function planInPlace(
  candidate: Candidate,
  state: AppState,
  home: string,
): Pick<Plan, "steps" | "undo" | "gap"> {
  const { app: { port } } = candidate;
  const { route } = state;
  const old = state[otherColor(candidate.color)];
  const parts = { candidate, state, old, ...(route === undefined ? {} : { route }) };
  const remove = removeNew(candidate);
  const [served, back] = [
    port === undefined ? "check-health" : "switch",
    route === undefined ? "check-health" : "switch-back",
  ] as const;
  return {
    steps: [...planCreate(candidate, home), ...planExchange(parts), ...planUse(parts)],
    undo: { prepare: remove, commit: planBack(parts, remove) },
    gap: {
      from: route === undefined ? "stop-container" : "hold",
      until: [...new Set([served, back])],
    },
  };
}

/** From the old color to the new one: held off, drained, stopped, started, healthy. */
function planExchange({ candidate, old, route }: InPlace): readonly Step[] {
  const { app, replicas, cause, deployment, color } = candidate;
  const base = { phase: "commit", cause } as const;
  return [
    ...(route === undefined ? [] : [
      planHold(candidate, route, { ...base, expectedGeneration: route.current.generation, color }),
      planDrain(app, { ...base, color: otherColor(color) }),
    ]),
    ...old.map(({ container }) => planStop(app, container.name, base)),
    ...replicas.map(({ name }): Step => ({ ...base, kind: "start-replica", container: name })),
    planCheckHealth(app, { ...base, deployment, replicas }),
  ];
}

/** The new color comes into use, and the old one no longer comes back by itself. */
function planUse({ candidate, state, old, route }: InPlace): readonly Step[] {
  const { app, replicas, cause, deployment } = candidate;
  const base = { phase: "commit", cause } as const;
  const containers = replicas.map(({ name }) => name);
  const watched = { deployment, containers, durationMs: app.config.deploy.watchMs };
  const inUse: readonly Step[] = [
    { ...base, kind: "set-restart-policy", containers: namesOf(old), policy: "no" },
    { ...base, kind: "set-restart-policy", containers, policy: "always" },
    { ...base, kind: "add-alias", change: aliasChange(candidate, true) },
  ];
  if (app.port === undefined) return [...inUse, { ...base, kind: "watch", ...watched }];
  const expected = route === undefined ? {} : { expectedGeneration: "new" as const };
  return [
    ...inUse,
    { ...planSwitch(candidate, state, app.port), ...expected, watch: neverLeft(app) },
    { ...base, kind: "watch", generation: "new", ...watched, limits: watchLimits(app, state) },
    { ...base, kind: "confirm", generation: "new" },
  ];
}

/** Back to the old color, from wherever it failed. Each step does no harm where its effect never was. */
function planBack(parts: InPlace, remove: readonly Step[]): readonly Step[] {
  const { candidate, old, route } = parts;
  const { app, color, replicas } = candidate;
  const base = { phase: "cleanup", cause: "deployment failed" } as const;
  const back: Step = { ...base, kind: "switch-back", generation: "new" };
  const former = otherColor(color);
  return [
    ...(route === undefined
      // The route that it never had before goes away.
      ? app.port === undefined ? [] : [back]
      : [
        planHold(candidate, route, { ...base, expectedGeneration: "new", color: former }),
        planDrain(app, { ...base, color }),
      ]),
    ...replicas.map(({ name }) => planStop(app, name, base)),
    ...remove,
    // First: from here on the server brings it back by itself, whatever happens to this run.
    { ...base, kind: "set-restart-policy", containers: namesOf(old), policy: "always" },
    { ...base, kind: "start-again", containers: namesOf(old) },
    { ...planCheckOld(parts, base), again: true },
    ...(route === undefined ? [] : [back]),
  ];
}

/** The old color is checked as it was when it came into use: port and path may be others now. */
function planCheckOld(
  { candidate: { app }, old, route }: InPlace,
  base: StepHead,
): Extract<Step, { readonly kind: "check-health" }> {
  const replicas = old.flatMap(({ container: { name }, address }) =>
    address === undefined ? [] : [{ name, address }]
  );
  const check = planCheckHealth(app, { ...base, deployment: deploymentOf(old), replicas });
  const routed = replicas.flatMap(({ name, address }) => {
    const endpoint = route?.current.endpoints.find((one) => one.address === address);
    return endpoint === undefined ? [] : [{ container: name, endpoint }];
  });
  if (route === undefined || routed.length < replicas.length) return check;
  return {
    ...check,
    replicas: routed,
    health: { by: "proxy", options: route.current.options.health },
  };
}

interface StepHead {
  readonly phase: Phase;
  readonly cause: string;
}

/** With the options that the route has: its hosts change with the switch. */
function planHold(
  { app, deployment }: Candidate,
  { current: { options } }: RouteStatus,
  head: StepHead & {
    readonly color: Candidate["color"];
    readonly expectedGeneration: PlannedGeneration;
  },
): Step {
  return { ...head, kind: "hold", deployment, options, watch: neverLeft(app) };
}

/** Streams do not end by themselves, and only make the gap longer: they are closed at once. */
function planDrain(
  app: ResolvedApp,
  head: StepHead & { readonly color: Candidate["color"] },
): Step {
  const { drainTimeoutMs } = app.config.deploy;
  return { ...head, kind: "drain", timeoutMs: drainTimeoutMs, streamTimeoutMs: 0 };
}

/** Nobody that looks its alias up finds another color, so there is nothing to wait for. */
function planStop(app: ResolvedApp, container: string, head: StepHead): Step {
  const { stopTimeoutMs } = app.config.deploy;
  return { ...head, kind: "stop-container", container, timeoutMs: stopTimeoutMs, afterAliasMs: 0 };
}

function removeNew({ replicas }: Candidate): readonly Step[] {
  return replicas.map(({ name }) => ({
    phase: "cleanup",
    cause: "deployment failed",
    kind: "remove-container",
    container: name,
  }));
}

/** The proxy must not go back by itself: the old color does not run. */
function neverLeft(app: ResolvedApp): WatchOptions {
  return {
    durationMs: app.config.deploy.watchMs,
    minFailures: Number.MAX_SAFE_INTEGER,
    minShare: 1,
  };
}

function watchLimits(app: ResolvedApp, { route, active }: AppState): WatchLimits {
  const { watchMinFailures: minFailures, watchMinShare: minShare } = app.config.deploy;
  const counters = active === undefined ? undefined : route?.byColor[active];
  const oldShare = counters === undefined || counters.requests === 0
    ? 0
    : counters.failed / counters.requests;
  return { minFailures, minShare, oldShare };
}

function namesOf(replicas: readonly ReplicaState[]): readonly string[] {
  return replicas.map(({ container }) => container.name);
}
