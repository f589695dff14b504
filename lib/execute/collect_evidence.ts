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
import { LABELS } from "../state/labels.ts";
import { explainExit } from "./explain_exit.ts";
import { hideHealthOutput } from "./hide_health_output.ts";
import { hidePlanSecrets, planSecrets } from "./hide_plan_secrets.ts";
import { DeploymentError, type Execution, ReplicaExitError, SwitchedBackError } from "./types.ts";

const LOG_LINES = 20;
const HEALTH_LINES = 5;

/** What was found out. */
interface Evidence {
  /** Lines for a person, without the app's secrets. */
  readonly lines: readonly string[];
  readonly replicas: readonly FoundReplica[];
}

interface FoundReplica {
  readonly container: Container;
  /** Its last log lines. */
  readonly logs: readonly string[];
}

/** What is known about the end of containers, as lines for a person, without the app's secrets. */
export async function collectEvidence(
  names: readonly string[],
  execution: Pick<Execution, "effects" | "signal" | "plan">,
): Promise<readonly string[]> {
  return (await collect(names, execution)).lines;
}

async function collect(
  names: readonly string[],
  { effects, signal, plan }: Pick<Execution, "effects" | "signal" | "plan">,
): Promise<Evidence> {
  const { docker } = effects;
  try {
    const containers = await docker.inspectContainers(names, signal);
    const replicas = await Promise.all(containers.map(async (container) => {
      const logs = await docker.containerLogs(container.name, LOG_LINES, signal);
      return { container, logs: logs.map((line) => hidePlanSecrets(line, plan)) };
    }));
    const lines = replicas.flatMap(({ container, logs }) => [
      ...describeEnd(container),
      ...describeHealthCheck(container, plan),
      ...logs.map((line) => `${container.name} | ${line}`),
    ]);
    return { replicas, lines: lines.map((line) => hidePlanSecrets(line, plan)) };
  } catch (error) {
    return { replicas: [], lines: [`No evidence could be collected: ${messageOf(error)}`] };
  }
}

/** The error with what its containers left, without secrets; one that has no place for it, or has it, as it is. */
export async function withEvidence(
  error: unknown,
  names: readonly string[],
  execution: Execution,
): Promise<unknown> {
  if (!(error instanceof DeploymentError) || error instanceof SwitchedBackError) return error;
  const found = await collect(names, execution);
  if (error instanceof ReplicaExitError) return explainReplicaExit(error, found);
  return new DeploymentError(error.message, {
    exitCode: error.exitCode,
    cause: error.cause,
    evidence: [
      ...error.evidence.map((line) => hidePlanSecrets(line, execution.plan)),
      ...found.lines,
    ],
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

function explainReplicaExit({ exit }: ReplicaExitError, { lines, replicas }: Evidence): Error {
  const { container: name, exitCode } = exit;
  const found = replicas.find(({ container }) => container.name === name);
  const explained = explainExit({
    exitCode,
    oomKilled: found?.container.oomKilled ?? false,
    image: found?.container.labels[LABELS.image] ?? "IMAGE",
    logs: found?.logs ?? [],
    ...(found?.container.memoryLimitBytes === undefined
      ? {}
      : { memoryLimitBytes: found.container.memoryLimitBytes }),
  });
  // The headline says how this one ended.
  const others = lines.filter((line) => !line.startsWith(`${name}: `));
  return new ReplicaExitError(exit, { ...explained, evidence: others });
}

/** What the image's own HEALTHCHECK printed, where that was not good. */
function describeHealthCheck(
  { name, health, healthOutput }: Container,
  plan: Execution["plan"],
): readonly string[] {
  if (health === undefined || health === "healthy" || healthOutput === undefined) return [];
  return hideHealthOutput(healthOutput, planSecrets(plan)).split("\n").slice(-HEALTH_LINES)
    .map((line) => `${name} HEALTHCHECK | ${line}`);
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
