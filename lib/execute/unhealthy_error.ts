/**
 * Makes the error of a health check over HTTP that failed.
 *
 * The rule: what the replica listens on is looked at while it still runs, and only where that explains
 * something.
 *
 * @module
 */
import type { CheckEvent, HealthOptions } from "../../proxy/api.ts";
import type { Step } from "../plan/types.ts";
import { adviseUnhealthy } from "./advise_unhealthy.ts";
import { findListeners } from "./find_listeners.ts";
import { DeploymentError, type Execution } from "./types.ts";

/** A replica that did not become healthy. */
export type Unhealthy = Extract<CheckEvent, { readonly kind: "unhealthy" }>;

/** What came of a check. */
export interface FailedCheck {
  readonly health: HealthOptions;
  readonly healthy: number;
  readonly unhealthy: readonly Unhealthy[];
}

/** The error, with every replica's last failure and what to do about the first one. */
export async function unhealthyError(
  step: Extract<Step, { readonly kind: "check-health" }>,
  { health, healthy, unhealthy }: FailedCheck,
  { base, effects, signal }: Execution,
): Promise<DeploymentError> {
  const { replicas, budgetMs } = step;
  const [first] = unhealthy;
  const kind = first?.failure?.kind;
  const listeners = first !== undefined && (kind === "refused" || kind === "no connection")
    ? await findListeners(effects.docker, first.name, signal)
    : undefined;
  const endpoint = replicas.find(({ container }) => container === first?.name)?.endpoint;
  const count = `${healthy} of ${replicas.length} replicas healthy in ${budgetMs / 1000} s`;
  return new DeploymentError(
    `Health check of "${base.app}" failed on ${base.server}: ${count}`,
    {
      hint: adviseUnhealthy({
        health,
        port: health.port ?? endpoint?.port ?? 80,
        budgetMs,
        ...(first?.failure === undefined ? {} : { failure: first.failure }),
        ...(listeners === undefined ? {} : { listeners }),
      }),
      evidence: unhealthy.map(({ name, error, attempts }) =>
        `${name}: ${error} (${attempts === 1 ? "1 attempt" : `${attempts} attempts`})`
      ),
    },
  );
}
