/**
 * Carries out the steps that make replicas and wait until they are healthy.
 *
 * The rule: a replica that exits fails at once; whatever fails keeps its evidence in the error.
 *
 * @module
 */
import type { CheckEvent, Endpoint, HealthOptions } from "../../proxy/api.ts";
import { messageOf } from "../error.ts";
import type { Step } from "../plan/types.ts";
import { checkByCommand, type CommandCheck } from "./check_by_command.ts";
import { withEvidence } from "./collect_evidence.ts";
import { hidePlanSecrets } from "./hide_plan_secrets.ts";
import { DeploymentError, type Execution } from "./types.ts";
import { type Unhealthy, unhealthyError } from "./unhealthy_error.ts";
import { watchForExit } from "./watch_for_exit.ts";

type CheckHealth = Extract<Step, { readonly kind: "check-health" }>;

const PROBE_EVERY_MS = 250;
const INSPECT_EVERY_MS = 500;

/** Waits until every replica is healthy, or one has failed. */
export async function runCheckHealth(step: CheckHealth, execution: Execution): Promise<void> {
  const { effects, progress, base, signal } = execution;
  const sinceStartMs = progress.startedAtMs === undefined
    ? 0
    : effects.now() - progress.startedAtMs;
  const budgetMs = Math.round(Math.max(1_000, step.budgetMs - sinceStartMs));
  const containers = step.replicas.map(({ container }) => container);
  effects.report({ kind: "checking", ...base, containers, budgetMs: waitOf(step, budgetMs) });
  const ended = new AbortController();
  const checkSignal = AbortSignal.any([signal, ended.signal]);
  try {
    await Promise.race([
      checkReplicas(step, { ...execution, signal: checkSignal }, budgetMs),
      watchForExit({ ...step, inUse: false }, { ...execution, signal: checkSignal }),
    ]);
  } catch (error) {
    signal.throwIfAborted();
    const failure = await withEvidence(error, containers, execution);
    if (step.again !== true) throw failure;
    return tellSickAgain(failure, execution);
  } finally {
    ended.abort();
  }
  const total = step.replicas.length;
  if (step.again === true) effects.report({ kind: "serves again", ...base });
  else effects.report({ kind: "healthy", ...base, healthy: total, total });
}

/** Nothing is better than the version that served before, also where it is sick now. */
function tellSickAgain(failure: unknown, { effects, base, progress }: Execution): void {
  // When it serves again is not known.
  progress.gapSinceMs = undefined;
  effects.report({
    kind: "warning",
    ...base,
    message: `The old version of "${base.app}" was started again, and is not healthy: ${
      messageOf(failure)
    }`,
    hint: `Look at it with: luma status ${base.app}`,
  });
}

/** How long replicas are waited for: one that has no health check only has to run. */
function waitOf({ health }: CheckHealth, budgetMs: number): number {
  return health.by === "running" ? health.forMs : budgetMs;
}

function checkReplicas(step: CheckHealth, execution: Execution, budgetMs: number): Promise<void> {
  switch (step.health.by) {
    case "proxy":
      return checkThroughProxy(step, execution, { health: step.health.options, budgetMs });
    case "docker":
      return waitForDocker(step, execution, budgetMs);
    case "command":
      return checkInside(step, execution, { ...step.health, budgetMs });
    case "running":
      return execution.effects.wait(step.health.forMs, execution.signal);
  }
}

/** By the command, and that the proxy can reach them, where it serves them. */
async function checkInside(
  step: CheckHealth,
  execution: Execution,
  check: CommandCheck,
): Promise<void> {
  const { connect: health, budgetMs } = check;
  await checkByCommand(step.replicas.map(({ container }) => container), check, execution);
  if (health !== undefined) await checkThroughProxy(step, execution, { health, budgetMs });
}

async function checkThroughProxy(
  step: CheckHealth,
  execution: Execution,
  { health, budgetMs }: { readonly health: HealthOptions; readonly budgetMs: number },
): Promise<void> {
  const { effects, base, signal, plan } = execution;
  const unhealthy: Unhealthy[] = [];
  let healthy = 0;
  const onLine = (event: CheckEvent) => {
    if (event.kind === "waiting") {
      const { name: container, error } = event;
      const reason = hidePlanSecrets(error, plan);
      effects.report({ kind: "replica waiting", ...base, container, reason });
    }
    if (event.kind === "unhealthy") unhealthy.push(event);
    if (event.kind !== "healthy") return;
    healthy += 1;
    const { name: container, afterMs } = event;
    const total = step.replicas.length;
    effects.report({ kind: "replica healthy", ...base, container, afterMs, healthy, total });
  };
  const endpoints = endpointsOf(step);
  const result = await effects.proxy.call(
    "check",
    { endpoints, health, budgetMs, everyMs: PROBE_EVERY_MS },
    { onLine, signal },
  );
  if (result.kind === "checked" && result.unhealthy === 0 && result.healthy === endpoints.length) {
    return;
  }
  throw await unhealthyError(step, { health, healthy, unhealthy }, execution);
}

function endpointsOf({ replicas }: CheckHealth): readonly Endpoint[] {
  return replicas.flatMap(({ endpoint }) => endpoint === undefined ? [] : [endpoint]);
}

/** Waits until Docker reports the containers of `step` as healthy. @throws {DeploymentError} */
export async function waitForDocker(
  step: Pick<CheckHealth, "replicas">,
  execution: Execution,
  budgetMs: number,
): Promise<void> {
  const { effects, base, signal } = execution;
  const names = step.replicas.map(({ container }) => container);
  const startedMs = effects.now();
  const deadline = startedMs + budgetMs;
  const healthy = new Set<string>();
  while (true) {
    const containers = await effects.docker.inspectContainers(names, signal);
    const found = containers.filter(({ name, health }) =>
      health === "healthy" && !healthy.has(name)
    );
    for (const { name: container } of found) {
      healthy.add(container);
      const afterMs = effects.now() - startedMs;
      const counts = { healthy: healthy.size, total: names.length };
      effects.report({ kind: "replica healthy", ...base, container, afterMs, ...counts });
    }
    if (
      containers.length === names.length && containers.every(({ health }) => health === "healthy")
    ) return;
    // One that ended is unhealthy, too, and its end is told by the event of it.
    const sick = containers.find(({ health, status }) =>
      health === "unhealthy" && status === "running"
    );
    if (sick !== undefined || effects.now() > deadline) {
      const what = sick === undefined
        ? `${names.join(", ")} as not healthy in time`
        : `${sick.name} as unhealthy`;
      throw dockerFailure(what, execution);
    }
    await effects.wait(INSPECT_EVERY_MS, signal);
  }
}

function dockerFailure(what: string, { base }: Execution): DeploymentError {
  return new DeploymentError(
    `Health check of "${base.app}" failed on ${base.server}: Docker reports ${what}`,
    {
      hint:
        "The image's HEALTHCHECK decides: what it printed last is above, if it printed anything",
    },
  );
}
