import assert from "node:assert/strict";
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { bindControlSocket, isAnswered } from "../../../proxy/control/control_socket.ts";
import { keepSocket } from "../../../proxy/control/keep_socket.ts";
import { startFakeControl } from "./fixtures/fake_child.ts";
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

test("bindControlSocket() leaves no server and no file, when the path does not take the socket", async () => {
  await withDir(async (dir) => {
    const path = join(dir, "control.sock");
    mkdirSync(join(path, "folder"), { recursive: true });
    const server = createServer();
    await assert.rejects(bindControlSocket(server, path, 7));
    assert.equal(server.listening, false);
    assert.deepEqual(readdirSync(dir), ["control.sock"]);
  });
});

test("keepSocket() says once why it cannot put the socket back, and goes on trying", async () => {
  const { control, log } = await startFakeControl();
  const over = new AbortController();
  let tries = 0;
  await keepSocket(control, {
    isLost: () => Promise.resolve(true),
    isTaken: () => Promise.resolve(false),
    bind: () => {
      if (++tries === 2) over.abort();
      return Promise.reject(new Error("no room"));
    },
    close: () => Promise.resolve(),
  }, over.signal);
  assert.equal(tries, 2);
  assert.deepEqual(log, ["warning: Cannot make the control socket again: no room"]);
  control.pool.kill();
});
