/**
 * Prints the plan of a service as text, for people and for tests.
 *
 * Pure. The rule: as the plan of an app; a change that is not applied is said, with what to type.
 *
 * @module
 */
import { formatSteps } from "../plan/format_plan.ts";
import type { ServicePlan } from "./types.ts";

const WORDS: Readonly<Record<Exclude<ServicePlan["action"], "none">, string>> = {
  create: "to be created",
  start: "to be started",
  replace: "to be replaced, with a gap",
  repair: "to be repaired",
};

/** The plan, a line a step, without a line end. */
export function formatServicePlan(plan: ServicePlan): string {
  return [`[${plan.server}] service ${plan.app}: ${describePlan(plan)}`, ...formatSteps(plan)]
    .join("\n");
}

function describePlan({ action, app, pending, causes }: ServicePlan): string {
  if (action !== "none") return `${WORDS[action]}: ${causes.join(", ")}`;
  return pending.length === 0
    ? "nothing to do"
    : `left as it is, though ${pending.join(", ")}; to apply that: luma deploy ${app}`;
}
