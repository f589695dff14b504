/**
 * What stands in the way of a deployment, or of a setup.
 *
 * The rule: an obstacle is found before anything is changed, and told with what to do about it.
 *
 * @module
 */
import { LumaError } from "../error.ts";

/** Why a deployment cannot be begun. */
export interface Obstacle {
  readonly message: string;
  readonly hint: string;
}

/** Fails with every obstacle that there is. @throws {LumaError} Where there is one. */
export function refuseAll(
  obstacles: readonly Obstacle[],
  { app, server }: { readonly app: string; readonly server: string },
): void {
  if (obstacles.length === 0) return;
  throw new LumaError(
    `Cannot deploy "${app}" on ${server}: ${obstacles.map(({ message }) => message).join("; ")}`,
    { hint: obstacles.map(({ hint }) => hint).join("\n") },
  );
}
