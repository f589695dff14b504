/** A whole proxy of few file descriptors, with its metrics and its access log. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { dialWire, type Wire } from "../engine/wire.ts";
import { eventually } from "../engine/test_engine.ts";
import { withDir } from "./fixtures/fake_script.ts";
import {
  findFreePort,
  get,
  type RealProxy,
  startRealProxy,
  withApp,
} from "./fixtures/real_proxy.ts";
import { switchRequest } from "./fixtures/requests.ts";

const DESCRIPTORS = 64;

/** The value of a metric; its labels as they are written. */
async function metric(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const line = text.split("\n").find((line) => line.startsWith(`${name} `));
  return Number(line?.split(" ")[1]);
}

function isOver(wire: Wire): boolean {
  return wire.hasEnded || wire.isClosed;
}

async function countLines(path: string): Promise<number> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").length - 1;
}

/** Asks again and again, one question at a time. */
async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 25_000;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function withLimitedProxy(
  flags: readonly string[],
  body: (proxy: RealProxy, metricsPort: number) => Promise<void>,
): Promise<void> {
  await withDir(async (dir) => {
    const metricsPort = await findFreePort();
    const proxy = await startRealProxy(dir, await findFreePort(), {
      descriptors: DESCRIPTORS,
      flags: ["--metrics", `127.0.0.1:${metricsPort}`, ...flags],
    });
    try {
      await body(proxy, metricsPort);
    } finally {
      await proxy.stop();
    }
  });
}

test("luma-proxy goes on serving what it has when descriptors are few, and recovers", async () => {
  await withLimitedProxy(["--workers", "1"], async (proxy, metricsPort) => {
    const waiting: (() => void)[] = [];
    const serve = (request: IncomingMessage, response: ServerResponse) => {
      if (request.url !== "/slow") return false;
      waiting.push(() => response.end("slow"));
      return true;
    };
    await withApp("blue", async (app) => {
      await proxy.call("switch", switchRequest({ endpoints: [app.endpoint] }));
      const wires: Wire[] = [];
      for (let count = 0; count < 2 * DESCRIPTORS; count++) {
        const wire = await dialWire(proxy.port);
        wire.write("GET /slow HTTP/1.1\r\nHost: blog.com\r\n\r\n");
        wires.push(wire);
        // One after the other: Deno never accepts again once a burst has used up its descriptors.
        await eventually(
          () => waiting.length + wires.filter(isOver).length === wires.length,
          "an upstream or an end",
        );
      }
      const refused = 'luma_proxy_refused_total{reason="connections"}';
      assert.equal(await metric(metricsPort, refused), wires.length - waiting.length);
      assert.ok(waiting.length >= 5, `${waiting.length} are served`);
      for (const answer of waiting) answer();
      await eventually(
        () => wires.filter(({ pending }) => pending.endsWith("slow")).length === waiting.length,
        "all answers",
      );
      for (const wire of wires) wire.destroy();
      await until(async () => (await get(proxy.port, "/")).status === 200, "a new connection");
      assert.equal(await metric(metricsPort, "luma_proxy_worker_restarts_total"), 0);
      assert.equal(await metric(metricsPort, "luma_proxy_upstream_connect_failures_total"), 0);
    }, serve);
  });
});

test("luma-proxy sums counters over workers that were killed, and logs every request", async () => {
  const log = "access.log";
  await withDir(async (logDir) => {
    const path = join(logDir, log);
    await withLimitedProxy(["--access-log", path], async (proxy, metricsPort) => {
      await withApp("blue", async (app) => {
        await proxy.call("switch", switchRequest({ endpoints: [app.endpoint] }));
        const requests = 'luma_proxy_requests_total{project="shop",app="blog",color="blue"}';
        for (let count = 0; count < 20; count++) await get(proxy.port, `/${count}?token=x`);
        assert.equal(await metric(metricsPort, requests), 20);
        await until(async () => await countLines(path) === 20, "20 lines");
        const [status] = await proxy.call("status", {});
        for (const { pid } of status!.workers) process.kill(pid, "SIGKILL");
        await proxy.logged(/is replaced/);
        assert.equal(await metric(metricsPort, requests), 20);
        assert.equal((await fetch(`http://127.0.0.1:${metricsPort}/`)).status, 404);
        assert.equal(
          (await fetch(`http://127.0.0.1:${metricsPort}/metrics`, { method: "POST" })).status,
          405,
        );
      });
    });
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );
    assert.equal(lines.length, 20);
    assert.ok(lines.every(({ status, path }) => status === 200 && !path.includes("token")));
  });
});

test("luma-proxy serves while the disk of its access log is full, and counts what is lost", async () => {
  await withLimitedProxy(["--access-log", "/dev/full"], async (proxy, metricsPort) => {
    await withApp("blue", async (app) => {
      await proxy.call("switch", switchRequest({ endpoints: [app.endpoint] }));
      const lost = "luma_proxy_access_log_lost_lines_total";
      for (let count = 1; count <= 10; count++) {
        assert.equal((await get(proxy.port, "/")).status, 200);
      }
      await until(async () => await metric(metricsPort, lost) === 10, "10 lost lines");
      assert.match(await proxy.logged(/access log has lost/), /no space left/i);
      assert.equal((await get(proxy.port, "/")).status, 200);
    });
  });
});
