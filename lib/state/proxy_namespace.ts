/**
 * Tells whether luma-proxy's program still lives in its holder's network namespace.
 *
 * Pure. The rule: a holder that was started again has a new namespace; a program that ran before is
 * left in the old one, where it answers its control API and no visitor.
 *
 * @module
 */
import type { Container } from "../docker/types.ts";

/** Whether requests to the holder's ports cannot reach `program`, although it runs. */
export function isDetached(program: Container, holder: Container): boolean {
  if (program.status !== "running") return false;
  if (!isHolding(holder)) return true;
  return program.startedAtMs !== undefined && holder.startedAtMs !== undefined &&
    program.startedAtMs < holder.startedAtMs;
}

/** Whether a holder has a namespace: it does nothing, so one that is paused is as good. */
export function isHolding({ status }: Container): boolean {
  return status === "running" || status === "paused";
}
