import assert from "node:assert/strict";
import { test } from "node:test";
import type { Operation, Operations, ProxyStatus } from "../../../proxy/api.ts";
import { formatLine } from "../../../proxy/cli/format_line.ts";
import { endpoint, routeOptions } from "../control/fixtures/requests.ts";

const EXPORT = { method: "GET", path: "/export", ageMs: 41_000, kind: "request" } as const;
const SOCKET = { method: "GET", path: "/ws", ageMs: 9_000, kind: "websocket" } as const;

const CASES: readonly (readonly [Operation, Operations[Operation]["line"], string])[] = [
  [
    "switch",
    { kind: "switched", generation: 4, workers: [{ pid: 1, atMs: 2 }], inFlight: 3 },
    "Switched: generation 4 serves in 1 worker; 3 requests in flight to the former one\n",
  ],
  ["confirm", { kind: "confirmed", generation: 4 }, "Confirmed: generation 4\n"],
  [
    "check",
    { kind: "healthy", name: "blog-blue", attempts: 3, afterMs: 510 },
    "✓ blog-blue: healthy after 510 ms, 3 attempts\n",
  ],
  [
    "check",
    { kind: "unhealthy", name: "blog-blue", attempts: 1, error: "GET /up: 500" },
    "✗ blog-blue: GET /up: 500 (1 attempt)\n",
  ],
  [
    "watch",
    { kind: "watching", leftMs: 1_500, requests: 9, failed: 1 },
    "Watching: 1.5 s left, 9 requests, 1 failed\n",
  ],
  [
    "watch",
    { kind: "watched", requests: 2, failed: 0, judged: false },
    "Watched: 2 requests, 0 failed; too few requests to judge\n",
  ],
  [
    "watch",
    {
      kind: "switched back",
      generation: 3,
      reason: "5 of 9 requests failed (56 %; 0 % before)",
      failure: { requests: 9, failed: 5, share: 5 / 9, oldShare: 0, examples: ["GET /x: 500"] },
    },
    "Switched back: 5 of 9 requests failed (56 %; 0 % before); generation 3 serves\n  GET /x: 500\n",
  ],
  [
    "switch-back",
    { kind: "switched back", generation: 0, reason: "r" },
    "Switched back: r; the route is gone, it had no former generation\n",
  ],
  [
    "drain",
    { kind: "draining", inFlight: 1, streams: 1, leftMs: 79_000, oldest: [EXPORT, SOCKET] },
    "Draining: 1 requests, 1 streams, 79 s left: GET /export, 41 s; GET /ws (websocket), 9.0 s\n",
  ],
  [
    "drain",
    { kind: "drained", completed: 2, closed: [SOCKET], cut: [EXPORT], tookMs: 120_000 },
    "Drained in 2 min: 2 completed, 1 closed, 1 still answered\n  closed: GET /ws (websocket), 9.0 s\n  still answered: GET /export, 41 s\n",
  ],
];

for (const [operation, line, expected] of CASES) {
  const name = "kind" in line ? line.kind : operation;
  test(`formatLine() tells "${name}" of ${operation}: ${expected.split("\n")[0]}`, () => {
    assert.equal(formatLine(operation, line, 0), expected);
  });
}

test("formatLine() lays out a status", () => {
  const status: ProxyStatus = {
    api: 1,
    version: "0.1.0",
    pid: 7,
    startedAtMs: 0,
    workers: [{ pid: 8, connections: 3 }, { pid: 9, connections: 2 }],
    warnings: ["2026-01-02T00:00:00.000Z worker 8 ended (SIGKILL) and is replaced"],
    routes: [{
      project: "shop",
      app: "blog",
      current: {
        generation: 3,
        color: "blue",
        deployment: "d1",
        endpoints: [endpoint(1), endpoint(2)],
        options: { ...routeOptions("blog.com"), path: "/api" },
        seal: "confirmed",
        switchedAtMs: 60_000,
        switchedBackFrom: { generation: 2, deployment: "d2", color: "green", reason: "500s" },
      },
      endpoints: [
        { ...endpoint(1), healthy: true },
        { ...endpoint(2), healthy: false, error: "connect 10.0.0.2:3000: refused" },
      ],
      byColor: {
        blue: { requests: 10, failed: 1, inFlight: 2, streams: 3 },
        green: { requests: 5, failed: 5, inFlight: 0, streams: 0 },
      },
    }],
  };
  assert.equal(
    formatLine("status", status, 180_000),
    `luma-proxy 0.1.0, process 7, up 3 min, 2 workers, 5 connections
warning: 2026-01-02T00:00:00.000Z worker 8 ended (SIGKILL) and is replaced

shop/blog: blog.com/api
  generation 3, blue, confirmed, deployment d1, 2 min ago
  left generation 2: 500s
  ✓ blog-1
  ✗ blog-2: connect 10.0.0.2:3000: refused
  blue: 10 requests, 1 failed, 2 in flight, 3 streams
  green: 5 requests, 5 failed, 0 in flight, 0 streams
`,
  );
});
