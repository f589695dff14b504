/**
 * Watches replicas that must not end.
 *
 * The rule: an end is news where the container does not run, or runs because Docker started it again;
 * one from before it was started by us is none, though Docker's events begin before.
 *
 * @module
 */
import type { ContainerExit } from "../docker/types.ts";
import { parseDeploymentTime } from "../plan/deployment_id.ts";
import type { CheckedReplica } from "../plan/types.ts";
import { LABELS } from "../state/labels.ts";
import { type Execution, ReplicaExitError } from "./types.ts";

/** Replicas that must not end. */
export interface WatchedReplicas {
  readonly replicas: readonly CheckedReplica[];
  /** The one that made them. */
  readonly deployment: string;
  /** Requests go to them already. */
  readonly inUse: boolean;
}

/** Is rejected when one of the replicas ends; never fulfilled. */
export function watchForExit(
  { replicas, deployment, inUse }: WatchedReplicas,
  { effects, base, signal, plan }: Execution,
): Promise<never> {
  const names = new Set(replicas.map(({ container }) => container));
  return new Promise((_resolve, reject) => {
    const onExit = async ({ name, exitCode }: ContainerExit) => {
      if (!names.has(name) || await runsSinceStart(name, { effects, signal })) return;
      reject(new ReplicaExitError({ container: name, exitCode, inUse, ...base }));
    };
    const sinceMs = parseDeploymentTime(plan.deployment) ?? 0;
    effects.docker.watchExits(`${LABELS.deployment}=${deployment}`, {
      sinceMs,
      onExit: (exit) => void onExit(exit).catch(reject),
      signal,
    })
      .catch((error) => signal.aborted || reject(error));
  });
}

/**
 * Whether a container runs, and has done so since it was started by hand.
 *
 * Such a start sets Docker's count of restarts to 0.
 */
async function runsSinceStart(
  name: string,
  { effects, signal }: Pick<Execution, "effects" | "signal">,
): Promise<boolean> {
  const [container] = await effects.docker.inspectContainers([name], signal);
  return container?.status === "running" && (container.restarts ?? 0) === 0;
}
