import assert from "node:assert/strict";
import { Agent } from "node:http";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import type { SwitchRequest } from "../../../proxy/api.ts";
import {
  type App,
  get,
  type Got,
  startLoad,
  startRealProxy,
  withApp,
  withRealProxy,
} from "./fixtures/real_proxy.ts";
import { PATIENT } from "./fixtures/fake_script.ts";
import { switchRequest } from "./fixtures/requests.ts";

const KEY = { project: "shop", app: "blog" };

/** A switch to an app, confirmed at once. */
function switchTo(
  app: App,
  generation: number,
  change: Partial<SwitchRequest> = {},
): SwitchRequest {
  const { watch: _, ...request } = switchRequest({
    expectedGeneration: generation,
    color: generation % 2 === 0 ? "blue" : "green",
    deployment: `d${generation + 1}`,
    endpoints: [app.endpoint],
    ...change,
  });
  return change.watch === undefined ? request : { ...request, watch: change.watch };
}

function failed(answers: readonly Got[]): readonly Got[] {
  return answers.filter(({ status }) => status !== 200);
}

test(
  "luma-proxy run loses no request, when it is switched every 200 ms under load",
  PATIENT,
  async () => {
    await withApp("blue", (blue) =>
      withApp("green", (green) =>
        withRealProxy(async (proxy) => {
          await proxy.call("switch", switchTo(blue, 0));
          const load = startLoad(proxy.port, 8);
          for (let generation = 1; generation <= 10; generation++) {
            const next = generation % 2 === 0 ? blue : green;
            await proxy.call("switch", switchTo(next, generation));
            await sleep(200); // The load runs on meanwhile.
          }
          const answers = await load.stop();
          assert.deepEqual(failed(answers), []);
          assert.ok(answers.length > 200, `${answers.length} requests`);
          assert.ok(blue.requests() > 50 && green.requests() > 50);
        })));
  },
);

test(
  "luma-proxy run sends nothing to the old color, once a switch has returned",
  PATIENT,
  async () => {
    await withApp("blue", (blue) =>
      withApp("green", (green) =>
        withRealProxy(async (proxy) => {
          await proxy.call("switch", switchTo(blue, 0));
          const load = startLoad(proxy.port, 8);
          for (let generation = 1; generation <= 5; generation++) {
            const [next, old] = generation % 2 === 0 ? [blue, green] : [green, blue];
            const [switched] = await proxy.call("switch", switchTo(next, generation));
            const color = generation % 2 === 0 ? "green" : "blue";
            await proxy.call("drain", { ...KEY, color, timeoutMs: 5_000, streamTimeoutMs: 0 });
            const before = old.requests();
            assert.equal(switched?.workers.length, 2);
            const from = next.requests();
            while (next.requests() < from + 50) await get(proxy.port, "/");
            assert.equal(old.requests(), before);
          }
          assert.deepEqual(failed(await load.stop()), []);
        })));
  },
);

test("luma-proxy run leaves a generation that answers 500 by itself", PATIENT, async () => {
  await withApp("blue", (blue) =>
    withApp("green", (green) =>
      withRealProxy(async (proxy) => {
        await proxy.call("switch", switchTo(blue, 0));
        const load = startLoad(proxy.port, 4);
        const watch = { durationMs: 30_000, minFailures: 5, minShare: 0.2 };
        await proxy.call("switch", switchTo(green, 1, { watch }));
        const events = await proxy.call("watch", { ...KEY, generation: 2 });
        const last = events.at(-1);
        assert.ok(last?.kind === "switched back");
        assert.equal(last.generation, 3);
        assert.match(last.failure?.examples[0] ?? "", /GET \/: 500/);
        await load.stop();
        assert.deepEqual(await get(proxy.port, "/"), { status: 200, body: "blue" });
        const [answer] = await proxy.call("confirm", { ...KEY, generation: 2 });
        assert.equal(answer?.kind, "switched back");
      }), (_, response) => {
      response.statusCode = 500;
      response.end("broken");
      return true;
    }));
});

test(
  "luma-proxy run answers 503 where a route has no endpoint, and lets the old color end",
  PATIENT,
  async () => {
    let answerLater = () => {};
    await withApp("blue", (blue) =>
      withRealProxy(async (proxy) => {
        await proxy.call("switch", switchTo(blue, 0));
        const long = get(proxy.port, "/export");
        while (blue.requests() === 0) await proxy.call("list", {});
        const watch = { durationMs: 0, minFailures: Number.MAX_SAFE_INTEGER, minShare: 1 };
        const hold = { color: "green", deployment: "d2", endpoints: [], watch } as const;
        await proxy.call("switch", switchTo(blue, 1, hold));
        assert.equal((await get(proxy.port, "/")).status, 503);
        answerLater();
        assert.deepEqual(await long, { status: 200, body: "late" });
        const drain = { ...KEY, color: "blue", timeoutMs: 30_000, streamTimeoutMs: 0 } as const;
        assert.equal((await proxy.call("drain", drain)).at(-1)?.kind, "drained");
        await proxy.call("switch-back", { ...KEY, generation: 2, reason: "over" });
        const [{ routes } = { routes: [] }] = await proxy.call("list", {});
        assert.equal(routes[0]?.current.color, "blue");
        assert.equal(routes[0]?.current.seal, "confirmed");
      }), (_, response) => {
      answerLater = () => response.end("late");
      return true;
    });
  },
);

test("luma-proxy run drains a request that began before the switch", PATIENT, async () => {
  let answerLater = () => {};
  await withApp("blue", (blue) =>
    withApp("green", (green) =>
      withRealProxy(async (proxy) => {
        await proxy.call("switch", switchTo(blue, 0));
        const long = get(proxy.port, "/export?secret=1");
        while (blue.requests() === 0) await proxy.call("list", {});
        const [switched] = await proxy.call("switch", switchTo(green, 1));
        assert.equal(switched?.inFlight, 1);
        const drain = { ...KEY, color: "blue", timeoutMs: 30_000, streamTimeoutMs: 0 } as const;
        const draining = proxy.call("drain", drain);
        assert.equal((await get(proxy.port, "/")).body, "green");
        const [cut] = await proxy.call("drain", { ...drain, timeoutMs: 0 });
        assert.ok(cut?.kind === "drained");
        assert.deepEqual(cut.cut.map(({ path }) => path), ["/export"]);
        answerLater();
        assert.deepEqual(await long, { status: 200, body: "late" });
        const drained = (await draining).at(-1);
        assert.ok(drained?.kind === "drained");
        assert.deepEqual([drained.completed, drained.cut], [1, []]);
      })), (_, response) => {
    answerLater = () => response.end("late");
    return true;
  });
});

test("luma-proxy run replaces a killed worker, and goes on serving", PATIENT, async () => {
  await withApp("blue", (blue) =>
    withRealProxy(async (proxy) => {
      await proxy.call("switch", switchTo(blue, 0));
      const [before] = await proxy.call("status", {});
      const victim = before?.workers[0]?.pid ?? 0;
      process.kill(victim, "SIGKILL");
      await proxy.logged(/ended \(SIGKILL\) and is replaced/);
      const answers = [];
      for (let count = 0; count < 50; count++) answers.push(await get(proxy.port, "/"));
      assert.deepEqual(failed(answers), []);
      const [after] = await proxy.call("status", {});
      assert.equal(after?.workers.length, 2);
      assert.ok(after?.workers.every(({ pid }) => pid !== victim));
    }));
});

test("luma-proxy run is taken over from, and ends after its last request", PATIENT, async () => {
  let answerLater = () => {};
  await withApp("blue", (blue) =>
    withRealProxy(async (old) => {
      await old.call("switch", switchTo(blue, 0));
      const long = get(old.port, "/long");
      while (blue.requests() === 0) await old.call("list", {});
      const next = await startRealProxy(old.dir, old.port, { flags: ["--takeover"] });
      await old.logged(/another luma-proxy has taken over/);
      const [status] = await next.call("status", {});
      assert.equal(status?.pid, next.process.pid);
      answerLater();
      assert.deepEqual(await long, { status: 200, body: "late" });
      await old.logged(/stopped/);
      assert.equal((await get(old.port, "/")).body, "blue");
      assert.equal(await next.stop(), 0);
    }), (request, response) => {
    if (request.url !== "/long") return false;
    answerLater = () => response.end("late");
    return true;
  });
});

test("luma-proxy run switches the workers that it took over from, too", PATIENT, async () => {
  await withApp("blue", (blue) =>
    withApp("green", (green) =>
      withRealProxy(async (old) => {
        await old.call("switch", switchTo(blue, 0));
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        await get(old.port, "/", agent);
        const next = await startRealProxy(old.dir, old.port, { flags: ["--takeover"] });
        await next.call("switch", switchTo(green, 1));
        const before = blue.requests();
        for (let count = 0; count < 20; count++) {
          assert.deepEqual(await get(old.port, "/", agent), { status: 200, body: "green" });
        }
        assert.equal(blue.requests(), before);
        agent.destroy();
        await next.stop();
      })));
});

test("luma-proxy run lets a request end after SIGTERM, and exits with 0", PATIENT, async () => {
  let answerLater = () => {};
  await withApp("blue", (blue) =>
    withRealProxy(async (proxy) => {
      await proxy.call("switch", switchTo(blue, 0));
      const long = get(proxy.port, "/long");
      while (blue.requests() === 0) await proxy.call("list", {});
      const stopped = proxy.stop();
      await proxy.logged(/stopping/);
      answerLater();
      assert.deepEqual(await long, { status: 200, body: "late" });
      assert.equal(await stopped, 0);
    }), (_, response) => {
    answerLater = () => response.end("late");
    return true;
  });
});
