import assert from "node:assert/strict";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { bindControlSocket, isAnswered } from "../../../proxy/control/control_socket.ts";
import { withDir } from "./fixtures/fake_script.ts";

test("BoundSocket.look() tells its own socket from another file, none, and what cannot be seen", async () => {
  await withDir(async (dir) => {
    const folder = join(dir, "socket");
    const path = join(folder, "control.sock");
    const bound = await bindControlSocket(createServer(), path, 7);
    assert.equal(await bound.look(), "ours");
    assert.equal(await isAnswered(path), true);
    renameSync(path, `${path}.own`);
    assert.equal(await bound.look(), "gone");
    writeFileSync(path, "");
    assert.equal(await bound.look(), "other");
    assert.equal(await isAnswered(path), false);
    renameSync(folder, `${folder}.moved`);
    writeFileSync(folder, "");
    assert.equal(await bound.look(), "unknown");
    rmSync(folder);
    await bound.close();
  });
});
