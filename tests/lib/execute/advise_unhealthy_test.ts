import assert from "node:assert/strict";
import { test } from "node:test";
import { adviseUnhealthy, type UnhealthyFacts } from "../../../lib/execute/advise_unhealthy.ts";
import type { Listener } from "../../../lib/execute/find_listeners.ts";

const HEALTH = {
  path: "/up",
  intervalMs: 30_000,
  timeoutMs: 5_000,
  retries: 3,
  host: "blog.com",
  proto: "http",
} as const;

function advise(facts: Partial<UnhealthyFacts>): string {
  return adviseUnhealthy({ health: HEALTH, port: 3000, budgetMs: 10_000, ...facts });
}

function refused(...listeners: readonly Listener[]): string {
  return advise({ failure: { kind: "refused" }, listeners });
}

const EVERYWHERE = { address: "0.0.0.0", port: 3000, loopback: false };
const LOCAL = { address: "127.0.0.1", port: 3000, loopback: true };

test("adviseUnhealthy() tells an app that listens on its own loopback where to listen", () => {
  assert.equal(
    refused(LOCAL),
    "It listens on 127.0.0.1:3000 alone, which nobody outside its container reaches: " +
      "let it listen on 0.0.0.0 (often by HOST=0.0.0.0)",
  );
  assert.match(refused({ ...LOCAL, port: 8080 }), /^It listens on 127\.0\.0\.1:8080 alone/);
});

test("adviseUnhealthy() names the port that an app listens on instead", () => {
  const metrics = { ...LOCAL, port: 1000 };
  assert.match(
    refused(metrics, { ...EVERYWHERE, port: 8080 }),
    /^It listens on port 8080, not on 3000: write app_port: 8080 below proxy:/,
  );
});

test("adviseUnhealthy() says how to give more time to an app that is slow", () => {
  const more = /deploy: \{ health_timeout: 20s \}$/;
  assert.match(refused(EVERYWHERE), /^It listens on port 3000 by now, but not within 10 s/);
  assert.match(refused(EVERYWHERE), more);
  assert.match(refused(), /^Nothing in it listened on any port within 10 s/);
  assert.match(refused(), more);
  assert.match(advise({ failure: { kind: "refused" } }), more);
  assert.match(advise({ failure: { kind: "no answer" } }), more);
  assert.match(advise({ failure: { kind: "status", status: 503 } }), more);
  assert.match(advise({}), more);
});

const STATUSES: readonly (readonly [number, RegExp])[] = [
  [400, /asks for the host blog\.com/],
  [401, /without a login/],
  [403, /asks for the host blog\.com/],
  [404, /^Let GET \/up answer 200, or name a path/],
  [421, /asks for the host blog\.com/],
  [500, /^The app failed at GET \/up/],
  [204, /^GET \/up has to answer 200/],
  [302, /^GET \/up has to answer 200/],
];

for (const [status, expected] of STATUSES) {
  test(`adviseUnhealthy() knows what a status of ${status} means`, () => {
    assert.match(advise({ failure: { kind: "status", status } }), expected);
  });
}

test("adviseUnhealthy() tells what to do about a redirect, by where it leads", () => {
  const redirect = (location: string) =>
    advise({ failure: { kind: "status", status: 301, location } });
  assert.match(redirect("https://blog.com/up"), /^The app sends HTTP on to HTTPS: let it answer/);
  assert.equal(redirect("/up/"), "Write health_check: { path: /up/ } in luma.yml");
  assert.match(redirect("/login"), /follows no redirect, for \/login may be answered by anybody/);
});

test("adviseUnhealthy() tells of a port that speaks something else", () => {
  assert.match(advise({ failure: { kind: "not http", tls: true } }), /^It wants TLS on port 3000/);
  assert.match(advise({ failure: { kind: "not http", tls: false } }), /^Set app_port/);
  assert.match(advise({ failure: { kind: "closed" } }), /plain HTTP on port 3000/);
});
