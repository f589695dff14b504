/**
 * Says what the next deployment of an app does with what an interrupted one left.
 *
 * Pure. The rule: it is read from the very steps that the deployment would begin with.
 *
 * @module
 */
import type { AppConfig } from "../config/types.ts";
import { planRepair } from "../plan/plan_repair.ts";
import type { Step } from "../plan/types.ts";
import type { AppState } from "../state/types.ts";

/** In words that follow "luma deploy blog …"; none where nothing is left. */
export function describeRepair(state: AppState, app: AppConfig): readonly string[] {
  const steps = planRepair(state, state.project, app);
  const named = (kind: "remove-container" | "stop-container") =>
    steps.flatMap((step) => step.kind === kind ? [step.container] : []);
  const stopped = named("stop-container");
  const removed = named("remove-container").filter((name) => !stopped.includes(name));
  const has = (kind: Step["kind"]) => steps.some((step) => step.kind === kind);
  return [
    ...(has("switch-back") ? ["goes back to the version before"] : []),
    ...(has("confirm") ? ["watches the version in use, and confirms it"] : []),
    ...(stopped.length > 0
      ? [`lets ${stopped.join(", ")} answer what it has begun, and stops it`]
      : []),
    ...(removed.length > 0 ? [`removes ${removed.join(", ")}`] : []),
  ];
}
