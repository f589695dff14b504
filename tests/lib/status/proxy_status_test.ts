import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProxyStatus, RouteStatus } from "../../../proxy/api.ts";
import { formatProxyReport, type ProxyReport } from "../../../lib/status/proxy_status.ts";
import { aGeneration, aRoute } from "../../fixtures/server_state.ts";

const COUNTERS = { requests: 90, failed: 0, inFlight: 3, streams: 1 };
const ROUTE: RouteStatus = {
  ...aRoute(aGeneration("green", { generation: 7, seal: "watching" })),
  endpoints: [
    { name: "blog-green-1", address: "172.18.0.21", port: 3000, healthy: true },
    { name: "blog-green-2", address: "172.18.0.22", port: 3000, healthy: false, error: "refused" },
  ],
  byColor: { green: COUNTERS, blue: { ...COUNTERS, inFlight: 2 } },
};

function report(routes: readonly RouteStatus[], changes: Partial<ProxyReport> = {}): string {
  const status: ProxyStatus = {
    api: 1,
    version: "0.1.0",
    pid: 1,
    startedAtMs: 0,
    workers: [{ pid: 2, connections: 3 }, { pid: 3, connections: 1 }],
    warnings: [],
    routes,
  };
  const base = { kind: "proxy status", server: "web1", state: "running", status } as const;
  return formatProxyReport({ ...base, ...changes }, 120_000);
}

test("formatProxyReport() shows routes with generation, health and what is in flight", () => {
  const text = report([ROUTE]);
  assert.equal(
    text,
    `[web1] luma-proxy 0.1.0, started 2 minutes ago, 2 workers, 4 connections
  HOST      APP        COLOR  GENERATION  HEALTHY  IN FLIGHT       STREAMS
  blog.com  site/blog  green  7 watching  1/2      3 (2 draining)  1
    ✓ blog-green-1 at 172.18.0.21:3000
    ✗ blog-green-2 at 172.18.0.22:3000: refused`,
  );
  assert.ok(text.split("\n").every((line) => line.length <= 100));
});

test("formatProxyReport() says who stands in, what is wrong, and what to type", () => {
  const reason = "the container luma-proxy is exited";
  assert.match(
    report([], { state: "standing in", reason }),
    /luma-proxy-net stands in for it: the container luma-proxy is exited\n {2}→ luma setup[^]*no routes/,
  );
  const silent = { kind: "proxy status", server: "web1" } as const;
  assert.equal(
    formatProxyReport({ ...silent, state: "down", reason }, 0),
    `[web1] luma-proxy does not answer: ${reason}\n  → luma setup mends it`,
  );
  assert.match(
    formatProxyReport({ ...silent, state: "absent" }, 0),
    /is not there\n {2}→ luma setup/,
  );
});
