/**
 * Collects what failed replicas left: how they ended, and their last log lines.
 *
 * The rule: evidence is collected before anything is undone, and failing to collect it never hides
 * the failure that it is about.
 *
 * @module
 */
import { hideSecrets } from "../config/hide_secrets.ts";
import type { Container } from "../docker/types.ts";
import { messageOf } from "../error.ts";
import type { Plan } from "../plan/types.ts";
import { DeploymentError, type Execution, SwitchedBackError } from "./types.ts";

const LOG_LINES = 20;

/** What is known about the end of containers, as lines for a person, without the app's secrets. */
export async function collectEvidence(
  names: readonly string[],
  { effects, signal, plan }: Pick<Execution, "effects" | "signal" | "plan">,
): Promise<readonly string[]> {
  const secrets = secretsOf(plan);
  try {
    const containers = await effects.docker.inspectContainers(names, signal);
    const blocks = await Promise.all(containers.map(async (container) => {
      const logs = await effects.docker.containerLogs(container.name, LOG_LINES, signal);
      return [...describeEnd(container), ...logs.map((line) => `${container.name} | ${line}`)];
    }));
    return blocks.flat().map((line) => hideSecrets(line, secrets));
  } catch (error) {
    return [`No evidence could be collected: ${messageOf(error)}`];
  }
}

function secretsOf(plan: Plan): readonly string[] {
  const made = plan.steps.flatMap((step) => "spec" in step ? Object.values(step.spec.secrets) : []);
  return [...made, ...plan.secrets ?? []].map((secret) => secret.reveal());
}

/** The error with what its containers left; one that has no place for it, or has it, as it is. */
export async function withEvidence(
  error: unknown,
  names: readonly string[],
  execution: Execution,
): Promise<unknown> {
  if (!(error instanceof DeploymentError) || error instanceof SwitchedBackError) return error;
  const found = await collectEvidence(names, execution);
  return new DeploymentError(error.message, {
    exitCode: error.exitCode,
    cause: error.cause,
    evidence: [...error.evidence, ...found],
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
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
