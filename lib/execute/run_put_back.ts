/**
 * Puts the former container of a service back in the place of one that failed.
 *
 * The rule: the failed one is gone before the former one starts, for both would write to the same
 * volumes; each part does no harm when repeated.
 *
 * @module
 */
import type { Step } from "../plan/types.ts";
import type { Execution } from "./types.ts";

/** Removes the failed container, and starts the former one. */
export async function runPutBack(
  { former, failed }: Extract<Step, { readonly kind: "put-back" }>,
  { effects: { docker }, signal }: Execution,
): Promise<void> {
  // First: it says that this container was in use, whatever happens from here on.
  await docker.setRestartPolicy([former], "always", signal);
  await docker.removeContainerKeepingVolumes(failed, signal);
  await docker.startContainer(former, signal);
}
