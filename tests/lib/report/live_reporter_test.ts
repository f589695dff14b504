import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "../../../lib/report/events.ts";
import { createLiveReporter } from "../../../lib/report/live_reporter.ts";
import { aReceipt } from "../../fixtures/receipt.ts";
import { virtualTerminal } from "../../fixtures/virtual_terminal.ts";

const AT = { server: "server", app: "blog" } as const;
const STEP = { kind: "step", ...AT, phase: "prepare", cause: "" } as const;

/** A display that events are given to, on a terminal that is read. */
function live(columns = 80, rows = 24) {
  const terminal = virtualTerminal(columns, rows);
  let clockMs = 0;
  const reporter = createLiveReporter({ ...terminal, color: false, now: () => clockMs });
  return {
    ...reporter,
    terminal,
    pass: (ms: number) => void (clockMs += ms),
    tell: (...events: readonly Event[]) => events.forEach(reporter.report),
    screen: terminal.screen,
  };
}

test("createLiveReporter() shows what happens, and since when", () => {
  const { tell, pass, screen, stop } = live();
  tell({ kind: "deploying", ...AT, replicas: 1 });
  assert.deepEqual(screen(), ["⠋ blog: looking at server · 0.0 s"]);
  tell({ ...STEP, step: "create-replica" });
  pass(1_500);
  tell({ ...STEP, step: "create-replica" });
  assert.deepEqual(screen(), ["⠴ blog: creating the new replicas · 1.5 s"]);
  stop();
});

test("createLiveReporter() counts the layers of a pull", () => {
  const { tell, screen, stop } = live();
  const at = { kind: "pulling", ...AT, image: "acme/blog:2" } as const;
  tell({ ...at, line: "2: Pulling from acme/blog" });
  assert.deepEqual(screen(), [
    "⠋ blog: pulling acme/blog:2 · 0.0 s",
    "  2: Pulling from acme/blog",
  ]);
  tell(
    { ...at, line: "a2abf6c4d29d: Pull complete" },
    { ...at, line: "a9edb18cadd1: Download complete" },
    { ...at, line: "589b7251471a: Pulling fs layer" },
  );
  assert.equal(screen()[1], "  ████████████░░░░░░░░░░░░ 1 of 3 layers, 1 to unpack");
  stop();
});

test("createLiveReporter() shows how much of an image is sent, how fast, and for how long yet", () => {
  const { tell, screen, pass, stop } = live();
  const at = { kind: "sending", ...AT, image: "acme/blog:2", totalBytes: 50_000_000 } as const;
  tell({ ...at, sentBytes: 0 });
  pass(2_000);
  tell({ ...at, sentBytes: 20_000_000 });
  assert.deepEqual(screen(), [
    "⠋ blog: sending acme/blog:2 · 2.0 s",
    "  ██████████░░░░░░░░░░░░░░ 40 % 20.0 MB of 50.0 MB, 10.0 MB/s, 3 s left",
  ]);
  stop();
});

test("createLiveReporter() shows the builder's newest line", () => {
  const { tell, screen, stop } = live();
  tell({ kind: "building", ...AT, line: "#5 [2/4] RUN apt-get update" });
  tell({ kind: "building", ...AT, line: "#6 [3/4] COPY . ." });
  assert.deepEqual(screen(), ["⠋ blog: building the image · 0.0 s", "  #6 [3/4] COPY . ."]);
  tell({ kind: "built", ...AT, image: "blog", imageId: "sha256:1", tookMs: 1 });
  assert.deepEqual(screen(), ["⠋ blog: looking at what has to change · 0.0 s"]);
  stop();
});

test("createLiveReporter() says of each replica why it is waited for", () => {
  const { tell, screen, pass, stop } = live();
  const containers = ["blog-green-1", "blog-green-2"];
  tell({ kind: "checking", ...AT, containers, budgetMs: 10_000 });
  pass(1_200);
  tell(
    {
      kind: "replica healthy",
      ...AT,
      container: "blog-green-1",
      afterMs: 1_200,
      healthy: 1,
      total: 2,
    },
    { kind: "replica waiting", ...AT, container: "blog-green-2", reason: "GET /up: 503" },
  );
  assert.deepEqual(screen(), [
    "⠹ blog: waiting until all are healthy, 1 of 2 · 1.2 s",
    "  blog-green-1  ✓ 1.2 s",
    "  blog-green-2  waiting: GET /up: 503, 9 s left",
  ]);
  stop();
});

test("createLiveReporter() keeps twenty replicas in six lines, those with a reason first", () => {
  const { tell, screen, stop } = live();
  const containers = Array.from({ length: 20 }, (_, index) => `blog-green-${index + 1}`);
  tell({ kind: "checking", ...AT, containers, budgetMs: 10_000 });
  assert.equal(screen().length, 7);
  assert.equal(screen()[6], "  … and 15 more");
  for (const container of containers.slice(0, 9)) {
    tell({ kind: "replica healthy", ...AT, container, afterMs: 900, healthy: 1, total: 20 });
  }
  tell({ kind: "replica waiting", ...AT, container: "blog-green-20", reason: "GET /up: 503" });
  assert.deepEqual(screen().slice(1), [
    "  ✓ 9 of 20",
    "  blog-green-20  waiting: GET /up: 503, 10 s left",
    "  blog-green-10  waiting, 10 s left",
    "  blog-green-11  waiting, 10 s left",
    "  blog-green-12  waiting, 10 s left",
    "  … and 7 more",
  ]);
  stop();
});

test("createLiveReporter() counts the time of a watch down between two events", () => {
  const { tell, screen, pass, stop } = live();
  tell({ kind: "watching", ...AT, leftMs: 3_000, requests: 1, failed: 0 });
  pass(1_600);
  tell({ ...STEP, kind: "step done", step: "switch", tookMs: 1 });
  tell({ kind: "watching", ...AT, leftMs: 1_400, requests: 40, failed: 2 });
  assert.deepEqual(
    screen(),
    [
      "⠴ blog: watching the new version, 2 s left · 1.6 s",
      "  40 requests, 2 failed",
    ].map((line) => line.replace("⠴", "⠦")),
  );
  stop();
});

test("createLiveReporter() names the oldest requests that are waited for, harmlessly", () => {
  const { tell, screen, stop } = live();
  const oldest = [
    { method: "GET", path: "/export", ageMs: 41_000, kind: "request" },
    { method: "GET", path: "/a\u001b[2J", ageMs: 9_999, kind: "websocket" },
  ] as const;
  tell({ kind: "draining", ...AT, inFlight: 3, streams: 1, leftMs: 118_400, oldest });
  assert.deepEqual(screen(), [
    "⠋ blog: draining the old version, 3 requests, 1 stream, 119 s left · 0.0 s",
    "    41 s  GET /export",
    "     9 s  GET /a�[2J  websocket",
    "          … and 2 more",
  ]);
  stop();
});

test("createLiveReporter() shows which containers got SIGTERM and have not ended", () => {
  const { tell, screen, pass, stop } = live();
  tell(
    { kind: "stopping", ...AT, container: "blog-blue-1", timeoutMs: 30_000 },
    { kind: "stopping", ...AT, container: "blog-blue-2", timeoutMs: 30_000 },
  );
  pass(400);
  tell({ kind: "stopped", ...AT, container: "blog-blue-1", killed: false, tookMs: 400 });
  assert.deepEqual(screen(), [
    "⠼ blog: stopping 2 containers · 0.4 s",
    "  blog-blue-1  ✓ 0.4 s",
    "  blog-blue-2  got SIGTERM, 30 s left",
  ]);
  stop();
});

test("createLiveReporter() shows apps and servers side by side, and a setup instead of its app", () => {
  const { tell, screen, stop } = live();
  tell(
    { kind: "deploying", ...AT, replicas: 1 },
    { kind: "setup", server: "server", message: "Starting luma-proxy" },
    { kind: "step", server: "other", app: "api", step: "switch", phase: "commit", cause: "" },
  );
  assert.deepEqual(screen(), [
    "⠋ server: Starting luma-proxy · 0.0 s",
    "⠋ api on other: switching · 0.0 s",
  ]);
  tell({ kind: "setup done", server: "server", changed: true });
  assert.match(screen().join("\n"), /blog on server: looking at server/);
  stop();
});

test("createLiveReporter() leaves no trace when it ends, nor where nothing happens", () => {
  const endings: readonly Event[] = [
    { kind: "unchanged", ...AT },
    { kind: "deployed", ...AT, receipt: aReceipt() },
    { kind: "error", message: "no", details: [], exitCode: 3 },
  ];
  for (const ending of endings) {
    const { tell, screen, stop } = live();
    tell({ kind: "deploying", ...AT, replicas: 1 }, ending);
    assert.deepEqual(screen(), []);
    stop();
  }
  const { tell, screen, stop } = live();
  tell({ kind: "deploying", ...AT, replicas: 1 });
  stop();
  assert.deepEqual(screen(), []);
});

test("createLiveReporter() prints lines above the display, and never beside it", () => {
  const { tell, around, terminal, screen, stop } = live(30);
  tell({ kind: "deploying", ...AT, replicas: 1 });
  around(() => terminal.write("[server] Warning: luma.yml:3\n"));
  assert.deepEqual(screen(), [
    "[server] Warning: luma.yml:3",
    "⠋ blog: looking at s… · 0.0 s",
  ]);
  stop();
});
