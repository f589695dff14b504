/**
 * Collects what failed replicas left: how they ended, and their last log lines.
 *
 * The rule: evidence is collected before anything is undone, and failing to collect it never hides
 * the failure that it is about.
 *
 * @module
 */
import type { Container } from "../docker/types.ts";
import { messageOf } from "../error.ts";
import type { Execution } from "./types.ts";

const LOG_LINES = 20;

/** What is known about the end of containers, as lines for a person. */
export async function collectEvidence(
  names: readonly string[],
  { effects, signal }: Pick<Execution, "effects" | "signal">,
): Promise<readonly string[]> {
  try {
    const containers = await effects.docker.inspectContainers(names, signal);
    const blocks = await Promise.all(containers.map(async (container) => {
      const logs = await effects.docker.containerLogs(container.name, LOG_LINES, signal);
      return [...describeEnd(container), ...logs.map((line) => `${container.name} | ${line}`)];
    }));
    return blocks.flat();
  } catch (error) {
    return [`No evidence could be collected: ${messageOf(error)}`];
  }
}

/** How a container ended; nothing for one that runs. */
export function describeEnd(container: Container): readonly string[] {
  if (container.status === "running") return [];
  if (container.oomKilled) {
    return [`${container.name}: killed, out of memory (status ${container.exitCode})`];
  }
  if (container.error !== "") return [`${container.name}: ${container.error}`];
  return container.status === "exited"
    ? [`${container.name}: exited with status ${container.exitCode}`]
    : [];
}
