import assert from "node:assert/strict";
import { test } from "node:test";
import { refuseAll } from "../../../lib/plan/obstacle.ts";

test("refuseAll() tells every obstacle and every hint once, and of what", () => {
  const full = { message: "The disk is full", hint: "docker system df" };
  const taken = { message: "Port 80 is taken", hint: "Stop it" };
  assert.throws(() => refuseAll([full, taken, full], { apps: ["db", "cache"], server: "web1" }), {
    message: 'Cannot deploy "db", "cache" on web1: The disk is full; Port 80 is taken',
    hint: "docker system df\nStop it",
  });
  refuseAll([], { apps: [], server: "web1" });
});
