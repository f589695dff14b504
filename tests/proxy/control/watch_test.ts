import assert from "node:assert/strict";
import { test } from "node:test";
import { formatWatchFailure, judgeWatch } from "../../../proxy/control/watch.ts";

const WATCH = { durationMs: 3_000, minFailures: 5, minShare: 0.2, oldShare: 0 };

/** Requests, failed, share of the old color, elapsed milliseconds; the verdict. */
const CASES: readonly (readonly [number, number, number, number, string])[] = [
  [0, 0, 0, 0, "watching 3000"],
  [100, 0, 0, 2_999, "watching 1"],
  [100, 0, 0, 3_000, "passed"],
  [0, 0, 0, 3_000, "passed unjudged"],
  [4, 4, 0, 3_000, "passed unjudged"],
  [4, 4, 0, 100, "watching 2900"],
  [5, 5, 0, 100, "failed"],
  [25, 5, 0, 100, "failed"],
  [26, 5, 0, 100, "watching 2900"],
  [100, 20, 0, 100, "failed"],
  [100, 19, 0, 3_000, "passed"],
  [100, 20, 0.1, 100, "failed"],
  [100, 20, 0.11, 3_000, "passed"],
  [100, 90, 0.5, 3_000, "passed"],
  [100, 100, 0.5, 3_000, "failed"],
  [10, 10, 0, 60_000, "failed"],
];

for (const [requests, failed, oldShare, elapsedMs, expected] of CASES) {
  const name = `${failed} of ${requests} failed after ${elapsedMs} ms, ${oldShare} before`;
  test(`judgeWatch() says "${expected}", when ${name}`, () => {
    const counts = { requests, failed, examples: [] };
    const verdict = judgeWatch({ ...WATCH, oldShare }, counts, elapsedMs);
    const told = verdict.kind === "watching"
      ? `watching ${verdict.leftMs}`
      : verdict.kind === "passed" && !verdict.judged
      ? "passed unjudged"
      : verdict.kind;
    assert.equal(told, expected);
  });
}

test("formatWatchFailure() tells counts and shares", () => {
  const failure = { requests: 40, failed: 12, share: 0.3, oldShare: 0.01, examples: [] };
  assert.equal(formatWatchFailure(failure), "12 of 40 requests failed (30 %; 1 % before)");
});
