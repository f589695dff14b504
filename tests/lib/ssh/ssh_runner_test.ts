/**
 * The SSH runner with an `ssh` that runs on this machine what it is to run on a server.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import type { Runner } from "../../../lib/ssh/runner.ts";
import { createSshRunner } from "../../../lib/ssh/ssh_runner.ts";

const SSH = `#!/bin/sh
[ "$1" = -G ] && exit 0
for last; do :; done
exec sh -c "$last"
`;

async function withRunner(use: (runner: Runner) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-ssh-"));
  await writeFile(join(folder, "ssh"), SSH, { mode: 0o755 });
  const env = { PATH: `${folder}:${process.env["PATH"]}`, XDG_RUNTIME_DIR: folder };
  const runner = createSshRunner({ server: { name: "web1", kind: "ssh", host: "web1" }, env });
  try {
    await use(runner);
  } finally {
    await runner.close();
    await rm(folder, { recursive: true });
  }
}

test("run() runs what is urgent at once, also while as many others run as may", () =>
  withRunner(async (runner) => {
    const end = Promise.withResolvers<void>();
    const full = Promise.withResolvers<void>();
    let running = 0;
    async function* untilTheEnd() {
      await end.promise;
      yield new TextEncoder().encode("\n");
    }
    const stops = Array.from({ length: 7 }, () =>
      runner.run({
        argv: ["sh", "-c", "echo running; cat"],
        stdin: untilTheEnd(),
        onLine: (line) => {
          if (line === "running") running++;
          if (running === 6) full.resolve();
        },
      }));
    await full.promise;
    const renewal = await runner.run({ argv: ["echo", "renewed"], urgent: true });
    assert.equal(renewal.stdout, "renewed\n");
    assert.equal(running, 6);
    end.resolve();
    assert.deepEqual((await Promise.all(stops)).map(({ status }) => status), Array(7).fill(0));
  }));
