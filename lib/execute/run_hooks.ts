/**
 * Calls the checks that a caller adds to a deployment: before the switch, and before the confirm.
 *
 * The rule: a check that throws fails the deployment as a step would; a new replica that exits, or an
 * interruption, ends the wait for a check that does not end by itself.
 *
 * @module
 */
import { LumaError, messageOf } from "../error.ts";
import type { CheckedReplica } from "../plan/types.ts";
import { withEvidence } from "./collect_evidence.ts";
import { hidePlanSecrets } from "./hide_plan_secrets.ts";
import { watchForExit } from "./watch_for_exit.ts";
import { DeploymentError, type Effects, type Execution } from "./types.ts";

/** The checks, by their name, with how people call them. */
const NAMES = {
  beforeCommit: "check before the switch",
  beforeConfirm: "check before the confirm",
} as const satisfies Partial<Record<keyof Effects, string>>;

/**
 * Calls the check called `name`, where there is one and the plan brings a new color into use.
 *
 * @throws {DeploymentError} When the check throws, or a new replica exits meanwhile.
 */
export async function runHook(name: keyof typeof NAMES, execution: Execution): Promise<void> {
  const { effects, plan, signal, base } = execution;
  const hook = effects[name];
  if (hook === undefined || plan.to === undefined) return;
  const replicas = newReplicas(execution);
  const ended = new AbortController();
  const inner = { ...execution, signal: AbortSignal.any([signal, ended.signal]) };
  try {
    await Promise.race([
      hook(plan, inner.signal).catch((cause) => {
        throw new DeploymentError(
          `The ${NAMES[name]} of "${base.app}" on ${base.server} failed: ${
            hidePlanSecrets(messageOf(cause), plan)
          }`,
          {
            cause,
            evidence: cause instanceof DeploymentError ? cause.evidence : [],
            hint: cause instanceof LumaError && cause.hint !== undefined
              ? cause.hint
              : "Everything is as it was; the check is the script's own",
          },
        );
      }),
      watchForExit(
        { replicas, deployment: plan.deployment, inUse: name === "beforeConfirm" },
        inner,
      ),
      rejectOnAbort(inner.signal),
    ]);
  } catch (error) {
    signal.throwIfAborted();
    throw await withEvidence(error, replicas.map(({ container }) => container), execution);
  } finally {
    ended.abort();
  }
}

/** The replicas that this plan made, as its health check names them. */
function newReplicas({ plan }: Execution): readonly CheckedReplica[] {
  return plan.steps.flatMap((step) =>
    step.kind === "check-health" && step.deployment === plan.deployment ? step.replicas : []
  );
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
  });
}
