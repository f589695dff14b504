import assert from "node:assert/strict";
import { test } from "node:test";
import { readWatch } from "../../../lib/commands/watch_status.ts";

test("readWatch() takes an interval, and a word that is none as an app", () => {
  assert.deepEqual(readWatch(["blog"], true), { apps: ["blog"], everyMs: 2_000 });
  assert.deepEqual(readWatch(["blog"], "10s"), { apps: ["blog"], everyMs: 10_000 });
  assert.deepEqual(readWatch([], "5"), { apps: [], everyMs: 5_000 });
  assert.deepEqual(readWatch(["api"], "blog"), { apps: ["blog", "api"], everyMs: 2_000 });
  assert.throws(() => readWatch([], "100ms"), { message: /too often/, exitCode: 2 });
});
