/**
 * Removes a container together with volumes that only it tells of.
 *
 * The rule: one remote command that comes to its end, also when luma is killed meanwhile; once the
 * container is gone, nobody could tell whose the volumes were.
 *
 * @module
 */
import { quoteShell } from "../ssh/quote.ts";
import type { Runner } from "../ssh/runner.ts";
import { resolveContainer } from "./container_operations.ts";
import { detachedArgv } from "./detached_argv.ts";
import { DockerError } from "./docker_error.ts";
import { runDocker } from "./run_docker.ts";

/** What goes together. */
export interface ContainerWithVolumes {
  readonly container: string;
  /** The volumes' names, at least one. */
  readonly volumes: readonly string[];
}

/**
 * Removes the container, also while it runs, and then the volumes; what is gone already is no error.
 *
 * @throws {DockerError} When another container uses one of the volumes.
 */
export async function removeWithVolumes(
  runner: Runner,
  { container, volumes }: ContainerWithVolumes,
  signal?: AbortSignal,
): Promise<void> {
  const exact = await resolveContainer(runner, container, signal).catch((error: unknown) => {
    if (error instanceof DockerError && error.kind === "no-container") return undefined;
    throw error;
  });
  await runDocker(runner, {
    action: `remove the container "${container}" and its volumes`,
    argv: detachedArgv(formatScript(exact, volumes)),
    signal,
  });
}

/** Docker refuses a removal while another run's is under way, which is soon over. */
function formatScript(container: string | undefined, volumes: readonly string[]): string {
  const removeVolumes = quoteShell(["docker", "volume", "rm", "--force", "--", ...volumes]);
  const last = `said=$(${removeVolumes} 2>&1) || luma_fail "$said"`;
  if (container === undefined) return last;
  return `tries=0
until said=$(${quoteShell(["docker", "rm", "--force", "--", container])} 2>&1); do
case $said in
*"No such container"*) break ;;
*"is already in progress"*) ;;
*) luma_fail "$said" ;;
esac
tries=$((tries + 1))
[ "$tries" -lt 20 ] || luma_fail "$said"
sleep 0.5 2>/dev/null || sleep 1
done
${last}`;
}
