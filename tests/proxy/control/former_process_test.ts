import assert from "node:assert/strict";
import { test } from "node:test";
import type { OperationError } from "../../../proxy/control/failure.ts";
import { obeySuccessor } from "../../../proxy/control/follow_successor.ts";
import { FormerProcesses } from "../../../proxy/control/former_process.ts";
import type { WorkerPoolOptions } from "../../../proxy/control/worker_pool_options.ts";
import { type FromWorker, PROTOCOL } from "../../../proxy/worker/protocol.ts";
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

test("FormerProcesses.follow() tells snapshots to one that speaks the same protocol alone", async () => {
  const { pool } = new FakeChildren({ count: 0 });
  const snapshot = { sequence: 1, routes: [] };
  await pool.start(snapshot);
  const former = new FormerProcesses();
  const { signal } = new AbortController();
  const follow = (protocol?: number) =>
    former.follow(pool, { id: "a", pid: 9, ...(protocol !== undefined && { protocol }) }, signal);
  for (const protocol of [undefined, PROTOCOL + 1]) {
    await assert.rejects(
      follow(protocol).next(),
      (error: OperationError) => error.failure.code === "unknown operation",
    );
  }
  const messages = follow(PROTOCOL);
  assert.deepEqual((await messages.next()).value, { kind: "snapshot", snapshot });
  await messages.return(undefined);
  pool.kill();
});

test("WorkerPool gives a former process up whose counters it cannot read", async () => {
  const { pool, warnings, former, adopted } = await startAdoption({});
  await former.apply();
  await adopted;
  const known = pool.reportNow();
  const { id } = await former.told("report");
  former.say({ kind: "report", id, report: { routes: [] } } as unknown as FromWorker);
  assert.equal(await known, false);
  assert.match(warnings.join(), /^the replaced process 9 is given up: its counters cannot be read/);
  pool.kill();
});

test("obeySuccessor() says that a snapshot was taken up by the last worker, and nothing without any", async () => {
  const { control: { pool }, child } = await startFakeControl();
  const snapshot = { sequence: 2, routes: [] };
  const answer = obeySuccessor({ kind: "snapshot", snapshot }, pool);
  await child.told("snapshot");
  child.say({ kind: "applied", sequence: 2, atMs: 7, inFlight: [] });
  assert.deepEqual(await answer, { kind: "applied", sequence: 2, atMs: 7, inFlight: [] });
  const retired = pool.retire(20_000);
  child.exit(0);
  await retired;
  assert.equal(await obeySuccessor({ kind: "snapshot", snapshot }, pool), undefined);
});
