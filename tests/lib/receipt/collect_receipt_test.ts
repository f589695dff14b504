import assert from "node:assert/strict";
import { test } from "node:test";
import { createReceiptCollector } from "../../../lib/receipt/collect_receipt.ts";
import type { Event } from "../../../lib/report/events.ts";
import { aReceipt } from "../../fixtures/receipt.ts";

const AT = { server: "server", app: "blog" } as const;
const { durations: _durations, outcome: _outcome, ...HEAD } = aReceipt();

function collect(events: readonly Event[], totalMs = 1_000) {
  const collector = createReceiptCollector(HEAD);
  events.forEach((event) => collector.add(event));
  return collector.finish({ outcome: "deployed" }, totalMs);
}

function done(step: Extract<Event, { kind: "step done" }>["step"], tookMs: number): Event {
  return { kind: "step done", ...AT, step, phase: "prepare", tookMs };
}

test("createReceiptCollector() sums steps by what the time was spent on, and rounds", () => {
  const { durations } = collect([
    done("create-replica", 100.4),
    done("start-replica", 50),
    done("check-health", 200),
    done("add-alias", 30),
    done("switch", 20),
    done("drain", 10),
    done("stop-container", 5),
    done("remove-container", 4),
  ], 500);
  assert.deepEqual(durations, {
    prepare: 81,
    start: 150,
    health: 200,
    switch: 50,
    watch: 0,
    drain: 10,
    stop: 5,
    cleanup: 4,
    total: 500,
  });
});

test("createReceiptCollector() keeps what was counted at the switch, in the watch and in the drain", () => {
  const cut = [{ method: "GET", path: "/slow", ageMs: 9, kind: "request" }] as const;
  const receipt = collect([
    { kind: "switched", ...AT, to: "green", generation: 2, inFlight: 3, workers: 1 },
    { kind: "watched", ...AT, requests: 40, failed: 1, judged: true },
    { kind: "drained", ...AT, completed: 2, closed: [], cut, tookMs: 5 },
  ]);
  assert.equal(receipt.inFlightAtSwitch, 3);
  assert.deepEqual(receipt.watched, { requests: 40, failed: 1, judged: true });
  assert.deepEqual([receipt.drained, receipt.cut], [2, cut]);
});

test("createReceiptCollector() keeps why the proxy switched back", () => {
  const failure = { requests: 8, failed: 6, share: 0.75, oldShare: 0, examples: ["GET /: 500"] };
  const receipt = collect([{ kind: "switched back", ...AT, reason: "6 of 8 failed", failure }]);
  assert.deepEqual(receipt.failure, failure);
});

test("createReceiptCollector() never tells a negative time", () => {
  assert.equal(collect([done("drain", 2_000)], 1_000).durations.prepare, 0);
});
