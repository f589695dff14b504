import assert from "node:assert/strict";
import { test } from "node:test";
import { isDetached } from "../../../lib/state/proxy_namespace.ts";
import { aReplica } from "../../fixtures/server_state.ts";

const PROGRAM = { ...aReplica("blue"), startedAtMs: 2_000 };
const HOLDER = { ...aReplica("blue"), startedAtMs: 1_000 };

test("isDetached() is false for a program that was started after its holder", () => {
  assert.equal(isDetached(PROGRAM, HOLDER), false);
  assert.equal(isDetached(PROGRAM, { ...HOLDER, status: "paused" }), false);
});

test("isDetached() is true for a program whose holder was stopped, or started again", () => {
  assert.equal(isDetached(PROGRAM, { ...HOLDER, status: "exited" }), true);
  assert.equal(isDetached(PROGRAM, { ...HOLDER, startedAtMs: 3_000 }), true);
});

test("isDetached() is false for a program that does not run", () => {
  assert.equal(
    isDetached({ ...PROGRAM, status: "exited" }, { ...HOLDER, status: "exited" }),
    false,
  );
});
