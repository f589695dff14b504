import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "../../../lib/report/events.ts";
import { createLiveReporter, describeNow } from "../../../lib/report/live_reporter.ts";

const AT = { server: "server", app: "blog" } as const;
const CLEAR = "\r\u001b[2K";

function describe(event: Event): string | undefined {
  return describeNow(event);
}

test("describeNow() says in words what happens", () => {
  const step = { kind: "step", ...AT, phase: "prepare", cause: "" } as const;
  assert.equal(describe({ ...step, step: "check-health" }), "blog: waiting until they are healthy");
  assert.equal(
    describe({ kind: "watching", ...AT, leftMs: 2_100, requests: 7, failed: 1 }),
    "blog: watching the new version, 3 s left: 7 requests, 1 failed",
  );
  assert.equal(
    describe({ kind: "undoing", ...AT, phase: "commit", reason: "no" }),
    "blog: putting everything back as it was",
  );
});

test("describeNow() names the oldest request that is waited for", () => {
  const oldest = [{ method: "GET", path: "/export", ageMs: 41_000, kind: "request" }] as const;
  const event: Event = { kind: "draining", ...AT, inFlight: 2, streams: 1, leftMs: 1, oldest };
  assert.equal(
    describe(event),
    "blog: draining 2 requests, 1 streams, oldest GET /export, 41 s",
  );
});

test("describeNow() ends with an end, and leaves what is going on at other events", () => {
  assert.equal(describe({ kind: "unchanged", ...AT }), "");
  assert.equal(describe({ kind: "switching", ...AT, to: "green" }), undefined);
});

/** What a terminal of one line shows after everything that was written to it. */
function shown(written: readonly string[]): string {
  return written.join("").split("\r\u001b[2K").at(-1) ?? "";
}

function live(columns = 80) {
  const written: string[] = [];
  let clockMs = 0;
  const reporter = createLiveReporter({
    write: (text) => void written.push(text),
    columns: () => columns,
    now: () => clockMs,
  });
  return { ...reporter, written, pass: (ms: number) => void (clockMs += ms) };
}

test("createLiveReporter() shows what happens, and since when", () => {
  const { report, written, pass, stop } = live();
  const event: Event = { kind: "watching", ...AT, leftMs: 3_000, requests: 0, failed: 0 };
  report({ kind: "step", ...AT, step: "watch", phase: "commit", cause: "" });
  pass(1_500);
  report(event);
  assert.match(shown(written), /watching the new version, 3 s left.* \(1\.5 s\)$/);
  report({ kind: "step", ...AT, step: "confirm", phase: "commit", cause: "" });
  assert.match(shown(written), /confirming \(0\.0 s\)$/);
  stop();
});

test("createLiveReporter() prints lines above the live one, and never beside it", () => {
  const { report, around, written, stop } = live();
  report({ kind: "deploying", ...AT, replicas: 1 });
  around(() => written.push("a line\n"));
  assert.deepEqual(written.slice(1, 3), [CLEAR, "a line\n"]);
  assert.match(shown(written), /looking at server/);
  stop();
});

test("createLiveReporter() leaves no trace when it ends, nor where nothing happens", () => {
  const { report, written, stop } = live();
  report({ kind: "deploying", ...AT, replicas: 1 });
  report({ kind: "unchanged", ...AT });
  assert.equal(shown(written), "");
  report({ kind: "deploying", ...AT, replicas: 1 });
  stop();
  assert.equal(shown(written), "");
});

test("createLiveReporter() never fills the last column, so that no line wraps", () => {
  const { report, written, stop } = live(20);
  report({ kind: "pulling", ...AT, image: "x", line: "0123456789".repeat(5) });
  assert.equal(shown(written).length, 19);
  stop();
});
