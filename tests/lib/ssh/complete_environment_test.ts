import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { completeEnvironment } from "../../../lib/ssh/complete_environment.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";

const linux = { platform: "linux", findHome: () => "/home/ann" };

test("completeEnvironment() adds folders behind the path that is there, each once", () => {
  assert.equal(
    completeEnvironment({ PATH: "/opt/x:/usr/bin:/bin", HOME: "/h" }, linux)["PATH"],
    "/opt/x:/usr/bin:/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/sbin:/snap/bin:/opt/homebrew/bin",
  );
  assert.match(
    completeEnvironment({}, linux)["PATH"] ?? "",
    /^\/usr\/local\/bin:\/usr\/bin:\/bin:/,
  );
});

test("completeEnvironment() takes the user's home, when there is none or only /", () => {
  for (const HOME of [undefined, "", "/"]) {
    assert.equal(completeEnvironment({ HOME }, linux)["HOME"], "/home/ann");
  }
  assert.equal(completeEnvironment({ HOME: "/other" }, linux)["HOME"], "/other");
  const nowhere = { ...linux, findHome: () => undefined };
  assert.equal(completeEnvironment({ HOME: "/" }, nowhere)["HOME"], "/");
});

test("completeEnvironment() finds the home of this user without asking the environment", async () => {
  const runner = createLocalRunner({ server: "local" });
  const { stdout } = await runner.run({ argv: ["sh", "-c", 'eval echo "~$(id -un)"'] });
  assert.equal(completeEnvironment({ HOME: "/" })["HOME"], stdout.trim());
});

test("completeEnvironment() leaves Windows alone", () => {
  const env = { Path: "C:\\Windows" };
  assert.equal(completeEnvironment(env, { ...linux, platform: "win32" }), env);
});

test("createLocalRunner() finds programs with a path as small as cron's, and tells it when not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "luma-path-"));
  try {
    const program = join(folder, "luma-test-program");
    await writeFile(program, '#!/bin/sh\necho "$PATH"\n');
    await chmod(program, 0o755);
    const env = { PATH: `/nowhere:${folder}`, HOME: "/" };
    const runner = createLocalRunner({ server: "local", env });
    const found = await runner.run({ argv: ["luma-test-program"] });
    assert.match(found.stdout, new RegExp(`^/nowhere:${folder}:/usr/local/bin:`));
    const missing = "luma-no-such-program";
    for (const argv of [[missing], ["sh", "-c", missing]]) {
      const { status, stderr } = await runner.run({ argv });
      assert.equal(status, 127);
      assert.match(stderr, new RegExp(`${missing}: .*not found\\nPATH was /nowhere:${folder}:`));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
