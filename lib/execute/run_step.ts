/**
 * Carries out one step.
 *
 * The rule: one step, one effect; no step looks at another.
 *
 * @module
 */
import { isServiceStep } from "../plan/service_step.ts";
import type { AppStep, Step } from "../plan/types.ts";
import { runCheckHealth } from "./run_replicas.ts";
import { runCreateReplica, runStartAgain, runStartReplica } from "./run_start.ts";
import { runDrain, runDropAlias, runStopContainer } from "./run_retire.ts";
import {
  runConfirm,
  runHold,
  runRemoveRoute,
  runSwitch,
  runSwitchBack,
  runWatch,
} from "./run_routing.ts";
import { pruneImages } from "./prune_images.ts";
import { runServiceStep } from "./run_service_step.ts";
import type { Execution } from "./types.ts";

/** Carries out `step`, and returns when its effect is there. */
export async function runStep(step: Step, execution: Execution): Promise<void> {
  if (isServiceStep(step)) return await runServiceStep(step, execution);
  return await runAppStep(step, execution);
}

async function runAppStep(step: AppStep, execution: Execution): Promise<void> {
  const { effects, signal } = execution;
  const { docker } = effects;
  switch (step.kind) {
    case "create-replica":
      return await runCreateReplica(step, execution);
    case "start-replica":
      return await runStartReplica(step, execution);
    case "check-health":
      return await runCheckHealth(step, execution);
    case "set-restart-policy":
      return await docker.setRestartPolicy(step.containers, step.policy, signal);
    case "add-alias":
      return await docker.switchNetworkAlias(step.change, signal);
    case "drop-alias":
      return await runDropAlias(step, execution);
    case "hold":
    case "switch":
    case "watch":
    case "confirm":
    case "switch-back":
    case "remove-route":
      return await runRoutingStep(step, execution);
    case "drain":
      return await runDrain(step, execution);
    case "stop-container":
      return await runStopContainer(step, execution);
    case "start-again":
      return await runStartAgain(step, execution);
    case "remove-container":
      return await docker.removeContainer(step.container, signal);
    case "tag-image":
      return await docker.tagImage(step.image, step.tag, signal);
    case "prune":
      await pruneImages(step.keep, execution);
      return await effects.pruneReceipts(step.keep, signal);
  }
}

type RoutingStep = Extract<
  Step,
  { readonly kind: "hold" | "switch" | "watch" | "confirm" | "switch-back" | "remove-route" }
>;

/** A step about what the proxy does with new requests. */
async function runRoutingStep(step: RoutingStep, execution: Execution): Promise<void> {
  switch (step.kind) {
    case "hold":
      return await runHold(step, execution);
    case "switch":
      return await runSwitch(step, execution);
    case "watch":
      return await runWatch(step, execution);
    case "confirm":
      return await runConfirm(step, execution);
    case "switch-back":
      return await runSwitchBack(step, execution);
    case "remove-route":
      return await runRemoveRoute(execution);
  }
}
