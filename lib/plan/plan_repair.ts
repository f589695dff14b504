/**
 * Plans how to deal with what an interrupted deployment left.
 *
 * Pure. The rule: a candidate that was never switched to is removed; an old color is retired only
 * after its successor passed its watch and was confirmed.
 *
 * @module
 */
import type { AppConfig } from "../config/types.ts";
import { deploymentOf, otherColor } from "../state/active_color.ts";
import { imageRepository } from "../state/server_names.ts";
import type { AppState, ReplicaState } from "../state/types.ts";
import { isAlive, planRetire, removeAll } from "./plan_retire.ts";
import type { Step } from "./types.ts";

const CAUSE = "left by an interrupted deployment";

/** The steps that leave exactly one color, and that one confirmed; none where it is so. */
export function planRepair(state: AppState, project: string, app: AppConfig): readonly Step[] {
  if (state.active === undefined) {
    return removeAll(
      [...state.blue, ...state.green],
      "prepare",
      "left by a deployment that never ran",
    );
  }
  const seal = planSeal(state, app);
  // Going back changes which color is left over: what comes then is planned anew.
  if (seal.some(({ kind }) => kind === "switch-back")) return seal;
  const leftovers = state[otherColor(state.active)];
  return [
    ...seal,
    ...(isCandidate(leftovers, state) ? planRemoval(leftovers, app) : planRetire(leftovers, {
      project,
      app,
      phase: "prepare",
      cause: CAUSE,
      routed: state.route !== undefined,
      meanwhile: planRecords(state, project, app),
    })),
  ];
}

/** A candidate that has the app's volumes to itself is given the time to end well. */
function planRemoval(candidates: readonly ReplicaState[], app: AppConfig): readonly Step[] {
  const { strategy, stopTimeoutMs: timeoutMs } = app.deploy;
  const alive = strategy === "in-place" ? candidates.filter(isAlive) : [];
  const base = { phase: "prepare", cause: CAUSE, timeoutMs, afterAliasMs: 0 } as const;
  return [
    ...alive.map(({ container: { name } }): Step => ({
      ...base,
      kind: "stop-container",
      container: name,
    })),
    ...removeAll(candidates, base.phase, base.cause),
  ];
}

/** What the deployment that was cut off had not come to: its image is kept like every other's. */
function planRecords(state: AppState, project: string, app: AppConfig): readonly Step[] {
  const active = state.active === undefined ? [] : state[state.active];
  const [first] = active;
  if (first === undefined || state[otherColor(first.color)].length === 0) return [];
  const base = { phase: "prepare", cause: CAUSE } as const;
  const tag = `${imageRepository(project, app.name)}:${deploymentOf(active)}`;
  return [
    { ...base, kind: "tag-image", image: first.container.imageId, tag },
    { ...base, kind: "prune", keep: app.deploy.retain },
  ];
}

/** What has to happen before an unconfirmed generation counts as the one in use. */
function planSeal(state: AppState, app: AppConfig): readonly Step[] {
  const current = state.route?.current;
  if (current === undefined || current.seal === "confirmed" || state.active === undefined) {
    return [];
  }
  const { generation } = current;
  const replicas = state[state.active];
  const watch: Step = {
    phase: "prepare",
    cause: CAUSE,
    kind: "watch",
    deployment: deploymentOf(replicas),
    generation,
    containers: replicas.map(({ container }) => container.name),
    durationMs: app.deploy.watchMs,
  };
  const confirm: Step = { phase: "prepare", cause: CAUSE, kind: "confirm", generation };
  const back: Step = { phase: "prepare", cause: CAUSE, kind: "switch-back", generation };
  // Requests are held off: the new color was never switched to.
  if (current.endpoints.length === 0) return [back];
  if (state.route?.previous === undefined || isRunning(replicas)) return [watch, confirm];
  return [{ ...back, cause: "the new color does not run" }];
}

/** Whether no request can ever have reached these replicas. */
function isCandidate(leftovers: readonly ReplicaState[], state: AppState): boolean {
  if (state.active === undefined || leftovers.some(({ holdsAlias }) => holdsAlias)) return false;
  const deployment = deploymentOf(leftovers);
  const wasSwitchedTo = state.route?.current.switchedBackFrom?.deployment === deployment;
  return deployment > deploymentOf(state[state.active]) && !wasSwitchedTo;
}

function isRunning(replicas: readonly ReplicaState[]): boolean {
  return replicas.length > 0 && replicas.every(({ container }) => container.status === "running");
}
