/**
 * Plans what of a removal is still to be done when its apps and services are gone.
 *
 * Pure. The rule: nothing goes that was not agreed to, and of that nothing that somebody uses by now.
 *
 * @module
 */
import { LABELS } from "../state/labels.ts";
import type { ProjectTraces } from "../state/project_traces.ts";
import type { ServerState } from "../state/types.ts";
import { isOf, type PlanRemoveOptions } from "./plan_remove.ts";
import { type RemovedData, usersOf } from "./plan_remove_data.ts";
import { planNetworkRemoval } from "./plan_remove_network.ts";
import type { RemoveStep } from "./types.ts";

/** A server as it is by now. */
export interface Remaining {
  readonly state: ServerState;
  readonly traces: ProjectTraces;
  readonly project: string;
}

/** Containers of what was removed: somebody has deployed it again. */
export function findReturned(
  { containers }: Pick<ServerState, "containers">,
  { project, parts, all }: Pick<PlanRemoveOptions, "project" | "parts" | "all">,
): readonly string[] {
  return containers.filter((container) => {
    if (!all) return parts.some((part) => isOf(container, project, part));
    const { labels } = container;
    const isPart = labels[LABELS.app] !== undefined || labels[LABELS.service] !== undefined;
    return labels[LABELS.project] === project && isPart;
  }).map(({ name }) => name);
}

/** The agreed steps that are still right, and why the others are not. */
export function planRemoveRest(agreed: readonly RemoveStep[], remaining: Remaining): RemovedData {
  const { state, project } = remaining;
  const network = planNetworkRemoval(state, project, []);
  const steps: RemoveStep[] = [];
  const kept: string[] = [];
  for (const step of agreed) {
    if (step.kind === "disconnect-proxy" || step.kind === "remove-network") {
      if (network.steps.some(({ kind }) => kind === step.kind)) steps.push(step);
      continue;
    }
    const users = usersOfStep(step, remaining);
    if (users.length === 0) steps.push(step);
    else kept.push(`${describe(step)}: ${users.join(", ")} uses it`);
  }
  const hasNetwork = agreed.some(({ kind }) => kind === "remove-network");
  return { steps, kept: [...kept, ...(hasNetwork ? network.kept : [])] };
}

function usersOfStep(step: RemoveStep, { state, traces }: Remaining): readonly string[] {
  const options = { going: [], all: state.containers };
  if (step.kind === "remove-volume") {
    return usersOf({ kind: "volume", source: step.volume }, traces, options);
  }
  if (step.kind !== "remove-folder") return [];
  return usersOf({ kind: "bind", source: step.path }, traces, options);
}

function describe(step: RemoveStep): string {
  if (step.kind === "remove-volume") return `volume ${step.volume}`;
  return step.kind === "remove-folder" ? `folder ${step.path}` : step.kind;
}
