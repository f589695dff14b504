/**
 * Prints what an app is being asked for, from two looks at the proxy's counters.
 *
 * Pure. The rule: counters begin anew with a switch; a rate is told only where they went on.
 *
 * @module
 */
import type { AppStatus } from "./app_status.ts";

/** A look, and when it was. */
export interface TrafficLook {
  readonly status: AppStatus;
  /** By a clock that only goes forward. */
  readonly atMs: number;
}

/** `12.4 requests/s, 3 in flight`; none where the proxy does not serve the app. */
export function formatTraffic(look: TrafficLook, before?: TrafficLook): string | undefined {
  const now = look.status.traffic;
  if (now === undefined) return undefined;
  const rate = readRate(look, before);
  const parts = [
    ...(rate === undefined ? [] : [`${rate.toFixed(rate < 100 ? 1 : 0)} requests/s`]),
    `${now.inFlight} in flight`,
    ...(now.streams > 0 ? [`${now.streams} stream${now.streams === 1 ? "" : "s"} open`] : []),
    ...(now.failed > 0 ? [`${now.failed} failed since the switch`] : []),
  ];
  return parts.join(", ");
}

function readRate(look: TrafficLook, before: TrafficLook | undefined): number | undefined {
  const then = before?.status.traffic;
  if (before === undefined || then === undefined || look.status.traffic === undefined) {
    return undefined;
  }
  const requests = look.status.traffic.requests - then.requests;
  const seconds = (look.atMs - before.atMs) / 1000;
  return requests < 0 || seconds <= 0 ? undefined : requests / seconds;
}
