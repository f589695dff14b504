/**
 * The steps that only services have.
 *
 * The rule: as every step, each is one effect; none of them removes a volume that holds data.
 *
 * @module
 */
import type { ContainerSpec } from "../docker/types.ts";
import type { StepBase } from "./step_base.ts";

/** One effect on a service. */
export type ServiceStep =
  | StepBase & { readonly kind: "create-service"; readonly spec: ContainerSpec }
  | StepBase & { readonly kind: "start-service"; readonly container: string }
  /** Removes a container of a service, and none of its volumes. */
  | StepBase & { readonly kind: "remove-service"; readonly service: string }
  | StepBase & { readonly kind: "rename-service"; readonly service: string; readonly to: string }
  /** Removes `failed`, and starts the container that it was to replace. */
  | StepBase & {
    readonly kind: "put-back";
    readonly former: string;
    readonly failed: string;
    /** Milliseconds until its HEALTHCHECK must be good; none where its image has none. */
    readonly healthyWithinMs?: number;
  };

/** The name of a kind of step that only services have. */
export type ServiceStepKind =
  | "create-service"
  | "start-service"
  | "remove-service"
  | "rename-service"
  | "put-back";

const KINDS: ReadonlySet<string> = new Set<ServiceStepKind>([
  "create-service",
  "start-service",
  "remove-service",
  "rename-service",
  "put-back",
]);

/** Whether only services have a step. */
export function isServiceStep(step: StepBase & { readonly kind: string }): step is ServiceStep {
  return KINDS.has(step.kind);
}

/** What a step acts on. */
export function describeServiceStep(step: ServiceStep): string {
  switch (step.kind) {
    case "create-service":
      return step.spec.name;
    case "start-service":
      return step.container;
    case "remove-service":
      return `${step.service}, not its volumes`;
    case "rename-service":
      return `${step.service} to ${step.to}`;
    case "put-back":
      return `${step.former}, instead of ${step.failed}`;
  }
}
