/**
 * Judges a generation that is watched.
 *
 * Pure: same counters, same time, same verdict.
 *
 * @module
 */
import type { WatchFailure } from "../api.ts";
import type { StoredWatch } from "./proxy_state.ts";
import { shareOf } from "./report_ledger.ts";

/** What was counted for the generation since its switch, or since the proxy's start. */
export interface WatchCounts {
  readonly requests: number;
  readonly failed: number;
  readonly examples: readonly string[];
}

/** What the counters say. */
export type Verdict =
  | { readonly kind: "watching"; readonly leftMs: number }
  /** `judged`: whether there were enough requests to fail at all. */
  | { readonly kind: "passed"; readonly judged: boolean }
  | { readonly kind: "failed"; readonly failure: WatchFailure };

/** Judges by what was counted in the first `elapsedMs`. A failure counts also after the time. */
export function judgeWatch(watch: StoredWatch, counts: WatchCounts, elapsedMs: number): Verdict {
  const { durationMs, minFailures, minShare, oldShare } = watch;
  const share = shareOf(counts);
  if (counts.failed >= minFailures && share >= minShare && share >= 2 * oldShare) {
    return { kind: "failed", failure: { ...counts, share, oldShare } };
  }
  if (elapsedMs < durationMs) return { kind: "watching", leftMs: durationMs - elapsedMs };
  return { kind: "passed", judged: counts.requests >= minFailures };
}

/** Why a generation was left, for people: `12 of 40 requests failed (30 %; 0 % before)`. */
export function formatWatchFailure(failure: WatchFailure): string {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const { requests, failed, share, oldShare } = failure;
  return `${failed} of ${requests} requests failed (${percent(share)}; ` +
    `${percent(oldShare)} before)`;
}
