import assert from "node:assert/strict";
import { test } from "node:test";
import type { Counters } from "../../../proxy/api.ts";
import type { AppStatus } from "../../../lib/status/app_status.ts";
import { formatTraffic, type TrafficLook } from "../../../lib/status/format_traffic.ts";

function look(atMs: number, traffic?: Partial<Counters>): TrafficLook {
  const none = { requests: 0, failed: 0, inFlight: 0, streams: 0 };
  const status: AppStatus = {
    kind: "status",
    server: "server",
    project: "site",
    app: "blog",
    status: "running",
    replicas: { running: 1, wanted: 1 },
    colors: { blue: 1, green: 0 },
    leftovers: [],
    repairs: [],
    notes: [],
    ...(traffic === undefined ? {} : { traffic: { ...none, ...traffic } }),
  };
  return { status, atMs };
}

test("formatTraffic() tells the rate between two looks", () => {
  const before = look(1_000, { requests: 100 });
  assert.equal(formatTraffic(before), "0 in flight");
  assert.equal(
    formatTraffic(look(3_000, { requests: 125, inFlight: 3, streams: 1, failed: 2 }), before),
    "12.5 requests/s, 3 in flight, 1 stream open, 2 failed since the switch",
  );
  assert.equal(
    formatTraffic(look(2_000, { requests: 1_300 }), before),
    "1200 requests/s, 0 in flight",
  );
});

test("formatTraffic() tells no rate where the counters began anew, and nothing without a proxy", () => {
  const before = look(1_000, { requests: 100 });
  assert.equal(formatTraffic(look(2_000, { requests: 3 }), before), "0 in flight");
  assert.equal(formatTraffic(look(2_000), before), undefined);
});
