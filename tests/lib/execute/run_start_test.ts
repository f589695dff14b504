import assert from "node:assert/strict";
import { test } from "node:test";
import { runStartAgain } from "../../../lib/execute/run_start.ts";
import { type Execution, newProgress } from "../../../lib/execute/types.ts";
import { fakeServer } from "../../fixtures/fake_server.ts";

test("runStartAgain() waits for the end only of containers whose stop was interrupted", async () => {
  const { effects, calls } = fakeServer();
  const progress = newProgress();
  progress.stopping.set("blog-blue-1", 30_000);
  const execution = { effects, progress, signal: new AbortController().signal };
  await runStartAgain({
    phase: "cleanup",
    cause: "it failed",
    kind: "start-again",
    containers: ["blog-blue-1", "blog-blue-2"],
  }, execution as unknown as Execution);
  assert.deepEqual([...calls].sort(), [
    "start blog-blue-1",
    "start blog-blue-2",
    "stop blog-blue-1",
  ]);
  assert.ok(calls.indexOf("stop blog-blue-1") < calls.indexOf("start blog-blue-1"));
  assert.equal(progress.stopping.size, 0);
});
