/** Metrics: sums over workers, and their text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMetrics } from "../../../proxy/control/format_metrics.ts";
import { TrafficLedger } from "../../../proxy/control/traffic_ledger.ts";
import { TrafficCounters } from "../../../proxy/engine/traffic_counters.ts";
import type { RouteCount, WorkerReport } from "../../../proxy/worker/protocol.ts";

const BLOG = { project: "shop", app: "blog", color: "blue" } as const;

function reportOf(
  accepted: number,
  routes: readonly RouteCount[] = [],
  lostLines = 0,
): WorkerReport {
  const traffic = new TrafficCounters();
  traffic.accepted = accepted;
  for (let count = 0; count < accepted; count++) traffic.refuse("unrouted");
  const log = lostLines > 0 ? { lostLines, error: "ENOSPC" } : { lostLines };
  return { connections: 0, traffic: traffic.report(), routes, generations: [], log };
}

test("TrafficLedger adds up workers, and keeps what an ended one has counted", () => {
  const ledger = new TrafficLedger();
  assert.equal(ledger.sum(), undefined);
  ledger.record(1, reportOf(3, [{ ...BLOG, requests: 5, failed: 1 }], 2));
  ledger.record(2, reportOf(4, [{ ...BLOG, requests: 7, failed: 0 }]));
  ledger.record(1, reportOf(5, [{ ...BLOG, requests: 6, failed: 2 }], 3));
  ledger.end(1);
  ledger.end(1);
  ledger.record(3, reportOf(1, [{ ...BLOG, color: "green", requests: 1, failed: 1 }]));
  const sum = ledger.sum()!;
  assert.deepEqual([sum.traffic.accepted, sum.traffic.refused.unrouted], [10, 10]);
  assert.deepEqual(sum.log, { lostLines: 3, error: "ENOSPC" });
  assert.deepEqual(sum.routes, [
    { ...BLOG, requests: 13, failed: 2 },
    { ...BLOG, color: "green", requests: 1, failed: 1 },
  ]);
});

test("formatMetrics() writes what Prometheus reads", () => {
  const traffic = new TrafficCounters();
  traffic.refuse("body_size");
  const text = formatMetrics({
    version: "1.2.3",
    startedAtMs: 1_500,
    workers: [{ connections: 2 }, { connections: 3 }],
    workersRestarted: 1,
    switches: 4,
    counts: {
      traffic: traffic.report(),
      log: { lostLines: 0 },
      routes: [{ ...BLOG, requests: 9, failed: 1 }],
    },
    busy: [{ ...BLOG, inFlight: 2, streams: 1 }],
  });
  for (
    const line of [
      'luma_proxy_build_info{version="1.2.3"} 1',
      "luma_proxy_start_time_seconds 1.5",
      "luma_proxy_workers 2",
      "luma_proxy_connections 5",
      "luma_proxy_worker_restarts_total 1",
      "luma_proxy_switches_total 4",
      'luma_proxy_refused_total{reason="body_size"} 1',
      'luma_proxy_refused_total{reason="connections"} 0',
      'luma_proxy_requests_total{project="shop",app="blog",color="blue"} 9',
      'luma_proxy_requests_failed_total{project="shop",app="blog",color="blue"} 1',
      'luma_proxy_requests_in_flight{project="shop",app="blog",color="blue"} 2',
      'luma_proxy_streams{project="shop",app="blog",color="blue"} 1',
    ]
  ) assert.ok(text.includes(`\n${line}\n`), `${line} in\n${text}`);
  const name = "[a-z_]+";
  const labels = `\\{${name}="[^"]*"(,${name}="[^"]*")*\\}`;
  const line = new RegExp(
    `^(# HELP ${name} .+|# TYPE ${name} (counter|gauge)|` +
      `${name}(${labels})? [0-9.]+)$`,
  );
  assert.deepEqual(text.trimEnd().split("\n").filter((one) => !line.test(one)), []);
});

test("formatMetrics() writes zeros before a worker has reported", () => {
  const text = formatMetrics({
    version: "1",
    startedAtMs: 0,
    workers: [],
    workersRestarted: 0,
    switches: 0,
    counts: undefined,
    busy: [],
  });
  assert.match(text, /\nluma_proxy_connections_accepted_total 0\n/);
  assert.doesNotMatch(text, /undefined|NaN/);
});
