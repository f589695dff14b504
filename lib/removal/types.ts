/**
 * What a removal does, as data.
 *
 * The rule: each step is one effect, and does no harm where it was done before.
 *
 * @module
 */
import type { Step, StepBase } from "../plan/types.ts";

/** The kinds of a deployment's steps that a removal takes too. */
const SHARED = [
  "drop-alias",
  "drain",
  "stop-container",
  "remove-container",
  "remove-service",
  "remove-route",
] as const;

/** A step of a deployment that a removal takes too. */
export type SharedStep = Extract<Step, { readonly kind: typeof SHARED[number] }>;

/** One effect of a removal. */
export type RemoveStep =
  | SharedStep
  | StepBase & { readonly kind: "untag-images"; readonly tags: readonly string[] }
  /** A service's container, with volumes that only it tells of: no later run would find them. */
  | StepBase & {
    readonly kind: "remove-with-volumes";
    readonly container: string;
    readonly volumes: readonly string[];
  }
  | StepBase & { readonly kind: "remove-volume"; readonly volume: string }
  /** An absolute path below the server's folder of luma. */
  | StepBase & { readonly kind: "remove-folder"; readonly path: string }
  | StepBase & { readonly kind: "disconnect-proxy"; readonly network: string }
  | StepBase & { readonly kind: "remove-network"; readonly network: string };

/** Whether a deployment's step is one that a removal takes too. */
export function isSharedStep<Any extends { readonly kind: string }>(
  step: Any,
): step is Any & SharedStep {
  return SHARED.some((kind) => kind === step.kind);
}
