import assert from "node:assert/strict";
import { test } from "node:test";
import { planRetire } from "../../../lib/plan/plan_retire.ts";
import { readAppState } from "../../../lib/state/app_state.ts";
import type { Container } from "../../../lib/docker/types.ts";
import { anApp, aReplica, aServer } from "../../fixtures/server_state.ts";

function kinds(containers: readonly Container[], routed = true): readonly string[] {
  const { blue } = readAppState(aServer(containers), "site", "blog");
  const steps = planRetire(blue, {
    project: "site",
    app: anApp(),
    phase: "cleanup",
    cause: "new color in use",
    routed,
  });
  return steps.map(({ kind }) => kind);
}

test("planRetire() takes alias, requests and containers away, in this order", () => {
  assert.deepEqual(kinds([aReplica("blue")]), [
    "drop-alias",
    "drain",
    "stop-container",
    "remove-container",
  ]);
});

test("planRetire() only removes what was stopped by hand", () => {
  assert.deepEqual(kinds([aReplica("blue", { status: "exited" })], false), ["remove-container"]);
});

test("planRetire() takes the alias from a replica that is paused: clients still find it", () => {
  assert.deepEqual(kinds([aReplica("blue", { status: "paused" })], false), [
    "drop-alias",
    "stop-container",
    "remove-container",
  ]);
});

test("planRetire() plans nothing for a color that has no replicas", () => {
  assert.deepEqual(kinds([]), []);
});
