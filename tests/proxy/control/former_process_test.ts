import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkerPoolOptions } from "../../../proxy/control/worker_pool_options.ts";
import { FakeChild, FakeChildren, startFakeControl } from "./fixtures/fake_child.ts";

/** A pool without workers of its own, and a former process that it begins to take up. */
async function startAdoption(options: Partial<WorkerPoolOptions>) {
  const { pool, warnings } = new FakeChildren({ ...options, count: 0 });
  await pool.start({ sequence: 1, routes: [] });
  const former = new FakeChild(9);
  return { pool, warnings, former, adopted: pool.adopt(former) };
}

test(
  "WorkerPool.reportNow() does not know what a former process answers, until that one has taken up a snapshot",
  async () => {
    const { control: { pool }, child } = await startFakeControl();
    const former = new FakeChild(9);
    const adopted = pool.adopt(former);
    const early = pool.reportNow();
    await child.report([]);
    assert.equal(await early, false);
    await former.apply();
    await adopted;
    const late = pool.reportNow();
    await Promise.all([child.report([]), former.report([])]);
    assert.equal(await late, true);
    pool.kill();
  },
);

test("WorkerPool gives a former process twice the time of a worker to take up a snapshot", async () => {
  const { pool, warnings, adopted } = await startAdoption({ applyTimeoutMs: 20 });
  await adopted;
  assert.deepEqual(warnings, [
    "the replaced process 9 is given up: it did not take up snapshot 1 within 0.04 s",
  ]);
  pool.kill();
});

test("WorkerPool gives a former process up that does not answer for twice the time of a worker", async () => {
  let nowMs = 0;
  const monotonicNow = () => nowMs;
  const limits = { answerTimeoutMs: 1, hungTimeoutMs: 10_000 };
  const { pool, warnings, former, adopted } = await startAdoption({ ...limits, monotonicNow });
  await former.apply();
  await adopted;
  nowMs = 19_999;
  await pool.report();
  assert.deepEqual(warnings, []);
  nowMs = 20_000;
  await pool.report();
  assert.deepEqual(warnings, ["the replaced process 9 is given up: it did not answer for 20 s"]);
  pool.kill();
});

test("WorkerPool.reportNow() waits a moment for a former process that is gone to follow again", async () => {
  let nowMs = 0;
  const { pool, former, adopted } = await startAdoption({ monotonicNow: () => nowMs });
  await former.apply();
  await adopted;
  former.exit(null, "it is gone");
  assert.equal(await pool.reportNow(), false);
  nowMs = 1_000;
  assert.equal(await pool.reportNow(), true);
  pool.kill();
});
