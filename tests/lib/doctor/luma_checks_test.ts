import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkLeftovers,
  checkLocks,
  checkLogs,
  checkNetwork,
  checkPorts,
  checkProxy,
} from "../../../lib/doctor/luma_checks.ts";
import type { Finding, Observation } from "../../../lib/doctor/types.ts";
import type { ServerState } from "../../../lib/state/types.ts";
import { aReplica, MIDDLE } from "../../fixtures/server_state.ts";
import {
  aHolder,
  anInside,
  anObservation,
  aProcess,
  aSoundState,
  NOW_MS,
  REACHED,
} from "../../fixtures/observation.ts";

/** `warning: message → fix`. */
function lines(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ mark, message, fix }) =>
    `${mark}: ${message}${fix === undefined ? "" : ` → ${fix}`}`
  );
}

function withState(changes: Partial<ServerState>): Observation {
  return anObservation({ inside: anInside({ state: aSoundState(changes) }) });
}

test("checkPorts() says whose the ports are", () => {
  assert.deepEqual(lines(checkPorts(anObservation())), ["good: 80 and 443 lead to luma-proxy"]);
  const stopped = withState({ proxyContainers: [aHolder({ status: "exited" })] });
  assert.deepEqual(lines(checkPorts(stopped)), [
    "bad: 80 and 443 are closed: luma-proxy-net is exited → luma setup",
  ]);
  const bare = withState({ proxyContainers: [], proxy: { kind: "absent" } });
  assert.deepEqual(lines(checkPorts(bare)), ["good: 80 and 443 are free for luma-proxy"]);
  const listeners = 'LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=12,fd=6))\n';
  const taken = { ...bare, reached: { ...REACHED, listeners } };
  assert.match(
    lines(checkPorts(taken)).join(),
    /^bad: 80 is used by nginx \(process 12\) → if it is not needed, for instance: systemctl/,
  );
});

test("checkPorts() warns of a port that this machine cannot reach", () => {
  const closed = anObservation({ ports: [{ port: 80, error: "no answer within 3 s" }] });
  assert.match(
    lines(checkPorts(closed)).join("\n"),
    /\nwarning: 80 cannot be reached from this machine: no answer within 3 s → let TCP port 80/,
  );
});

test("checkProxy() tells its version and workers, and what is wrong with it", () => {
  assert.match(lines(checkProxy(anObservation())).join(), /^good: luma-proxy \S+, 1 worker$/);
  assert.match(lines(checkProxy(withState({ proxy: { kind: "absent" } }))).join(), /^warning: /);
  assert.deepEqual(
    lines(checkProxy(withState({ proxy: { kind: "down", reason: "the container is exited" } }))),
    ["bad: luma-proxy does not answer: the container is exited → luma setup"],
  );
  const { proxy } = aSoundState();
  if (proxy.kind !== "running") throw new Error("the fixture's proxy runs");
  const old = { ...proxy, status: { ...proxy.status, version: "0.0.1", warnings: ["w"] } };
  assert.match(
    lines(checkProxy(withState({ proxy: old }))).join("\n"),
    /^warning: luma-proxy 0\.0\.1, 1 worker; this luma has .* → luma setup.*\nwarning: w$/,
  );
  const idle = { ...proxy, status: { ...proxy.status, workers: [] } };
  assert.match(lines(checkProxy(withState({ proxy: idle }))).join(), /^bad: .*0 workers/);
});

test("checkNetwork() wants a network that luma can choose addresses in", () => {
  assert.deepEqual(lines(checkNetwork(anObservation())), [
    "good: site-network, 172.18.0.0/16, 0 attached",
  ]);
  const { network, ...none } = aSoundState();
  if (network === undefined) throw new Error("the fixture has a network");
  const { ipRange: _ipRange, ...composed } = network;
  assert.match(
    lines(checkNetwork(withState({ network: composed }))).join(),
    /^bad: site-network was made by something else/,
  );
  const bare = anObservation({ inside: anInside({ state: none }) });
  assert.match(lines(checkNetwork(bare)).join(), /^good: site-network is not there yet/);
});

test("checkLocks() tells a deployment under way from one that died", () => {
  const lease = {
    token: "t",
    owner: "ann",
    host: "laptop",
    hostId: "h",
    pid: 7,
    sinceS: NOW_MS / 1000 - 60,
    expiresAtS: NOW_MS / 1000 + 10,
  };
  const withLease = (expiresAtS: number) =>
    anObservation({
      inside: anInside({ leases: [{ name: "site.blog", lease: { ...lease, expiresAtS } }] }),
    });
  assert.deepEqual(lines(checkLocks(withLease(lease.expiresAtS))), [
    "good: site.blog is held by ann on laptop (process 7), 1 minute ago",
  ]);
  assert.deepEqual(lines(checkLocks(withLease(0))), [
    "warning: site.blog was left by ann on laptop (process 7), 1 minute ago; " +
    "the next deployment takes it over → luma deploy blog",
  ]);
  assert.deepEqual(lines(checkLocks(anObservation())), ["good: none held"]);
  assert.deepEqual(lines(checkLocks({ ...withLease(0), project: "other" })), ["good: none held"]);
  const { project: _project, ...bare } = withLease(0);
  assert.match(lines(checkLocks(bare)).join(), /^warning: site\.blog was left by .* over$/);
});

test("checkLeftovers() says what an interrupted deployment left, and what the next one does", () => {
  const left = withState({
    containers: [aReplica("blue"), aReplica("green", { deployment: MIDDLE, alias: false })],
    proxy: aSoundState().proxy,
  });
  assert.deepEqual(lines(checkLeftovers(left)), [
    "warning: an interrupted deployment left blog-green → luma deploy blog (it removes blog-green)",
  ]);
  assert.deepEqual(lines(checkLeftovers(anObservation())), ["good: none"]);
});

test("checkLogs() names containers whose logs grow without end", () => {
  assert.deepEqual(lines(checkLogs(anObservation())), ["good: rotated"]);
  const { logMaxSize: _max, ...endless } = aProcess("blog-blue");
  const inside = anInside({ processes: [endless, aProcess("x", { logDriver: "journald" })] });
  assert.deepEqual(lines(checkLogs(anObservation({ inside }))), [
    "warning: grow without end: blog-blue → luma deploy --force blog",
  ]);
});
