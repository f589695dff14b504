import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeChild, startFakeControl } from "./fixtures/fake_child.ts";

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
