import assert from "node:assert/strict";
import { test } from "node:test";
import {
  planSelfCommand,
  selfEnvironment,
  workerEnvironment,
} from "../../../proxy/control/self_command.ts";

test("planSelfCommand() starts a script with Bun", () => {
  const facts = { execPath: "/bin/bun", script: "/src/luma_proxy.ts", isDeno: false };
  assert.deepEqual(planSelfCommand(facts), ["/bin/bun", "/src/luma_proxy.ts"]);
});

test("planSelfCommand() starts a script with Deno", () => {
  const facts = { execPath: "/bin/deno", script: "/src/luma_proxy.ts", isDeno: true };
  assert.deepEqual(planSelfCommand(facts), ["/bin/deno", "run", "-A", "/src/luma_proxy.ts"]);
});

for (const script of ["/$bunfs/root/luma", "B:/~BUN/root/luma.exe", "B:\\~BUN\\root\\luma.exe"]) {
  test(`planSelfCommand() starts a compiled executable alone, with its prefix: ${script}`, () => {
    const facts = { execPath: "/usr/bin/luma", script, isDeno: false };
    assert.deepEqual(planSelfCommand(facts, ["luma-proxy"]), ["/usr/bin/luma", "luma-proxy"]);
  });
}

test("selfEnvironment() drops what changes how a compiled executable starts", () => {
  const env = { BUN_OPTIONS: "--preload x", BUN_BE_BUN: "1", PATH: "/bin" };
  assert.deepEqual(selfEnvironment(env), { PATH: "/bin" });
});

test("workerEnvironment() sets the room for new objects, unless the user did", () => {
  assert.deepEqual(workerEnvironment({ PATH: "/bin", BUN_BE_BUN: "1" }), {
    PATH: "/bin",
    BUN_JSC_largeHeapSize: "33554432",
  });
  assert.equal(workerEnvironment({ BUN_JSC_largeHeapSize: "1" })["BUN_JSC_largeHeapSize"], "1");
});
