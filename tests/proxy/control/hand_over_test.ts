import assert from "node:assert/strict";
import { existsSync, renameSync } from "node:fs";
import { createServer } from "node:net";
import { test } from "node:test";
import type { OperationError } from "../../../proxy/control/failure.ts";
import { requestHandOver } from "../../../proxy/control/hand_over.ts";
import { PATIENT, startFakeProxy, withDir, withProxy } from "./fixtures/fake_script.ts";
import { endpoint, switchRequest } from "./fixtures/requests.ts";

const KEY = { project: "shop", app: "blog" };

test(
  "runProxy() takes over state and socket from a running one, which then ends",
  PATIENT,
  async () => {
    await withDir(async (dir) => {
      const old = startFakeProxy(dir);
      await old.logged(/ready:/);
      await old.call("switch", switchRequest());
      const next = startFakeProxy(dir, { takeover: true });
      await next.logged(/ready:/);
      await old.ended;
      assert.deepEqual(await next.call("confirm", { ...KEY, generation: 1 }), [
        { kind: "confirmed", generation: 1 },
      ]);
      assert.ok(old.told().some((message) => message["kind"] === "retire"));
      await next.stop();
    });
  },
);

test("runProxy() answers on its socket at every instant of a take-over", PATIENT, async () => {
  await withDir(async (dir) => {
    const old = startFakeProxy(dir);
    await old.logged(/ready:/);
    const next = startFakeProxy(dir, { takeover: true });
    let answers = 0;
    let isOver = false;
    old.ended.then(() => isOver = true);
    while (!isOver) answers += (await next.call("list", {})).length;
    await next.logged(/ready:/);
    assert.ok(answers > 0);
    await next.stop();
  });
});

test(
  "handOver() refuses changes while another process holds the role, and answers the rest",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      await proxy.call("switch", switchRequest());
      const role = await requestHandOver(proxy.socketPath);
      await assert.rejects(
        proxy.call("confirm", { ...KEY, generation: 1 }),
        (error: OperationError) => error.failure.code === "retired",
      );
      assert.equal((await proxy.call("status", {})).length, 1);
      role.release();
      await proxy.logged(/did not come up/);
    });
  },
);

test(
  "handOver() gives the role back, when the new process dies before it is ready",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      await proxy.call("switch", switchRequest());
      const failing = startFakeProxy(proxy.dir, {
        takeover: true,
        workerArgv: ["/no/such/program"],
      });
      await assert.rejects(failing.ended, /Cannot start/);
      await proxy.logged(/did not come up: this one goes on/);
      const [answer] = await proxy.call("confirm", { ...KEY, generation: 1 });
      assert.equal(answer?.kind, "confirmed");
    });
  },
);

test(
  "handOver() takes the socket back, when the new process died just after it was ready",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      const role = await requestHandOver(proxy.socketPath);
      // What a process leaves that was killed after it had put its own socket on the path.
      const dead = createServer().listen(`${proxy.socketPath}.dead`);
      await new Promise((resolve) => dead.once("listening", resolve));
      renameSync(`${proxy.socketPath}.dead`, proxy.socketPath);
      await new Promise((resolve) => dead.close(resolve));
      assert.equal(existsSync(proxy.socketPath), true);
      role.release();
      await proxy.logged(/did not come up: this one goes on/);
      assert.equal((await proxy.call("switch", switchRequest()))[0]?.generation, 1);
    });
  },
);

test(
  "handOver() refuses a second process while the first one holds the role",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      const role = await requestHandOver(proxy.socketPath);
      await assert.rejects(
        startFakeProxy(proxy.dir, { takeover: true }).ended,
        /another luma-proxy is taking over/,
      );
      role.release();
      await proxy.logged(/did not come up/);
    });
  },
);

test("runProxy() starts with --takeover also where nobody answers", PATIENT, async () => {
  await withProxy(async (proxy) => {
    assert.match(proxy.log.join("\n"), /nothing to take over/);
  }, { takeover: true });
});

test(
  "runProxy() resumes the watch of a generation after a take-over, from zero",
  PATIENT,
  async () => {
    await withDir(async (dir) => {
      const old = startFakeProxy(dir);
      await old.logged(/ready:/);
      const watch = { durationMs: 1_000, minFailures: 5, minShare: 0.2 };
      await old.call("switch", switchRequest({ watch, endpoints: [endpoint(1)] }));
      const next = startFakeProxy(dir, { takeover: true });
      await next.logged(/generation 1 passed its watch/);
      await next.stop();
    });
  },
);
