import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { identifyProcess, isProcessAlive } from "../../../lib/lock/this_process.ts";

test("isProcessAlive() tells a process that runs from one that is gone", async () => {
  assert.equal(isProcessAlive(process.pid), true);
  const child = spawn("true", { stdio: "ignore" });
  await once(child, "close");
  assert.equal(isProcessAlive(child.pid ?? 0), false);
});

test("isProcessAlive() is false for a process that ended and that nobody asked about", async () => {
  if (process.platform !== "linux") return;
  // The shell becomes a program that never asks how its child ended.
  const parent = spawn("sh", ["-c", "sleep 0.3 & echo $!; exec sleep 60"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = await once(parent.stdout, "data");
  const pid = Number(String(line));
  try {
    while (isProcessAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
    process.kill(pid, 0);
  } finally {
    parent.kill();
  }
});

test("identifyProcess() names its user, its host, and itself by a new token each time", () => {
  const [first, second] = [identifyProcess(), identifyProcess()];
  assert.notEqual(first.owner, "unknown");
  assert.equal(first.pid, process.pid);
  assert.match(first.token, /^[0-9a-f]{32}$/);
  assert.notEqual(first.token, second.token);
  assert.equal(first.hostId, second.hostId);
});
