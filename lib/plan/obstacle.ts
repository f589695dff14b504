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

/** Fails with every obstacle that there is, each told once. @throws {LumaError} Where there is one. */
export function refuseAll(
  obstacles: readonly Obstacle[],
  { apps, server }: { readonly apps: readonly string[]; readonly server: string },
): void {
  if (obstacles.length === 0) return;
  const names = apps.map((app) => `"${app}"`).join(", ");
  const messages = new Set(obstacles.map(({ message }) => message));
  const hints = new Set(obstacles.map(({ hint }) => hint));
  throw new LumaError(`Cannot deploy ${names} on ${server}: ${[...messages].join("; ")}`, {
    hint: [...hints].join("\n"),
  });
}
