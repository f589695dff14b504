import assert from "node:assert/strict";
import { test } from "node:test";
import type { Runner } from "../../../lib/ssh/runner.ts";
import { createRunnerPool } from "../../../lib/ssh/runner_pool.ts";

test("createRunnerPool() shares a runner among a few commands, and opens another for the next", async () => {
  const opened: Runner[] = [];
  let closed = 0;
  const pool = createRunnerPool(() => {
    const runner: Runner = {
      server: `runner ${opened.length + 1}`,
      run: () => Promise.reject(new Error("nothing is run here")),
      close: () => Promise.resolve(void closed++),
    };
    opened.push(runner);
    return runner;
  });
  const held = Promise.withResolvers<void>();
  const used: string[] = [];
  const uses = Array.from({ length: 7 }, () =>
    pool.use(async ({ server }) => {
      used.push(server);
      await held.promise;
    }));
  assert.deepEqual(used, [...Array(5).fill("runner 1"), "runner 2", "runner 2"]);
  held.resolve();
  await Promise.all(uses);
  await pool.use(({ server }) => Promise.resolve(void used.push(server)));
  assert.equal(used.at(-1), "runner 1");
  await pool.close();
  assert.equal(closed, 2);
});
