/**
 * What luma does where Deno gives it fewer rights than everything.
 *
 * @module
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a program under Deno with the given rights, and returns what it printed. */
async function runLimited(rights: readonly string[], code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "luma-rights-"));
  try {
    await writeFile(join(folder, "program.ts"), code.replaceAll("ROOT/", pathToFileURL(ROOT).href));
    const deno = join(ROOT, "node_modules/.bin/deno");
    const args = ["run", "--no-prompt", "--quiet", ...rights, join(folder, "program.ts")];
    return await new Promise((resolve) => {
      execFile(deno, args, (_error, stdout, stderr) => resolve((stdout + stderr).trim()));
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("isProcessAlive() takes a process that it may not ask about for alive", async () => {
  const code = `import { isProcessAlive } from "ROOT/lib/lock/this_process.ts";
console.log(isProcessAlive(${process.pid}));`;
  assert.equal(await runLimited(["--allow-read"], code), "true");
});

test("spawnCommand() ends a command in time, though it may not signal its group", async () => {
  const code = `import { spawnCommand } from "ROOT/lib/ssh/spawn.ts";
await spawnCommand({ argv: ["sleep", "60"], timeoutMs: 100 }).catch(({ name, kind }) => {
  console.log(name, kind);
});`;
  const rights = ["--allow-read", "--allow-env", "--allow-sys", "--allow-run=sleep"];
  assert.equal(await runLimited(rights, code), "RunnerError timed-out");
});
