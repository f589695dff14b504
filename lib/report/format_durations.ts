/**
 * Prints how long things took, and how long ago they were.
 *
 * Pure. The rule: one unit where one is enough.
 *
 * @module
 */
import type { Durations } from "../receipt/receipt.ts";

/** `Took 6.9 s: prepare 0.5, start 0.4, health 0.3, …`, in seconds. */
export function formatDurations(durations: Durations): string {
  const { total, ...parts } = durations;
  const list = Object.entries(parts).map(([name, ms]) => `${name} ${seconds(ms)}`);
  return `Took ${seconds(total)} s: ${list.join(", ")}`;
}

/** `5 minutes ago`. */
export function formatAgo(ms: number): string {
  const units = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000], [
    "second",
    1_000,
  ]] as const;
  for (const [name, length] of units) {
    const count = Math.floor(ms / length);
    if (count >= 1) return `${count} ${name}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
