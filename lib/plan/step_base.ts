/**
 * What the steps of all plans have, an app's as a service's.
 *
 * @module
 */

/** When a step happens: before, at, or after the moment that visitors can see. */
export type Phase = "prepare" | "commit" | "cleanup";

/** What every step has. */
export interface StepBase {
  readonly phase: Phase;
  /** Why: `image changed`, `left by an interrupted deployment`. */
  readonly cause: string;
}
