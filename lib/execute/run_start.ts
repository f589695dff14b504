/**
 * Carries out the steps that create and start replicas, and the containers of services.
 *
 * The rule: what this plan made is written down before it is asked for, so that undoing removes all of
 * it even where an answer was lost, and nothing that another made.
 *
 * @module
 */
import { DockerError } from "../docker/docker_error.ts";
import type { Step } from "../plan/types.ts";
import type { Execution } from "./types.ts";

type StepOf<Kind extends Step["kind"]> = Extract<Step, { readonly kind: Kind }>;

/** Creates a container; one that has its name already stays as it is. */
export async function runCreateReplica(
  { spec }: StepOf<"create-replica" | "create-service">,
  { effects, progress, signal }: Execution,
): Promise<void> {
  progress.made.add(spec.name);
  try {
    await effects.docker.createContainerWithLabels(spec, signal);
  } catch (error) {
    const isAnothers = error instanceof DockerError && error.kind === "name-in-use";
    if (isAnothers) progress.made.delete(spec.name);
    throw error;
  }
}

/** Starts a container; the time for its health check begins when the last one has started. */
export async function runStartReplica(
  { container }: StepOf<"start-replica" | "start-service">,
  { effects, progress, signal }: Execution,
): Promise<void> {
  await effects.docker.startContainer(container, signal);
  progress.startedAtMs = effects.now();
}

/** Starts containers that were in use before; those that run are left as they are. */
export async function runStartAgain(
  { containers }: StepOf<"start-again">,
  execution: Execution,
): Promise<void> {
  const { effects, progress } = execution;
  await Promise.all(containers.map(async (name) => await startAgain(name, execution)));
  progress.startedAtMs = effects.now();
}

/**
 * Starts a container that was in use before.
 *
 * One whose stop was interrupted still runs, and ends later: to start it would do nothing, so its end
 * is waited for.
 */
export async function startAgain(
  container: string,
  { effects: { docker }, progress, signal }: Pick<Execution, "effects" | "progress" | "signal">,
): Promise<void> {
  const stopTimeoutMs = progress.stopping.get(container);
  if (stopTimeoutMs !== undefined) {
    await docker.gracefulShutdown(container, stopTimeoutMs, signal);
    progress.stopping.delete(container);
  }
  await docker.startContainer(container, signal);
}
