import assert from "node:assert/strict";
import { test } from "node:test";
import { lumaWords } from "../../../lib/cron/luma_words.ts";

const MODULE = "file:///src/lib/cron/cron_host.ts";

test("lumaWords() is the executable itself, or the runtime with the script", () => {
  const moduleUrl = "file:///$bunfs/root/chunk.js";
  const execPath = "/usr/bin/luma";
  const facts = { execPath, script: "/$bunfs/root/luma", isDeno: false };
  assert.deepEqual(lumaWords({ ...facts, moduleUrl }), ["/usr/bin/luma"]);
  const bun = { moduleUrl: MODULE, execPath: "/usr/bin/bun", script: "/src/cli.ts" };
  assert.deepEqual(lumaWords({ ...bun, isDeno: false }), ["/usr/bin/bun", "/src/cli.ts"]);
  assert.deepEqual(lumaWords({ ...bun, execPath: "/usr/bin/deno", isDeno: true }), [
    ...["/usr/bin/deno", "run", "--allow-all", "--no-prompt", "/src/cli.ts"],
  ]);
});

test("lumaWords() refuses a luma that is no file, and says what to install", () => {
  const facts = { moduleUrl: "https://example.com/lib/x.ts", execPath: "/usr/bin/deno" };
  for (const script of ["https://example.com/mod.ts", undefined]) {
    assert.throws(() => lumaWords({ ...facts, script, isDeno: true }), /does not run from a file/);
  }
});
