import assert from "node:assert/strict";
import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { PATIENT, startFakeProxy, withDir, withProxy } from "./fixtures/fake_script.ts";
import { endpoint, report, routeOptions, switchRequest } from "./fixtures/requests.ts";

test(
  "runProxy() answers switch, status, list, confirm and remove on its socket",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      const [switched] = await proxy.call("switch", switchRequest());
      assert.equal(switched?.generation, 1);
      assert.equal(switched?.workers.length, 2);
      const [status] = await proxy.call("status", {});
      assert.equal(status?.workers.length, 2);
      assert.deepEqual(status?.warnings, []);
      assert.deepEqual(status?.routes[0]?.endpoints, [{ ...endpoint(1), healthy: true }]);
      const key = { project: "shop", app: "blog" };
      const [confirmed] = await proxy.call("confirm", { ...key, generation: 1 });
      assert.deepEqual(confirmed, { kind: "confirmed", generation: 1 });
      const [list] = await proxy.call("list", {});
      assert.equal(list?.routes[0]?.current.seal, "confirmed");
      assert.deepEqual(await proxy.call("remove", key), [{ kind: "removed", found: true }]);
      assert.deepEqual(await proxy.call("list", {}), [{ routes: [] }]);
    }, { workers: 2 });
  },
);

test(
  "runProxy() keeps its socket to its own user, and takes it away at the end",
  PATIENT,
  async () => {
    await withDir(async (dir) => {
      const proxy = startFakeProxy(dir);
      await proxy.logged(/ready:/);
      assert.equal(statSync(proxy.socketPath).mode & 0o777, 0o600);
      await proxy.stop();
      assert.equal(existsSync(proxy.socketPath), false);
    });
  },
);

test("runProxy() refuses to start where another proxy answers", PATIENT, async () => {
  await withProxy(async (proxy) => {
    await assert.rejects(startFakeProxy(proxy.dir).ended, /already answers on .*control\.sock/);
  });
});

test("runProxy() replaces a socket on which nobody answers", PATIENT, async () => {
  await withDir(async (dir) => {
    const dead = createServer().listen(join(dir, "dead.sock"));
    await new Promise((resolve) => dead.once("listening", resolve));
    // Closing takes the path away that was listened on: so the file is what a killed process leaves.
    renameSync(join(dir, "dead.sock"), join(dir, "control.sock"));
    await new Promise((resolve) => dead.close(resolve));
    const proxy = startFakeProxy(dir);
    await proxy.logged(/ready:/);
    assert.equal((await proxy.call("list", {})).length, 1);
    await proxy.stop();
  });
});

test("runProxy() puts its socket back, when somebody took it away", PATIENT, async () => {
  await withProxy(async (proxy) => {
    rmSync(proxy.socketPath);
    await proxy.logged(/control socket was taken away, and is there again/);
    assert.equal((await proxy.call("switch", switchRequest()))[0]?.generation, 1);
  });
});

test(
  "runProxy() ends, when another process answers on the path of its socket",
  PATIENT,
  async () => {
    await withDir(async (dir) => {
      const proxy = startFakeProxy(dir);
      await proxy.logged(/ready:/);
      const other = createServer((socket) => void socket.destroy());
      await new Promise<void>((resolve) => other.listen(join(dir, "other.sock"), resolve));
      renameSync(join(dir, "other.sock"), proxy.socketPath);
      await proxy.ended;
      assert.equal(existsSync(proxy.socketPath), true);
      await new Promise((resolve) => other.close(resolve));
    });
  },
);

test("runProxy() serves the same routes and endpoints after a restart", PATIENT, async () => {
  await withDir(async (dir) => {
    const first = startFakeProxy(dir);
    await first.logged(/ready:/);
    await first.call("switch", switchRequest({ endpoints: [endpoint(1), endpoint(2)] }));
    await first.stop();
    const second = startFakeProxy(dir);
    await second.logged(/ready:/);
    const [list] = await second.call("list", {});
    assert.deepEqual(list?.routes[0]?.current.endpoints, [endpoint(1), endpoint(2)]);
    const again = switchRequest({ endpoints: [endpoint(1), endpoint(2)] });
    const [switched] = await second.call("switch", again);
    assert.deepEqual([switched?.generation, switched?.workers.length], [1, 1]);
    await second.stop();
  });
});

test("runProxy() fails to start, when its workers do", PATIENT, async () => {
  await withDir(async (dir) => {
    const argv = [process.execPath, "--no-such-flag-of-any-runtime"];
    const proxy = startFakeProxy(dir, { workerArgv: argv });
    await assert.rejects(proxy.ended, /Cannot start: worker \d+ is gone: exit code \d+/);
    assert.equal(existsSync(proxy.socketPath), false);
  });
});

test(
  "runProxy() leaves a generation by itself, when too many of its requests fail",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      await proxy.call("switch", switchRequest());
      await proxy.call("confirm", { project: "shop", app: "blog", generation: 1 });
      const green = switchRequest({
        expectedGeneration: 1,
        color: "green",
        deployment: "d2",
        endpoints: [endpoint(2)],
        options: routeOptions("blog.com", "new.blog.com"),
      });
      await proxy.call("switch", green);
      proxy.script({
        generations: [
          report({
            generation: 2,
            color: "green",
            requests: 20,
            failed: 10,
            examples: ["GET /: 500"],
          }),
        ],
      });
      await proxy.logged(
        /left generation 2 by itself: 10 of 20 requests failed \(50 %; 0 % before\)/,
      );
      const [list] = await proxy.call("list", {});
      const current = list?.routes[0]?.current;
      assert.equal(current?.generation, 3);
      assert.equal(current?.color, "blue");
      assert.deepEqual(current?.endpoints, [endpoint(1)]);
      assert.deepEqual(current?.options.hosts, ["blog.com"]);
      assert.deepEqual(current?.switchedBackFrom?.failure?.examples, ["GET /: 500"]);
      const [answer] = await proxy.call("confirm", { project: "shop", app: "blog", generation: 2 });
      assert.equal(answer?.kind, "switched back");
    });
  },
);
