/** Real proxies, one of which takes over from the other while it answers requests. */
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { Agent } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import type { DrainEvent } from "../../../proxy/api.ts";
import { callOperation } from "../../../proxy/control/call_control.ts";
import { PATIENT, withDir } from "./fixtures/fake_script.ts";
import {
  findFreePort,
  get,
  type RealProxy,
  startRealProxy,
  withApp,
} from "./fixtures/real_proxy.ts";
import { routeOptions, switchRequest } from "./fixtures/requests.ts";

interface TakenOver {
  readonly port: number;
  /** The process that has taken over; its route has been switched from blue to green. */
  readonly next: RealProxy;
  /** One connection of a client, which waits for the rest of an answer of blue, through the old process. */
  readonly agent: Agent;
  readonly slow: ReturnType<typeof get>;
  /** Has blue end that answer. */
  readonly release: () => void;
}

/** Runs `body` with two processes, and a request that the old one still answers. */
async function withTakeOver(body: (taken: TakenOver) => Promise<void>): Promise<void> {
  let held: ServerResponse | undefined;
  let wake = (): void => {};
  const arrived = new Promise<void>((resolve) => wake = resolve);
  const hold = (response: ServerResponse): boolean => {
    response.writeHead(200, { "content-length": "4" });
    response.write("bl");
    held = response;
    wake();
    return true;
  };
  await withDir(async (dir) => {
    await withApp("blue", async (blue) => {
      await withApp("green", async (green) => {
        const port = await findFreePort();
        const old = await startRealProxy(dir, port);
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        const { watch: _, ...first } = switchRequest({
          endpoints: [blue.endpoint],
          options: routeOptions("blog.com"),
        });
        await old.call("switch", first);
        const slow = get(port, "/slow", agent);
        await arrived;
        const next = await startRealProxy(dir, port, { flags: ["--takeover"] });
        try {
          const second = { color: "green", deployment: "d2", endpoints: [green.endpoint] } as const;
          await next.call("switch", { ...first, ...second, expectedGeneration: 1 });
          await body({ port, next, agent, slow, release: () => held?.end("ue") });
        } finally {
          agent.destroy();
          await Promise.all([old.stop(), next.stop()]);
        }
      });
    }, (request, response) => request.url === "/slow" && hold(response));
  });
}

test(
  "a process that was replaced sends no request to a color that was switched away from",
  PATIENT,
  async () => {
    await withTakeOver(async ({ port, agent, slow, release }) => {
      release();
      assert.deepEqual(await slow, { status: 200, body: "blue" });
      // Over the same connection, which the old process still has, unless this machine is very slow.
      assert.notEqual((await get(port, "/", agent)).body, "blue");
    });
  },
);

test("a drain waits for what a process that was replaced still answers", PATIENT, async () => {
  await withTakeOver(async ({ next, slow, release }) => {
    const request = { project: "shop", app: "blog", color: "blue" } as const;
    const times = { timeoutMs: 60_000, streamTimeoutMs: 60_000 };
    const socketPath = join(next.dir, "control.sock");
    const lines = callOperation("drain", { ...request, ...times }, { socketPath });
    const first = (await lines.next()).value;
    assert.ok(first?.kind === "draining");
    assert.deepEqual([first.inFlight, first.oldest[0]?.path], [1, "/slow"]);
    release();
    await slow;
    let last: DrainEvent | undefined;
    for await (const line of lines) last = line;
    assert.ok(last?.kind === "drained");
    assert.deepEqual([last.completed, last.cut], [1, []]);
  });
});
