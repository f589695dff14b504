/**
 * Makes a plan fit to be printed as JSON.
 *
 * Pure. The rule: names of variables, and no values.
 *
 * @module
 */
import type { Plan } from "./types.ts";

/** Secrets print as `[secret]` by themselves; plain values are left out, for they may be long. */
export function withoutValues({ secrets: _secrets, ...plan }: Plan): object {
  const steps = plan.steps.map((step) =>
    "spec" in step
      ? { ...step, spec: { ...step.spec, environment: Object.keys(step.spec.environment) } }
      : step
  );
  return { ...plan, steps };
}
