import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { type FakeProxy, PATIENT, withProxy } from "./fixtures/fake_script.ts";
import { endpoint, report, routeOptions, switchRequest } from "./fixtures/requests.ts";

const LIMITS = { applyTimeoutMs: 300, startTimeoutMs: 20_000 };
const KEY = { project: "shop", app: "blog" };

async function pidsOf(proxy: FakeProxy): Promise<readonly number[]> {
  const [status] = await proxy.call("status", {});
  return status?.workers.map(({ pid }) => pid) ?? [];
}

/** Resolves when a worker that is not among `known` was told a snapshot. */
async function newWorkerTold(
  proxy: FakeProxy,
  known: readonly number[],
): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const told = proxy.told().find((message) => !known.includes(message["pid"] as number));
    if (told !== undefined) return told;
    await proxy.call("list", {});
  }
}

test(
  "WorkerPool replaces a killed worker at once, with the current snapshot",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      await proxy.call("switch", switchRequest());
      const [victim = 0, other = 0] = await pidsOf(proxy);
      process.kill(victim, "SIGKILL");
      await proxy.logged(/worker \d+ ended \(SIGKILL\) and is replaced/);
      const told = await newWorkerTold(proxy, [victim, other]);
      const { routes } = told["snapshot"] as { readonly routes: readonly { generation: number }[] };
      assert.equal(routes[0]?.generation, 1);
      const [status] = await proxy.call("status", {});
      assert.match(status?.warnings[0] ?? "", /worker \d+ ended \(SIGKILL\)/);
    }, { workers: 2 });
  },
);

test(
  "WorkerPool.publish() kills a worker that does not take up a snapshot in time",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      const before = await pidsOf(proxy);
      proxy.script({ mute: true });
      const [switched] = await proxy.call("switch", switchRequest());
      assert.deepEqual(switched?.workers, []);
      assert.match(proxy.log.join("\n"), /did not take up snapshot 2 within 0\.3 s/);
      await newWorkerTold(proxy, before);
      const after = await pidsOf(proxy);
      assert.equal(after.length, 1);
      assert.notDeepEqual(after, before);
    }, { limits: LIMITS });
  },
);

test(
  "WorkerPool.publish() kills a worker that is stopped, so that a switch is true",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      const [stopped = 0, running] = await pidsOf(proxy);
      process.kill(stopped, "SIGSTOP");
      const [switched] = await proxy.call("switch", switchRequest());
      assert.deepEqual(switched?.workers.map(({ pid }) => pid), [running]);
      await proxy.logged(/ended \(SIGKILL\)/);
      // The other one has the time that a busy machine takes.
    }, { workers: 2, limits: { ...LIMITS, applyTimeoutMs: 2_000 } });
  },
);

test("WorkerPool kills a worker that does not answer any more", PATIENT, async () => {
  await withProxy(async (proxy) => {
    const [hung = 0] = await pidsOf(proxy);
    process.kill(hung, "SIGSTOP");
    await proxy.logged(/is killed: it did not answer for 0\.2 s/);
    await proxy.logged(/ended \(SIGKILL\) and is replaced/);
    await newWorkerTold(proxy, [hung]);
  }, { limits: { answerTimeoutMs: 100, hungTimeoutMs: 200 } });
});

test("WorkerPool waits longer and longer, when workers die young", PATIENT, async () => {
  await withProxy(async (proxy) => {
    const [pid = 0] = await pidsOf(proxy);
    proxy.script({ exitAtStart: true });
    process.kill(pid, "SIGKILL");
    await proxy.logged(/exit code 7/);
    proxy.script({});
    await proxy.call("switch", switchRequest());
    const deaths = proxy.log.filter((line) => /exit code 7/.test(line)).length;
    assert.ok(deaths < 20, `${deaths} deaths`);
  });
});

test("WorkerPool keeps the counts of a worker that ended", PATIENT, async () => {
  await withProxy(async (proxy) => {
    await proxy.call("switch", switchRequest());
    proxy.script({ generations: [report({ requests: 9, failed: 1, inFlight: 2 })] });
    const [pid = 0] = await pidsOf(proxy);
    proxy.script({});
    process.kill(pid, "SIGKILL");
    await proxy.logged(/is replaced/);
    const [status] = await proxy.call("status", {});
    assert.deepEqual(status?.routes[0]?.byColor.blue, {
      requests: 9,
      failed: 1,
      inFlight: 0,
      streams: 0,
    });
  });
});

test("WorkerPool ends workers that do not retire, when their time is over", PATIENT, async () => {
  await withProxy(async (proxy) => {
    proxy.script({ neverRetires: true });
    await proxy.stop();
    assert.match(proxy.log.at(-1) ?? "", /stopped/);
  }, { stopTimeoutMs: 200 });
});

test(
  "handleEndpointFailed() leaves out an endpoint that a worker could not reach",
  PATIENT,
  async () => {
    await withProxy(async (proxy) => {
      const failed = { ...KEY, endpoint: endpoint(2), error: "refused" };
      await proxy.call("switch", switchRequest({ endpoints: [endpoint(1), endpoint(2)] }));
      proxy.script({ failEndpoint: failed });
      await proxy.call("confirm", { ...KEY, generation: 1 });
      await proxy.logged(/blog-2 is left out: refused/);
      const [status] = await proxy.call("status", {});
      assert.deepEqual(status?.routes[0]?.endpoints, [
        { ...endpoint(1), healthy: true },
        { ...endpoint(2), healthy: false, error: "refused" },
      ]);
      const last = proxy.told().findLast((message) => message["kind"] === "snapshot");
      const { routes } = last?.["snapshot"] as {
        readonly routes: readonly {
          readonly endpoints: readonly { readonly ejected: boolean }[];
        }[];
      };
      assert.deepEqual(routes[0]?.endpoints.map(({ ejected }) => ejected), [false, true]);
    });
  },
);

test("handleEndpointFailed() ignores endpoints that are not in use", PATIENT, async () => {
  await withProxy(async (proxy) => {
    proxy.script({ failEndpoint: { ...KEY, endpoint: endpoint(9), error: "refused" } });
    await proxy.call("switch", switchRequest({ options: routeOptions("blog.com") }));
    const [status] = await proxy.call("status", {});
    assert.deepEqual(status?.routes[0]?.endpoints, [{ ...endpoint(1), healthy: true }]);
  });
});
