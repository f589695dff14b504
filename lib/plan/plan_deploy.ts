/**
 * Plans the blue-green deployment of one app on one server.
 *
 * Pure: same app and same observed state give the same plan. No clock, no I/O.
 *
 * @module
 */
import { omitUndefined } from "../config/omit_undefined.ts";
import type { ResolvedApp } from "../resolve/resolve_app.ts";
import { readAppState } from "../state/app_state.ts";
import { imageRepository } from "../state/server_names.ts";
import type { AppState, ServerState } from "../state/types.ts";
import { type Candidate, chooseCandidate } from "./candidate.ts";
import { findCauses } from "./find_causes.ts";
import { planCommit, planUndo } from "./plan_commit.ts";
import { planInPlace } from "./plan_in_place.ts";
import { planRepair } from "./plan_repair.ts";
import { planRestore } from "./plan_restore.ts";
import { planRetire, removeAll } from "./plan_retire.ts";
import { planCreate } from "./replica_spec.ts";
import { planCheckHealth } from "./route_options.ts";
import type { Plan, Step } from "./types.ts";

const NO_PROXY = "no proxy in luma.yml";
const NOTHING: Plan["undo"] = { prepare: [], commit: [] };

/** What a deployment is planned with. */
export interface PlanDeployOptions {
  /** The id of this deployment; it sorts by time. */
  readonly deployment: string;
  /** Deploy also where nothing changed. */
  readonly force: boolean;
  /** Where in the network addresses are chosen first; the lowest ones unless given. */
  readonly addressSeed?: string;
}

/**
 * The plan; without steps where what runs is what luma.yml says.
 *
 * @throws {LumaError} When the project's network has no address left, or no address plan.
 */
export function planDeploy(
  app: ResolvedApp,
  server: ServerState,
  options: PlanDeployOptions,
): Plan {
  const { project, config } = app;
  const state = readAppState(server, project, config.name);
  const repair = planRepair(state, project, config);
  const causes = findCauses(app, state);
  const wanted = causes.length === 0 && options.force ? ["forced"] : causes;
  const base: PlanHead = {
    server: server.server,
    project,
    app: config.name,
    deployment: options.deployment,
    replicas: config.replicas,
    ...(state.active === undefined ? {} : { from: state.active }),
  };
  if (repair.some(({ kind }) => kind === "switch-back")) {
    return { ...base, causes: [], steps: repair, undo: NOTHING, incomplete: true };
  }
  if (wanted.length === 0) {
    const rest = [...planRestore(app, state), ...planRouteRemoval(app, state)];
    return { ...base, causes: [], steps: [...repair, ...rest], undo: NOTHING };
  }
  const candidate = chooseCandidate(app, server, {
    ...(state.active === undefined ? {} : { active: state.active }),
    deployment: options.deployment,
    cause: wanted.join(", "),
    ...omitUndefined({ addressSeed: options.addressSeed }),
  });
  const change = planChange(candidate, state, server.facts.home);
  const steps = [...repair, ...change.steps, ...planCleanup(candidate, state)];
  return { ...base, ...change, to: candidate.color, causes: wanted, steps };
}

type PlanHead = Omit<Plan, "to" | "causes" | "steps" | "undo" | "incomplete" | "gap">;

/** The steps that bring the new color, what they cost, and the way back. */
function planChange(
  candidate: Candidate,
  state: AppState,
  home: string,
): Pick<Plan, "steps" | "undo" | "gap"> {
  const { app } = candidate;
  const old = state.active === undefined ? [] : state[state.active];
  // The first deployment has nothing to stop.
  if (app.config.deploy.strategy === "in-place" && old.length > 0) {
    return planInPlace(candidate, state, home);
  }
  return {
    steps: [...planPrepare(candidate, home), ...planCommit(candidate, state)],
    undo: planUndo(candidate),
  };
}

function planPrepare(candidate: Candidate, home: string): readonly Step[] {
  const { app, replicas, cause, deployment } = candidate;
  const base = { phase: "prepare", cause } as const;
  return [
    ...planCreate(candidate, home),
    ...replicas.map(({ name }): Step => ({ ...base, kind: "start-replica", container: name })),
    planCheckHealth(app, { ...base, deployment, replicas }),
  ];
}

function planCleanup(candidate: Candidate, state: AppState): readonly Step[] {
  const { app, deployment } = candidate;
  const { project, config } = app;
  const base = { phase: "cleanup", cause: "new color in use" } as const;
  const old = state.active === undefined ? [] : state[state.active];
  const tag = `${imageRepository(project, config.name)}:${deployment}`;
  const records: readonly Step[] = [
    { ...base, kind: "tag-image", image: app.image.id, tag },
    { ...base, kind: "prune", keep: config.deploy.retain },
  ];
  // In place, the old color was drained and stopped before the new one was started.
  if (config.deploy.strategy === "in-place") {
    return [
      ...removeAll(old, base.phase, base.cause),
      ...planRouteRemoval(app, state),
      ...records,
    ];
  }
  return planRetire(old, {
    ...base,
    project,
    app: config,
    routed: state.route !== undefined,
    before: planLastHold(candidate, state),
    meanwhile: [...planRouteRemoval(app, state), ...records],
  });
}

/** A route that goes away leads nowhere while the requests that it began are waited for. */
function planLastHold({ app, color, deployment }: Candidate, state: AppState): readonly Step[] {
  if (app.port !== undefined || state.route === undefined) return [];
  const { generation, options } = state.route.current;
  return [{
    phase: "cleanup",
    cause: NO_PROXY,
    kind: "hold",
    color,
    deployment,
    options,
    expectedGeneration: generation,
  }];
}

/** An app that is not served by the proxy any more loses its route. */
function planRouteRemoval(app: ResolvedApp, state: AppState): readonly Step[] {
  if (app.port !== undefined || state.route === undefined) return [];
  return [{ phase: "cleanup", cause: NO_PROXY, kind: "remove-route" }];
}
