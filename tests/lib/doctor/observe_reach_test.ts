import assert from "node:assert/strict";
import { test } from "node:test";
import { observeReach, parseReach } from "../../../lib/doctor/observe_reach.ts";
import type { Runner } from "../../../lib/ssh/runner.ts";

test("parseReach() reads addresses and listeners, and does without", () => {
  const text = "addresses=10.0.0.5 fd00::1 \nlisteners=\nLISTEN 0 1 *:80 *:*\n";
  assert.deepEqual(parseReach(text), {
    addresses: ["10.0.0.5", "fd00::1"],
    listeners: "LISTEN 0 1 *:80 *:*\n",
  });
  assert.deepEqual(parseReach("addresses=\n"), { addresses: [] });
});

test("observeReach() measures a command on a connection that stands, and the clocks' difference", async () => {
  let clockMs = 1_000_000;
  const runner: Runner = {
    server: "server",
    run: ({ argv }) => {
      clockMs += 100;
      const stdout = argv[0] === "date" ? "1010\n" : "addresses=10.0.0.5\n";
      return Promise.resolve({ status: 0, stdout, stderr: "" });
    },
    close: () => Promise.resolve(),
  };
  const { signal } = new AbortController();
  const known = ["203.0.113.7"];
  assert.deepEqual(await observeReach(runner, { known, now: () => clockMs, signal }), {
    roundTripMs: 100,
    clockAheadMs: 10_350,
    addresses: ["203.0.113.7", "10.0.0.5"],
  });
});
