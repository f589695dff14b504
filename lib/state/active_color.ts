/**
 * Decides which color of an app is in use.
 *
 * Pure. The rule is DESIGN's table of evidence, top first: the proxy, the alias, the older one.
 *
 * @module
 */
import type { Color } from "../../proxy/api.ts";
import type { ReplicaState } from "./types.ts";

/** What is known about the two colors of an app. */
export interface ColorEvidence {
  /** The color of the proxy's current generation, where the proxy knows the app. */
  readonly routed?: Color;
  readonly blue: readonly ReplicaState[];
  readonly green: readonly ReplicaState[];
}

/** The other color. */
export function otherColor(color: Color): Color {
  return color === "blue" ? "green" : "blue";
}

/**
 * The color that is in use.
 *
 * @returns None where nothing of the app can be in use: nothing is there, or only what never ran.
 */
export function getCurrentActiveColor(evidence: ColorEvidence): Color | undefined {
  if (evidence.routed !== undefined) return evidence.routed;
  const { blue, green } = evidence;
  if (holdsAlias(blue) && holdsAlias(green) && isRunning(blue) !== isRunning(green)) {
    // In place, the old color keeps its alias when it is stopped.
    return isRunning(blue) ? "blue" : "green";
  }
  return pickOlder(blue, green, holdsAlias) ?? pickOlder(blue, green, isRunning);
}

function pickOlder(
  blue: readonly ReplicaState[],
  green: readonly ReplicaState[],
  counts: (replicas: readonly ReplicaState[]) => boolean,
): Color | undefined {
  if (!counts(blue)) return counts(green) ? "green" : undefined;
  if (!counts(green)) return "blue";
  return deploymentOf(green) < deploymentOf(blue) ? "green" : "blue";
}

function holdsAlias(replicas: readonly ReplicaState[]): boolean {
  return replicas.length > 0 && replicas.every((replica) => replica.holdsAlias);
}

function isRunning(replicas: readonly ReplicaState[]): boolean {
  return replicas.some(({ container }) => container.status === "running");
}

/** The newest deployment among replicas; empty where there are none. Ids sort by time. */
export function deploymentOf(replicas: readonly ReplicaState[]): string {
  return replicas.reduce((newest, { deployment }) => deployment > newest ? deployment : newest, "");
}
