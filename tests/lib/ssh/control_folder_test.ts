/**
 * The folder of the sockets, on a real file system.
 *
 * @module
 */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { controlFolders, isPrivateFolder } from "../../../lib/ssh/control_folder.ts";

const uid = process.getuid?.() ?? 0;

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "luma-test-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("isPrivateFolder() makes a folder that is closed to others", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "luma");
    assert.equal(await isPrivateFolder(path, uid), true);
    assert.equal(statSync(path).mode & 0o777, 0o700);
    assert.equal(await isPrivateFolder(path, uid), true);
  });
});

test("isPrivateFolder() refuses a folder that is open, a stranger's, or a link", async () => {
  await withFolder(async (folder) => {
    const link = join(folder, "link");
    symlinkSync(folder, link);
    assert.equal(await isPrivateFolder(link, uid), false);
    assert.equal(await isPrivateFolder(folder, uid + 1), false);
    assert.equal(await isPrivateFolder(folder, uid), true);
    chmodSync(folder, 0o750);
    assert.equal(await isPrivateFolder(folder, uid), false);
  });
});

test("isPrivateFolder() refuses a folder whose parent is missing", async () => {
  assert.equal(await isPrivateFolder("/nonexistent/luma", uid), false);
});

test("controlFolders() takes the runtime folder first, when a socket's path fits there", () => {
  const shared = "/tmp/luma-7";
  const of = (XDG_RUNTIME_DIR: string) => controlFolders({ XDG_RUNTIME_DIR }, 7);
  assert.deepEqual(of("/run/user/7"), ["/run/user/7/luma", shared]);
  assert.deepEqual(of(`/run/${"x".repeat(80)}`), [shared]);
  assert.deepEqual(of("/run/a b"), [shared]);
  assert.deepEqual(controlFolders({}, 7), [shared]);
});
