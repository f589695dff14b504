import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { DrainEvent, DrainRequest } from "../../../proxy/api.ts";
import { callOperation } from "../../../proxy/control/call_control.ts";
import type { OperationError } from "../../../proxy/control/failure.ts";
import type { RunOptions } from "../../../proxy/control/run_proxy.ts";
import { type FakeProxy, PATIENT, withProxy } from "./fixtures/fake_script.ts";
import { endpoint, report, switchRequest } from "./fixtures/requests.ts";

const DRAIN: DrainRequest = {
  project: "shop",
  app: "blog",
  color: "blue",
  timeoutMs: 60_000,
  streamTimeoutMs: 60_000,
};
const LONG = { method: "GET", path: "/export", ageMs: 41_000, kind: "request" } as const;
const SOCKET = { method: "GET", path: "/ws", ageMs: 9_000, kind: "websocket" } as const;

async function withGreen(
  body: (proxy: FakeProxy) => Promise<void>,
  options: Partial<RunOptions> = {},
): Promise<void> {
  await withProxy(async (proxy) => {
    const { watch: _, ...blue } = switchRequest();
    await proxy.call("switch", blue);
    await proxy.call("switch", {
      ...blue,
      expectedGeneration: 1,
      color: "green",
      deployment: "d2",
      endpoints: [endpoint(2)],
    });
    await body(proxy);
  }, options);
}

/** The lines of a drain, as they come. */
function startDrain(proxy: FakeProxy, request: DrainRequest): AsyncGenerator<DrainEvent> {
  return callOperation("drain", request, { socketPath: proxy.socketPath });
}

async function lastOf(events: AsyncIterable<DrainEvent>): Promise<DrainEvent | undefined> {
  let last: DrainEvent | undefined;
  for await (const event of events) last = event;
  return last;
}

test("drainOperation() ends at once, when nothing is in flight", PATIENT, async () => {
  await withGreen(async (proxy) => {
    const [drained, ...more] = await proxy.call("drain", DRAIN);
    assert.deepEqual(more, []);
    assert.ok(drained?.kind === "drained");
    const { tookMs: _, ...rest } = drained;
    assert.deepEqual(rest, { kind: "drained", completed: 0, closed: [], cut: [] });
  });
});

test("drainOperation() waits for requests and tells the oldest", PATIENT, async () => {
  await withGreen(async (proxy) => {
    proxy.script({ generations: [report({ inFlight: 2, oldest: [LONG] })] });
    const drain = startDrain(proxy, DRAIN);
    const first = (await drain.next()).value;
    proxy.script({ generations: [] });
    const last = await lastOf(drain);
    assert.ok(first?.kind === "draining");
    assert.deepEqual([first.inFlight, first.oldest], [2, [LONG]]);
    assert.ok(last?.kind === "drained");
    assert.deepEqual([last.completed, last.cut], [2, []]);
  });
});

test("drainOperation() lists what is still answered, when the time is over", PATIENT, async () => {
  await withGreen(async (proxy) => {
    proxy.script({ generations: [report({ inFlight: 1, oldest: [LONG, SOCKET] })] });
    const last = (await proxy.call("drain", { ...DRAIN, timeoutMs: 50 })).at(-1);
    assert.ok(last?.kind === "drained");
    assert.deepEqual([last.completed, last.cut], [0, [LONG]]);
  });
});

test(
  "drainOperation() does not take a worker's silence for nothing in flight",
  PATIENT,
  async () => {
    await withGreen(async (proxy) => {
      const [status] = await proxy.call("status", {});
      const pid = status?.workers[0]?.pid ?? 0;
      process.kill(pid, "SIGSTOP");
      proxy.script({ generations: [report({ inFlight: 1, oldest: [LONG] })] });
      const drain = proxy.call("drain", DRAIN);
      // Several questions stay without an answer in this time.
      assert.equal(await Promise.race([drain, sleep(300, "waits")]), "waits");
      process.kill(pid, "SIGCONT");
      await proxy.call("status", {});
      proxy.script({ generations: [] });
      const last = (await drain).at(-1);
      assert.ok(last?.kind === "drained");
      assert.deepEqual(last.cut, []);
    }, { limits: { answerTimeoutMs: 50 } });
  },
);

test(
  "drainOperation() closes streams after their own time, and goes on waiting for requests",
  PATIENT,
  async () => {
    await withGreen(async (proxy) => {
      const blue = report({ inFlight: 1, streams: 1, oldest: [LONG, SOCKET] });
      proxy.script({ generations: [blue], closed: [SOCKET] });
      const drain = proxy.call("drain", { ...DRAIN, streamTimeoutMs: 0 });
      while (!proxy.told().some((message) => message["kind"] === "close streams")) {
        await proxy.call("list", {});
      }
      // The worker may answer what it was told a moment later.
      proxy.script({ generations: [{ ...blue, streams: 0 }], closed: [SOCKET] });
      await proxy.call("status", {});
      proxy.script({ generations: [], closed: [SOCKET] });
      const last = (await drain).at(-1);
      assert.ok(last?.kind === "drained");
      assert.ok(last.closed.length >= 1);
      assert.deepEqual(last.closed[0], SOCKET);
      const told = proxy.told().find((message) => message["kind"] === "close streams");
      assert.deepEqual([told?.["color"], told?.["app"]], ["blue", "blog"]);
    });
  },
);

test(
  "drainOperation() waits for what a removed route is still answering",
  PATIENT,
  async () => {
    await withGreen(async (proxy) => {
      await proxy.call("remove", { project: "shop", app: "blog" });
      const green = report({ generation: 2, color: "green", inFlight: 1, oldest: [LONG] });
      proxy.script({ generations: [green] });
      const drain = startDrain(proxy, { ...DRAIN, color: "green" });
      const first = (await drain.next()).value;
      proxy.script({ generations: [] });
      const last = await lastOf(drain);
      assert.ok(first?.kind === "draining" && last?.kind === "drained");
      assert.deepEqual([first.inFlight, last.completed], [1, 1]);
    });
  },
);

test(
  "drainOperation() refuses the color that serves, and has nothing to wait for where there is no route",
  PATIENT,
  async () => {
    await withGreen(async (proxy) => {
      const codeOf = async (request: DrainRequest) => {
        try {
          await proxy.call("drain", request);
          return "none";
        } catch (error) {
          return (error as OperationError).failure.code;
        }
      };
      assert.equal(await codeOf({ ...DRAIN, color: "green" }), "color in use");
      assert.equal(await codeOf({ ...DRAIN, app: "api" }), "none");
    });
  },
);
