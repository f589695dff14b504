/** A whole proxy whose output nobody reads: a log driver that hangs, a pager that waits. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "../engine/test_engine.ts";
import { withDir } from "./fixtures/fake_script.ts";
import { findFreePort, get, startRealProxy, withApp } from "./fixtures/real_proxy.ts";
import { switchRequest } from "./fixtures/requests.ts";

/** Calls `act` until it would have to wait. */
function untilFull(act: () => unknown): void {
  try {
    for (;;) act();
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "EAGAIN");
  }
}

/** All that is in a pipe now. */
function readAll(file: number): string {
  const bytes = Buffer.alloc(1 << 16);
  let text = "";
  untilFull(() => {
    text += bytes.toString("utf8", 0, readSync(file, bytes));
  });
  return text;
}

test("luma-proxy serves, switches and ends while nobody reads its output", async () => {
  await withDir(async (dir) => {
    const path = join(dir, "pipe");
    execFileSync("mkfifo", [path]);
    // Both ends, so that opening does not wait, and the pipe stays where its reader went.
    const own = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const output = openSync(path, constants.O_RDWR);
    untilFull(() => writeSync(own, "x".repeat(4_096)));
    untilFull(() => writeSync(own, "x"));
    const proxy = await startRealProxy(dir, await findFreePort(), {
      output,
      flags: ["--access-log", "-"],
    });
    try {
      await withApp("blue", async (app) => {
        await proxy.call("switch", switchRequest({ endpoints: [app.endpoint] }));
        for (let count = 0; count < 20; count++) {
          assert.equal((await get(proxy.port, `/${count}`)).status, 200);
        }
      });
      // Nothing is lost that fits into its memory.
      let text = "";
      await eventually(() => {
        text += readAll(own);
        return / ready: /.test(text) && text.includes('"path":"/19"');
      }, "what was said meanwhile");
      untilFull(() => writeSync(own, "x".repeat(4_096)));
      untilFull(() => writeSync(own, "x"));
    } finally {
      assert.equal(await proxy.stop(), 0);
      for (const file of [own, output]) closeSync(file);
    }
  });
});
