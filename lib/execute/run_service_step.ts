/**
 * Carries out the steps that only services have.
 *
 * The rule: of two containers of a service one is gone, or does not run, before the other starts, for
 * both would write to the same volumes.
 *
 * @module
 */
import type { ServiceStep } from "../plan/service_step.ts";
import { waitForDocker } from "./run_replicas.ts";
import { runCreateReplica, runStartReplica, startAgain } from "./run_start.ts";
import type { Execution } from "./types.ts";

/** Carries out `step`, and returns when its effect is there. */
export async function runServiceStep(step: ServiceStep, execution: Execution): Promise<void> {
  const { effects: { docker }, signal } = execution;
  switch (step.kind) {
    case "create-service":
      return await runCreateReplica(step, execution);
    case "start-service":
      return await runStartReplica(step, execution);
    case "remove-service":
      return await docker.removeContainerKeepingVolumes(step.service, signal);
    case "rename-service":
      return await docker.renameContainer(step.service, step.to, signal);
    case "put-back":
      return await putBack(step, execution);
  }
}

/** Each part does no harm when repeated. */
async function putBack(
  { former, failed, healthyWithinMs }: Extract<ServiceStep, { readonly kind: "put-back" }>,
  execution: Execution,
): Promise<void> {
  const { effects: { docker }, signal } = execution;
  // First: it says that this container was in use, whatever happens from here on.
  await docker.setRestartPolicy([former], "always", signal);
  await docker.removeContainerKeepingVolumes(failed, signal);
  await startAgain(former, execution);
  if (healthyWithinMs === undefined) return;
  await waitForDocker({ replicas: [{ container: former }] }, execution, healthyWithinMs);
}
