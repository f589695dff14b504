import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "../../../lib/report/events.ts";
import { createPlainReporter } from "../../../lib/report/plain_reporter.ts";
import { createJsonReporter } from "../../../lib/report/json_reporter.ts";
import { aReceipt } from "../../fixtures/receipt.ts";

const AT = { server: "server", app: "api" } as const;

function deployment(replicas: number): readonly Event[] {
  return [
    { kind: "deploying", ...AT, replicas },
    { kind: "colors", ...AT, from: "blue", to: "green", replicas, causes: ["image changed"] },
    { kind: "step", ...AT, step: "create-replica", phase: "prepare", cause: "image changed" },
    { kind: "step done", ...AT, step: "create-replica", phase: "prepare", tookMs: 5 },
    { kind: "replica healthy", ...AT, container: "api-green-1", afterMs: 1, healthy: 1, total: 4 },
    { kind: "healthy", ...AT, healthy: replicas, total: replicas },
    { kind: "switching", ...AT, to: "green" },
    { kind: "switched", ...AT, to: "green", generation: 2, inFlight: 3, workers: 2 },
    { kind: "watched", ...AT, requests: 80, failed: 0, judged: true },
    { kind: "deployed", ...AT, receipt: aReceipt() },
  ];
}

function print(
  events: readonly Event[],
  options: { readonly quiet?: boolean; readonly verbose?: boolean; readonly color?: boolean } = {},
) {
  const out: string[] = [];
  const err: string[] = [];
  const report = createPlainReporter({
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    quiet: false,
    verbose: false,
    color: false,
    ...options,
  });
  events.forEach(report);
  return { out, err };
}

test("createPlainReporter() prints three lines for an app with one replica", () => {
  assert.deepEqual(print(deployment(1)).out, [
    "[server] Deploying api...",
    "[server] Health check: ✓ Healthy",
    "[server] Deployment complete ✅",
  ]);
});

test("createPlainReporter() prints colors and switch for an app with several replicas", () => {
  assert.deepEqual(print(deployment(4)).out, [
    "[server] Deploying api (4 replicas)...",
    "[server] Current active: blue, deploying: green",
    "[server] Health checks: ✓ 4/4 replicas healthy",
    "[server] Switching traffic to green containers...",
    "[server] Deployment complete ✅",
  ]);
});

test("createPlainReporter() keeps standard output for results, and tells durations on the other", () => {
  assert.deepEqual(print(deployment(1)).err, [
    "[server] Took 6.9 s: prepare 0.5, start 0.4, health 0.3, switch 0.2, watch 3.0, drain 0.1, " +
    "stop 2.0, cleanup 0.4",
  ]);
});

test("createPlainReporter() tells every step when it is verbose", () => {
  const { err, out } = print(deployment(1), { verbose: true });
  assert.ok(err.includes("[server] prepare: create-replica (image changed)"));
  assert.ok(err.includes("[server] Watched: 80 requests to the new version, 0 failed"));
  assert.ok(out.includes("[server] Current active: blue, deploying: green"));
});

test("createPlainReporter() prints warnings and errors alone when it is quiet", () => {
  const warning: Event = { kind: "warning", ...AT, message: "2 requests were cut", hint: "wait" };
  const { out, err } = print([...deployment(4), warning], { quiet: true });
  assert.deepEqual(out, []);
  assert.deepEqual(err, ["[server] Warning: 2 requests were cut", "  → wait"]);
});

test("createPlainReporter() prints an error with its evidence, and what to do, line by line", () => {
  const error: Event = {
    kind: "error",
    message: "Cannot deploy",
    details: ["api-green | boom"],
    hint: "do this\nor that",
    exitCode: 3,
  };
  assert.deepEqual(print([error]).err, [
    "Error: Cannot deploy",
    "    api-green | boom",
    "  → do this",
    "  → or that",
  ]);
});

test("createPlainReporter() uses colors only where it may", () => {
  const error: Event = { kind: "error", message: "no", details: [], exitCode: 3 };
  assert.deepEqual(print([error], { color: true }).err, ["\u001b[31mError:\u001b[0m no"]);
});

test("createPlainReporter() says that a watch had too few requests, and who holds a lock", () => {
  const events: readonly Event[] = [
    { kind: "waiting for lock", ...AT, owner: "ann", host: "laptop", sinceMs: 0 },
    { kind: "watched", ...AT, requests: 1, failed: 0, judged: false },
    { kind: "switched back", ...AT, reason: "6 of 8 requests failed" },
    { kind: "undoing", ...AT, phase: "commit", reason: "no" },
  ];
  assert.deepEqual(print(events).err, [
    "[server] Waiting for a deployment by ann on laptop...",
    "[server] Watched: 1 request to the new version, 0 failed; too few to judge",
    "[server] Switched back to the old version: 6 of 8 requests failed",
    "[server] Putting everything back as it was...",
  ]);
});

test("createPlainReporter() says what is in use after a deployment was undone, and what is repaired", () => {
  assert.deepEqual(
    print([{ kind: "undone", ...AT, from: "blue" }, { kind: "undone", ...AT }]).err,
    [
      "[server] The old version of api (blue) is in use, as before",
      "[server] Nothing of api is left: it was not deployed before",
    ],
  );
  assert.deepEqual(
    print([{ kind: "repairing", ...AT, causes: ["the proxy does not know the app"] }]).out,
    ["[server] Repairing api: the proxy does not know the app"],
  );
});

test("createPlainReporter() tells what a setup does, and that nothing was to do", () => {
  const events: readonly Event[] = [
    { kind: "setup", server: "server", message: "Starting luma-proxy" },
    { kind: "setup done", server: "server", changed: true },
    { kind: "setup done", server: "server", changed: false },
    { kind: "unchanged", ...AT },
  ];
  assert.deepEqual(print(events).out, [
    "[server] Starting luma-proxy",
    "[server] Ready ✅",
    "[server] Ready ✅ (nothing to do)",
    "[server] api is up to date",
  ]);
});

test("createPlainReporter() tells of an image that is built and sent, and all of it when verbose", () => {
  const image = "luma-build/shop.api:3f9a1c04be77";
  const sent = { kind: "sent", ...AT, image, wireBytes: 56_200, wholeBytes: 317_000_000 } as const;
  const events: readonly Event[] = [
    { kind: "building", ...AT },
    { kind: "building", ...AT, line: "Step 1/2 : FROM debian" },
    { kind: "built", ...AT, image, imageId: "sha256:3f9a", tookMs: 1234 },
    { kind: "sending", ...AT, image, sentBytes: 1, totalBytes: 2 },
    { ...sent, sentBytes: 200_000 },
    { ...sent, sentBytes: 317_000_000 },
  ];
  assert.deepEqual(print(events).err, [
    "[server] Building api...",
    `[server] Built ${image} in 1.2 s`,
    `[server] Sent ${image}: 56.2 kB; the server had the rest of its 317 MB`,
    `[server] Sent ${image}: 56.2 kB of 317 MB, compressed`,
  ]);
  assert.ok(print(events, { verbose: true }).err.includes("[server] Step 1/2 : FROM debian"));
  assert.deepEqual(print(events, { quiet: true }).err, []);
});

test("createJsonReporter() prints each event as one line of JSON", () => {
  const lines: string[] = [];
  const events = deployment(2);
  const report = createJsonReporter((line) => lines.push(line));
  events.forEach(report);
  assert.deepEqual(lines.map((line) => JSON.parse(line)), events);
  assert.ok(lines.every((line) => !line.includes("\n")));
});
