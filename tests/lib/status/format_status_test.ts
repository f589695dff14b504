import assert from "node:assert/strict";
import { test } from "node:test";
import type { Lease } from "../../../lib/lock/lease_script.ts";
import { describeApp, describeUnreachable } from "../../../lib/status/app_status.ts";
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
   [server] Status: Not deployed
   [server] → luma deploy blog brings it into use`,
  );
});

/** A new color beside the one in use, which no request has reached. */
const CANDIDATE = aServer(
  [aReplica("blue"), aReplica("green", { deployment: MIDDLE, alias: false })],
  [aRoute(aGeneration("blue"))],
);

test("formatStatus() names what an interrupted deployment left, and what clears it away", () => {
  assert.deepEqual(format(CANDIDATE).split("\n").slice(-2), [
    "   [server] Left by an interrupted deployment: blog-green",
    "   [server] → luma deploy blog removes blog-green",
  ]);
});

test("formatStatus() says that the next deployment lets an old color finish, and confirms", () => {
  const watched = aRoute(
    aGeneration("green", { seal: "watching", deployment: MIDDLE }),
    aGeneration("blue"),
  );
  const server = aServer([aReplica("blue"), aReplica("green", { deployment: MIDDLE })], [watched]);
  assert.deepEqual(format(server).split("\n").slice(-4), [
    "   [server] Left by an interrupted deployment: blog-blue",
    "   [server] → luma deploy blog watches the version in use, and confirms it",
    "   [server] → luma deploy blog lets blog-blue answer what it has begun, and stops it",
    "   [server] Note: the newest deployment was interrupted before it was confirmed",
  ]);
});

test("formatStatus() tells who deploys now, instead of calling it interrupted", () => {
  const lease: Lease = {
    token: "t",
    expiresAtS: 0,
    owner: "ann",
    host: "laptop",
    hostId: "h",
    pid: 7,
    sinceS: TEN_MINUTES_LATER / 1000 - 12,
  };
  assert.deepEqual(format(CANDIDATE, { lease }).split("\n").slice(-2), [
    "   [server] Deployment under way: begun 12 seconds ago by ann on laptop (process 7)",
    "   [server] Beside what is in use: blog-green",
  ]);
  assert.deepEqual(describe(CANDIDATE, { lease }).deploying, {
    owner: "ann",
    host: "laptop",
    pid: 7,
    sinceMs: TEN_MINUTES_LATER - 12_000,
  });
});

test("formatStatus() shows an app whose server cannot be reached, and what to do", () => {
  const status = describeUnreachable({
    server: "web2",
    project: "site",
    config: anApp(),
    reasons: ["Cannot reach web2: no answer within 10 seconds", "→ Check the firewall"],
  });
  assert.equal(
    formatStatus(status, 0),
    `📱 App: blog
   Status: ❓ UNREACHABLE
   [web2] Cannot reach web2: no answer within 10 seconds
   [web2] → Check the firewall`,
  );
});

test("describeApp() adds up what the proxy counts of both colors", () => {
  const route = {
    ...aRoute(aGeneration("blue")),
    byColor: {
      blue: { requests: 10, failed: 1, inFlight: 2, streams: 0 },
      green: { requests: 5, failed: 0, inFlight: 1, streams: 3 },
    },
  };
  assert.deepEqual(describe(aServer([aReplica("blue")], [route])).traffic, {
    requests: 15,
    failed: 1,
    inFlight: 3,
    streams: 3,
  });
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
  assert.match(unconfirmed.notes.join(), /interrupted before it was confirmed/);
});

test("describeApp() notes how the newest deployment failed, once", () => {
  const server = aServer([aReplica("blue", { deployment: OLD })], [aRoute(aGeneration("blue"))]);
  const receipt = aReceipt({ outcome: "failed", error: "no answer", deployment: MIDDLE });
  assert.deepEqual(describe(server, { receipt }).notes, [
    `deployment ${MIDDLE} failed: no answer`,
  ]);
  assert.deepEqual(describe(server, { receipt: { ...receipt, deployment: OLD } }).notes, []);
});
