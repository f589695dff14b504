import assert from "node:assert/strict";
import { test } from "node:test";
import { describeApp } from "../../../lib/status/app_status.ts";
import { formatStatus } from "../../../lib/status/format_status.ts";
import { readAppState } from "../../../lib/state/app_state.ts";
import type { ServerState } from "../../../lib/state/types.ts";
import {
  aGeneration,
  anApp,
  aReplica,
  aRoute,
  aServer,
  aWorker,
  MIDDLE,
  OLD,
} from "../../fixtures/server_state.ts";
import { aReceipt } from "../../fixtures/receipt.ts";

const TEN_MINUTES_LATER = Date.parse("2026-01-01T00:10:00Z");

function describe(
  server: ServerState,
  more: Partial<Parameters<typeof describeApp>[0]> = {},
) {
  const config = anApp();
  const state = readAppState(server, "site", "blog");
  return describeApp({ server: server.server, config, state, ...more });
}

function format(...args: Parameters<typeof describe>): string {
  return formatStatus(describe(...args), TEN_MINUTES_LATER);
}

const GREENS = [1, 2, 3, 4].map((replica) => aReplica("green", { of: 4, replica }));

test("formatStatus() prints the lines that people know", () => {
  const checks = GREENS.map(({ name }) =>
    ({ kind: "healthy", name, attempts: 1, afterMs: 1 }) as const
  );
  const config = anApp({ replicas: 4 });
  assert.equal(
    format(aServer(GREENS, [aRoute(aGeneration("green"))]), { config, checks }),
    `📱 App: blog
   Status: ✅ RUNNING (green active)
   Replicas: 4/4 running
   Colors: 0 blue, 4 green
   [server] Status: Running (4 replicas)
   [server] Health: ✓ 4/4 replicas healthy
   [server] Last deployed: 10 minutes ago`,
  );
});

test("formatStatus() shows a sick replica, and why it is", () => {
  const checks = [
    { kind: "healthy", name: "blog-green-1", attempts: 1, afterMs: 1 },
    { kind: "unhealthy", name: "blog-green-2", attempts: 1, error: "GET /up: 500" },
  ] as const;
  const config = anApp({ replicas: 2 });
  assert.equal(
    format(aServer(GREENS.slice(0, 2), [aRoute(aGeneration("green"))]), { config, checks }),
    `📱 App: blog
   Status: ⚠️ DEGRADED (green active)
   Replicas: 2/2 running
   Colors: 0 blue, 2 green
   [server] Status: Degraded (2 replicas)
   [server] Health: ✗ 1/2 replicas healthy
   [server] Last deployed: 10 minutes ago
   [server] blog-green-2: GET /up: 500`,
  );
});

test("formatStatus() shows an app that was never deployed", () => {
  assert.equal(
    format(aServer([])),
    `📱 App: blog
   Status: ➖ NOT DEPLOYED
   Replicas: 0/1 running
   Colors: 0 blue, 0 green
   [server] Status: Not deployed`,
  );
});

test("formatStatus() names what an interrupted deployment left, and what clears it away", () => {
  const server = aServer(
    [aReplica("blue"), aReplica("green", { deployment: MIDDLE, alias: false })],
    [aRoute(aGeneration("blue"))],
  );
  assert.deepEqual(format(server).split("\n").slice(-2), [
    "   [server] Of a deployment that runs, or was interrupted: blog-green",
    "   [server] → if none runs, luma deploy blog clears it away",
  ]);
});

test("describeApp() tells how a stopped replica ended", () => {
  const server = aServer([aReplica("blue", { status: "exited" })], [aRoute(aGeneration("blue"))]);
  const { status, notes } = describe(server);
  assert.equal(status, "stopped");
  assert.deepEqual(notes, ["blog-blue: exited with status 0"]);
});

test("describeApp() tells that a replica is paused", () => {
  const server = aServer([aReplica("blue", { status: "paused" })], [aRoute(aGeneration("blue"))]);
  assert.deepEqual(describe(server).notes, ["blog-blue is paused"]);
});

test("describeApp() does not call an app running that no visitor can reach", () => {
  const server = aServer([aReplica("blue")], [], { proxy: { kind: "absent" } });
  const proxyProblem = "luma-proxy is not there";
  assert.equal(describe(server, { proxyProblem }).status, "degraded");
  assert.equal(describe(server, { config: aWorker(), proxyProblem }).status, "running");
});

test("describeApp() notes a proxy that does not know the app, and one without a confirm", () => {
  const lost = describe(aServer([aReplica("blue")]));
  assert.match(lost.notes.join(), /proxy does not know the app/);
  assert.equal(lost.status, "degraded");
  const watched = aRoute(aGeneration("blue", { seal: "watching" }), aGeneration("green"));
  const unconfirmed = describe(aServer([aReplica("blue")], [watched]));
  assert.match(unconfirmed.notes.join(), /not confirmed/);
});

test("describeApp() notes how the newest deployment failed, once", () => {
  const server = aServer([aReplica("blue", { deployment: OLD })], [aRoute(aGeneration("blue"))]);
  const receipt = aReceipt({ outcome: "failed", error: "no answer", deployment: MIDDLE });
  assert.deepEqual(describe(server, { receipt }).notes, [
    `deployment ${MIDDLE} failed: no answer`,
  ]);
  assert.deepEqual(describe(server, { receipt: { ...receipt, deployment: OLD } }).notes, []);
});
