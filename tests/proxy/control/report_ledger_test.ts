import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Ledger,
  pruneLedger,
  recordEnd,
  recordReport,
  shareOf,
  sumReports,
} from "../../../proxy/control/report_ledger.ts";
import type { GenerationReport } from "../../../proxy/worker/protocol.ts";
import { report } from "./fixtures/requests.ts";

const KEY = { project: "shop", app: "blog" };

function record(ledger: Ledger, worker: number, ...generations: GenerationReport[]): Ledger {
  return recordReport(ledger, worker, { generations });
}

test("sumReports() adds up the workers, and chooses by generation, color and route", () => {
  const oldest = [{ method: "GET", path: "/a", ageMs: 5, kind: "request" }] as const;
  const older = [{ method: "GET", path: "/b", ageMs: 9, kind: "request" }] as const;
  let ledger = record(new Map(), 1, report({ requests: 3, failed: 1, inFlight: 1, oldest }));
  ledger = record(ledger, 2, report({ requests: 4, inFlight: 2, oldest: older }));
  ledger = record(ledger, 3, report({ generation: 2, color: "green", requests: 5 }));
  ledger = record(ledger, 4, report({ app: "api", requests: 99 }));
  const first = sumReports(ledger, { ...KEY, generation: 1 });
  assert.deepEqual([first.requests, first.failed, first.inFlight], [7, 1, 3]);
  assert.deepEqual(first.oldest.map(({ path }) => path), ["/b", "/a"]);
  assert.equal(sumReports(ledger, { ...KEY, color: "green" }).requests, 5);
  assert.equal(sumReports(ledger, { ...KEY, exceptGeneration: 2 }).requests, 7);
  assert.equal(sumReports(ledger, KEY).requests, 12);
});

test("recordReport() keeps the counts of a generation that a worker no longer tells of", () => {
  let ledger = record(new Map(), 1, report({ requests: 3, inFlight: 2, streams: 1 }));
  ledger = record(ledger, 1, report({ generation: 2, color: "green", requests: 1 }));
  const { requests, inFlight, streams } = sumReports(ledger, { ...KEY, generation: 1 });
  assert.deepEqual({ requests, inFlight, streams }, { requests: 3, inFlight: 0, streams: 0 });
});

test("recordEnd() keeps what ended workers counted, and nothing in flight", () => {
  let ledger = record(new Map(), 1, report({ requests: 3, failed: 2, inFlight: 2 }));
  ledger = recordEnd(ledger, 1);
  ledger = recordEnd(record(ledger, 2, report({ requests: 4, failed: 1 })), 2);
  ledger = record(ledger, 3, report({ requests: 1 }));
  const { requests, failed, inFlight } = sumReports(ledger, KEY);
  assert.deepEqual({ requests, failed, inFlight }, { requests: 8, failed: 3, inFlight: 0 });
});

test("recordEnd() forgets the last minute of a worker, which nobody lets age any more", () => {
  const bad = { requests: 100, failed: 90 };
  let ledger = recordEnd(record(new Map(), 1, report({ ...bad, recent: bad })), 1);
  ledger = record(ledger, 2, report({ recent: { requests: 10, failed: 1 } }));
  const { requests, recent } = sumReports(ledger, KEY);
  assert.deepEqual({ requests, recent }, { requests: 100, recent: { requests: 10, failed: 1 } });
});

test("pruneLedger() drops what nobody asks for, unless something is in flight", () => {
  let ledger = record(new Map(), 1, report({ generation: 1, requests: 3, inFlight: 1 }));
  ledger = record(ledger, 2, report({ generation: 1, requests: 5 }));
  ledger = pruneLedger(ledger, ({ generation }) => generation > 1);
  assert.equal(sumReports(ledger, KEY).requests, 3);
});

test("shareOf() is 0, when there were no requests", () => {
  assert.equal(shareOf({ requests: 0, failed: 0 }), 0);
  assert.equal(shareOf({ requests: 4, failed: 1 }), 0.25);
});
