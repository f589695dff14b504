/**
 * Checks replicas by a command inside them, which has to end with status 0.
 *
 * The rule: as Docker does it, but at once and often: Docker begins after one interval.
 *
 * @module
 */
import { DockerError } from "../docker/docker_error.ts";
import type { PlannedHealth } from "../plan/types.ts";
import { hidePlanSecrets } from "./hide_plan_secrets.ts";
import { DeploymentError, type Execution } from "./types.ts";

/** Milliseconds between two attempts. */
const EVERY_MS = 250;

/** How it is checked, and how long it is tried. */
export type CommandCheck = Extract<PlannedHealth, { readonly by: "command" }> & {
  readonly budgetMs: number;
};

/** Waits until the command succeeded in every container, or one has used up its time. */
export async function checkByCommand(
  containers: readonly string[],
  check: CommandCheck,
  execution: Execution,
): Promise<void> {
  const { effects, base } = execution;
  const startedAtMs = effects.now();
  let healthy = 0;
  const outcomes = await Promise.allSettled(containers.map(async (container) => {
    await waitForSuccess(container, check, execution);
    healthy += 1;
    const afterMs = Math.round(effects.now() - startedAtMs);
    const total = containers.length;
    effects.report({ kind: "replica healthy", ...base, container, afterMs, healthy, total });
  }));
  execution.signal.throwIfAborted();
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason] : []
  );
  if (failures.length === 0) return;
  const unexpected = failures.find((failure) => !(failure instanceof SickError));
  if (unexpected !== undefined) throw unexpected;
  throw new DeploymentError(
    `Health check of "${base.app}" failed on ${base.server}: ${healthy} of ${containers.length} ` +
      `replicas healthy in ${check.budgetMs / 1000} s`,
    {
      hint: `\`${check.command.join(" ")}\` has to end with status 0 within deploy.health_timeout`,
      evidence: failures.map(({ message }) => message),
    },
  );
}

/** A replica in which the command never succeeded. */
class SickError extends Error {}

async function waitForSuccess(
  container: string,
  check: CommandCheck,
  { effects, signal, plan }: Execution,
): Promise<void> {
  const endMs = effects.now() + check.budgetMs;
  for (let attempts = 1;; attempts++) {
    const failure = await attempt(container, check, { effects, signal, plan });
    if (failure === undefined) return;
    if (effects.now() + EVERY_MS >= endMs) {
      throw new SickError(`${container}: ${failure} (${attempts} attempts)`);
    }
    await effects.wait(EVERY_MS, signal);
  }
}

/** @returns Why it failed. */
async function attempt(
  container: string,
  { command, timeoutMs }: CommandCheck,
  { effects, signal, plan }: Pick<Execution, "effects" | "signal" | "plan">,
): Promise<string | undefined> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const { status, stdout, stderr } = await effects.docker.exec(container, {
      argv: command,
      signal: AbortSignal.any([signal, limit]),
    });
    if (status === 0) return undefined;
    const shown = hidePlanSecrets(`${stdout}\n${stderr}`, plan);
    const words = shown.trim().split("\n").at(-1) ?? "";
    return words === "" ? `status ${status}` : `status ${status}: ${words.slice(0, 300)}`;
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return `no end within ${timeoutMs / 1000} s`;
    // A container that is not running yet, or not any more, which its exit tells.
    if (error instanceof DockerError) return error.message;
    throw error;
  }
}
