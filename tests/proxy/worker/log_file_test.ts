/** The access log's file: full disks, slow readers, missing folders, rotation. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { LogFile, type LogFileLimits } from "../../../proxy/worker/log_file.ts";
import { withDir } from "../control/fixtures/fake_script.ts";
import { eventually } from "../engine/test_engine.ts";

const QUICK: Partial<LogFileLimits> = { flushMs: 5, checkMs: 0, retryMs: 0 };

function makeLog(path: string, limits: Partial<LogFileLimits> = {}): LogFile {
  return new LogFile({ path, now: Date.now, limits: { ...QUICK, ...limits } });
}

/** Resolves when the file holds `text`. */
async function untilHolds(path: string, text: string): Promise<void> {
  let found = "";
  const look = async () => found = await readFile(path, "utf8").catch(() => "");
  await eventually(() => (void look(), found === text), `${path} with ${text}`);
}

test("LogFile appends lines to what is there", async () => {
  await withDir(async (dir) => {
    const path = join(dir, "access.log");
    for (const name of ["a", "b"]) {
      const log = makeLog(path);
      log.write(`${name}1\n`);
      log.write(`${name}2\n`);
      await log.close(1_000);
      assert.equal(log.lostLines, 0);
    }
    assert.equal(await readFile(path, "utf8"), "a1\na2\nb1\nb2\n");
  });
});

test("LogFile makes a file anew that was renamed", async () => {
  await withDir(async (dir) => {
    const path = join(dir, "access.log");
    const log = makeLog(path);
    log.write("old\n");
    await untilHolds(path, "old\n");
    await rename(path, `${path}.1`);
    log.write("new\n");
    await untilHolds(path, "new\n");
    assert.equal(await readFile(`${path}.1`, "utf8"), "old\n");
    await log.close(1_000);
  });
});

test("LogFile loses and counts lines while the folder is not there, and writes once it is", async () => {
  await withDir(async (dir) => {
    const path = join(dir, "logs", "access.log");
    const log = makeLog(path);
    log.write("1\n");
    log.write("2\n");
    await eventually(() => log.lostLines === 2, "the loss");
    assert.match(log.error!, /ENOENT/);
    await mkdir(join(dir, "logs"));
    log.write("3\n");
    await untilHolds(path, "3\n");
    assert.equal(log.lostLines, 2);
    await log.close(1_000);
  });
});

test("LogFile loses and counts lines on a full disk", async () => {
  const log = makeLog("/dev/full");
  log.write("1\n");
  log.write("2\n");
  await eventually(() => log.lostLines === 2, "the loss");
  assert.match(log.error!, /ENOSPC|no space/i);
  await log.close(1_000);
});

test("LogFile keeps what fits while nobody reads, and loses the rest at once", async () => {
  await withDir(async (dir) => {
    const path = join(dir, "pipe");
    execFileSync("mkfifo", [path]);
    const log = makeLog(path, { maxWaiting: 10 });
    for (let line = 0; line < 100; line++) log.write("12345678\n");
    assert.equal(log.lostLines, 99);
    assert.match(log.error!, /not written as fast/);
    // Opening waits for a reader: closing does not.
    const closing = log.close(10);
    const read = readFile(path, "utf8");
    await closing;
    assert.equal(await read, "12345678\n");
  });
});
