import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAgo, formatDurations } from "../../../lib/report/format_durations.ts";
import { aReceipt } from "../../fixtures/receipt.ts";

test("formatDurations() prints seconds, the sum first", () => {
  assert.equal(
    formatDurations(aReceipt().durations),
    "Took 6.9 s: prepare 0.5, start 0.4, health 0.3, switch 0.2, watch 3.0, drain 0.1, stop 2.0, " +
      "cleanup 0.4",
  );
});

test("formatAgo() uses the largest unit that fits", () => {
  const cases: readonly (readonly [number, string])[] = [
    [-5_000, "just now"],
    [999, "just now"],
    [1_000, "1 second ago"],
    [59_999, "59 seconds ago"],
    [600_000, "10 minutes ago"],
    [3_600_000, "1 hour ago"],
    [86_400_000 * 2 + 1, "2 days ago"],
  ];
  for (const [ms, text] of cases) assert.equal(formatAgo(ms), text);
});
