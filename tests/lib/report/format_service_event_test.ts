import assert from "node:assert/strict";
import { test } from "node:test";
import { formatServiceEvent } from "../../../lib/report/format_service_event.ts";

const AT = { server: "server", service: "db" } as const;
const BEGIN = { ...AT, kind: "service", image: "postgres:17" } as const;
const DONE = { ...AT, kind: "service done", tookMs: 9_000 } as const;

test("formatServiceEvent() says what is done, and why", () => {
  const lines = [
    formatServiceEvent({ ...BEGIN, action: "create", causes: ["it is not there"] }),
    formatServiceEvent({ ...BEGIN, action: "start", causes: ["it is exited"] }),
    formatServiceEvent({ ...BEGIN, action: "replace", causes: ["limits changed", "x"] }),
    formatServiceEvent({ ...BEGIN, action: "repair", causes: ["a replacement was interrupted"] }),
    formatServiceEvent({ ...AT, kind: "service unchanged" }),
  ];
  assert.deepEqual(lines, [
    "Starting service db (postgres:17)...",
    "Starting service db again: it is exited...",
    "Replacing service db: limits changed, x; it is away for a moment...",
    "Repairing service db: a replacement was interrupted...",
    "Service db is up to date",
  ]);
});

test("formatServiceEvent() says for how long a service was away", () => {
  const lines = [
    formatServiceEvent({ ...DONE, action: "create" }),
    formatServiceEvent({ ...DONE, action: "replace", gapMs: 1_840 }),
    formatServiceEvent({ ...DONE, action: "repair", gapMs: 500 }),
    formatServiceEvent({ ...AT, kind: "service put back", gapMs: 6_200 }),
  ];
  assert.deepEqual(lines, [
    "Service db runs ✅",
    "Service db is replaced ✅ (it was away for 1.8 s)",
    "Service db is repaired ✅ (it was away for 0.5 s)",
    "Its former container runs again, with its data; db was away for 6.2 s",
  ]);
});
