/**
 * Takes a plan's secrets out of what its containers wrote.
 *
 * Pure. The rule: words are hidden whole, before anything is cut from them: half a secret is not found.
 *
 * @module
 */
import { hideSecrets } from "../config/hide_secrets.ts";
import type { Plan } from "../plan/types.ts";

/** The text, without the secrets of the containers that `plan` makes or looks at. */
export function hidePlanSecrets(text: string, plan: Pick<Plan, "steps" | "secrets">): string {
  return hideSecrets(text, planSecrets(plan));
}

/** The secrets of the containers that `plan` makes or looks at. */
export function planSecrets({ steps, secrets = [] }: Pick<Plan, "steps" | "secrets">): string[] {
  const made = steps.flatMap((step) => "spec" in step ? Object.values(step.spec.secrets) : []);
  return [...made, ...secrets].map((secret) => secret.reveal());
}
