import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "../../../proxy/cli/parse_duration.ts";
import { readMilliseconds, ShapeError } from "../../../proxy/control/json_shape.ts";
import { REQUEST_PARSERS } from "../../../proxy/control/parse_request.ts";

const LONGEST_MS = 2_147_483_647;

test("readMilliseconds() takes what no timer can wait as the longest that one can", () => {
  assert.equal(readMilliseconds(5_000, "at"), 5_000);
  assert.equal(readMilliseconds(LONGEST_MS, "at"), LONGEST_MS);
  assert.equal(readMilliseconds(LONGEST_MS + 1, "at"), LONGEST_MS);
  assert.throws(() => readMilliseconds(0, "at", { min: 1 }), ShapeError);
});

test("REQUEST_PARSERS read no time that ends a timer at once", () => {
  const long = Number.MAX_SAFE_INTEGER;
  const health = { intervalMs: long, timeoutMs: long, retries: 1 };
  const endpoints = [{ address: "10.0.0.1", port: 80, name: "a" }];
  const check = REQUEST_PARSERS.check({ endpoints, health, budgetMs: long, everyMs: long });
  assert.deepEqual(
    [check.budgetMs, check.everyMs, check.health.timeoutMs, check.health.intervalMs],
    [LONGEST_MS, LONGEST_MS, LONGEST_MS, LONGEST_MS],
  );
  const key = { project: "shop", app: "blog", color: "blue" };
  const drain = REQUEST_PARSERS.drain({ ...key, timeoutMs: long, streamTimeoutMs: long });
  assert.deepEqual([drain.timeoutMs, drain.streamTimeoutMs], [LONGEST_MS, LONGEST_MS]);
});

test("parseDuration() takes what no timer can wait as the longest that one can", () => {
  assert.equal(parseDuration("1.5m", "timeout"), 90_000);
  assert.equal(parseDuration("1000h", "timeout"), LONGEST_MS);
});
