import assert from "node:assert/strict";
import { test } from "node:test";
import type { DrainEvent } from "../../../proxy/api.ts";
import type { Control } from "../../../proxy/control/control.ts";
import { drainOperation } from "../../../proxy/control/drain_operation.ts";
import { startFakeControl } from "./fixtures/fake_child.ts";
import { report } from "./fixtures/requests.ts";

function drain(control: Control, timeoutMs: number): AsyncGenerator<DrainEvent> {
  const times = { timeoutMs, streamTimeoutMs: timeoutMs };
  const request = { project: "shop", app: "blog", color: "blue", ...times } as const;
  return drainOperation(control, request, new AbortController().signal);
}

test("drainOperation() does not believe an answer that was asked for before", async () => {
  const { control, child } = await startFakeControl();
  control.pool.report();
  const before = await child.told("report");
  const first = drain(control, 60_000).next();
  child.answerReport(before, []);
  await child.report([report({ inFlight: 1 })]);
  const event = (await first).value;
  assert.ok(event?.kind === "draining");
  assert.equal(event.inFlight, 1);
  control.pool.kill();
});

test("drainOperation() waits for a worker that does not answer, for its own time", async () => {
  const { control } = await startFakeControl({ answerTimeoutMs: 10 });
  const events: DrainEvent[] = [];
  for await (const event of drain(control, 300)) events.push(event);
  const [end, ...more] = events;
  assert.deepEqual(more, []);
  assert.ok(end?.kind === "drained");
  // No more than a slow machine needs: the other clock goes an hour with each look.
  assert.ok(end.tookMs >= 300 && end.tookMs < 3_600_000, `${end.tookMs} ms`);
  control.pool.kill();
});
