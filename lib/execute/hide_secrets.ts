/**
 * Takes the secrets of an app out of what its containers wrote.
 *
 * Pure. The rule: an app may print its own secrets; luma's errors, events and receipts must not.
 *
 * @module
 */
import type { Plan } from "../plan/types.ts";

/** Shorter lines of a secret are in every text by chance. */
const SHORTEST = 4;

/** The lines of the secrets that a plan's replicas are created with, longest first. */
export function secretsOf(plan: Plan): readonly string[] {
  const values = plan.steps.flatMap((step) =>
    step.kind === "create-replica"
      ? Object.values(step.spec.secrets).map((secret) => secret.reveal())
      : []
  );
  const lines = values.flatMap((value) => value.split(/\r?\n/)).map((line) => line.trim());
  return [...new Set(lines)]
    .filter((line) => line.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
}

/** The text, with `[secret]` for each of `secrets`. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}
