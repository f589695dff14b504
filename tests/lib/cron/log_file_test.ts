import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { formatCronStatus } from "../../../lib/cron/cron_status.ts";
import { defaultLog, formatLogrotate, makeLogFolder, readLog } from "../../../lib/cron/log_file.ts";

test("defaultLog() is in /var/log for root, and at home for everybody else", () => {
  assert.equal(defaultLog("shop", { isRoot: true, home: "/root" }), "/var/log/luma/cron-shop.log");
  const ann = { isRoot: false, home: "/home/ann" };
  assert.equal(defaultLog("shop", ann), "/home/ann/.luma/cron-shop.log");
  assert.throws(() => defaultLog("shop", { isRoot: false, home: undefined }), /has no home/);
});

test("formatLogrotate() lets logrotate act as the user whose folder it is", () => {
  const log = "/home/ann/.luma/cron-shop.log";
  assert.match(formatLogrotate(log, { uid: 7, gid: 8 }), /^"\/home.*" \{\n {4}su 7 8\n/);
  assert.doesNotMatch(formatLogrotate(log), / su /);
});

test("readLog() tells the newest lines and how the newest run ended, when there are any", async () => {
  const folder = await mkdtemp(join(tmpdir(), "luma-log-"));
  try {
    const log = join(folder, "deep", "log");
    await makeLogFolder(log);
    assert.deepEqual(await readLog(log), { lines: [] });
    await writeFile(log, "1\n2\n3\n4\n5\n6\n7\n");
    await writeFile(`${log}.status`, "3\n");
    const { lines, lastRun } = await readLog(log);
    assert.deepEqual(lines, ["3", "4", "5", "6", "7"]);
    assert.equal(lastRun?.exitStatus, 3);
    assert.ok(Math.abs(Date.now() - (lastRun?.atMs ?? 0)) < 60_000);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("formatCronStatus() says how a project stands with cron", () => {
  assert.equal(
    formatCronStatus({ project: "shop", running: false }),
    "shop: not scheduled (luma cron install); cron does not run (systemctl enable --now cron)",
  );
  const lastRun = { exitStatus: 3, atMs: Date.UTC(2026, 0, 31, 12, 0, 5, 7) };
  const facts = { project: "shop", running: true, line: "…", schedule: "@hourly", log: "/log" };
  assert.equal(
    formatCronStatus({ ...facts, lines: ["a", "b"], lastRun }),
    `shop: scheduled at @hourly
   Cron: runs
   Last run: 2026-01-31T12:00:05Z, failed with status 3
   Log: /log
     a
     b`,
  );
});
