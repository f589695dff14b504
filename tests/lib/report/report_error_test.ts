import assert from "node:assert/strict";
import { test } from "node:test";
import { LumaError, UsageError } from "../../../lib/error.ts";
import { CleanupError, DeploymentError } from "../../../lib/execute/types.ts";
import { LockHeldError } from "../../../lib/lock/lease_lock.ts";
import { describeError } from "../../../lib/report/report_error.ts";

test("describeError() keeps message, hint and evidence", () => {
  const error = new DeploymentError("Health check failed", { hint: "mend it", evidence: ["boom"] });
  assert.deepEqual(describeError(error, false), {
    kind: "error",
    message: "Health check failed",
    details: ["boom"],
    exitCode: 3,
    hint: "mend it",
  });
});

test("describeError() gives each kind of failure its exit code", () => {
  const codes: readonly (readonly [unknown, number])[] = [
    [new UsageError("no"), 2],
    [new LumaError("no"), 3],
    [new CleanupError("no", { exitCode: 4 }), 4],
    [new LockHeldError("no", { exitCode: 5 }), 5],
    [new TypeError("x is undefined"), 1],
    ["a text that was thrown", 1],
  ];
  for (const [error, code] of codes) assert.equal(describeError(error, false).exitCode, code);
});

test("describeError() calls what nobody expected a bug, with its stack", () => {
  const { message, details, hint } = describeError(new TypeError("x is undefined"), false);
  assert.equal(message, "This is a bug in luma: x is undefined");
  assert.ok(details.some((line) => line.startsWith("at ") || line.includes("report_error_test")));
  assert.match(hint ?? "", /report it/);
});

test("describeError() says of an interruption how to go on", () => {
  const { message, exitCode, hint } = describeError(new Error("Interrupted"), true);
  assert.deepEqual([message, exitCode], ["Interrupted", 130]);
  assert.match(hint ?? "", /luma status/);
});
