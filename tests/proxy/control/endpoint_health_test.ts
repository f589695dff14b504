import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { EndpointChecks } from "../../../proxy/control/endpoint_checks.ts";
import {
  afterCheck,
  afterDialFailure,
  type EndpointHealth,
  newEndpointHealth,
} from "../../../proxy/control/endpoint_health.ts";
import { EMPTY_STATE, type ProxyState } from "../../../proxy/control/proxy_state.ts";
import { switchRoute } from "../../../proxy/control/switch_route.ts";
import { withProxy } from "./fixtures/fake_script.ts";
import { endpoint, routeOptions, switchRequest } from "./fixtures/requests.ts";

const RULES = { intervalMs: 30_000, retries: 3, ejectedIntervalMs: 2_000 };
const KEY = { project: "shop", app: "blog" };

/** `d`: a dial failed, `x`: a check failed, `.`: a check was good; what follows is ejected or not. */
const CASES: readonly (readonly [string, boolean])[] = [
  ["", false],
  ["x", false],
  ["xx", false],
  ["xxx", true],
  ["xx.xx", false],
  ["xxx.", true],
  ["xxx..", false],
  ["xxx.x.", true],
  ["d", true],
  ["d.", true],
  ["d..", false],
  ["d.d.", true],
  ["d..x", false],
];

for (const [story, expected] of CASES) {
  test(`afterCheck() ${expected ? "leaves out" : "uses"} an endpoint after "${story}"`, () => {
    const facts = { rules: RULES, nowMs: 0 };
    const health = [...story].reduce<EndpointHealth>(
      (health, what) =>
        what === "d"
          ? afterDialFailure(health, "refused", facts)
          : afterCheck(health, what === "x" ? "500" : undefined, facts),
      newEndpointHealth(RULES, 0),
    );
    assert.equal(health.ejected, expected);
  });
}

test("afterCheck() asks an endpoint that is left out more often", () => {
  const healthy = newEndpointHealth(RULES, 1_000);
  assert.equal(healthy.nextCheckMs, 31_000);
  const facts = { rules: RULES, nowMs: 2_000 };
  assert.equal(afterDialFailure(healthy, "refused", facts).nextCheckMs, 4_000);
  assert.equal(afterCheck(healthy, undefined, facts).nextCheckMs, 32_000);
});

function stateWith(...numbers: readonly number[]): ProxyState {
  const request = switchRequest({ endpoints: numbers.map(endpoint) });
  const outcome = switchRoute(EMPTY_STATE, request, { nowMs: 0, oldShare: 0 });
  return "state" in outcome ? outcome.state : EMPTY_STATE;
}

test("EndpointChecks forgets an endpoint that is not in use any more", () => {
  const checks = new EndpointChecks();
  checks.follow(stateWith(1, 2), 0);
  const failed = { ...KEY, endpoint: endpoint(2), error: "refused" };
  assert.equal(checks.noteDialFailure(stateWith(1, 2), failed, 0), true);
  assert.equal(checks.noteDialFailure(stateWith(1, 2), failed, 0), false);
  assert.equal(checks.isEjected(KEY, endpoint(2)), true);
  checks.follow(stateWith(1), 0);
  checks.follow(stateWith(1, 2), 0);
  assert.equal(checks.isEjected(KEY, endpoint(2)), false);
  assert.equal(
    checks.noteDialFailure(stateWith(1), { ...failed, endpoint: endpoint(9) }, 0),
    false,
  );
});

test("runCheckLoop() leaves a sick endpoint out, and uses it again when it is well", async () => {
  let status = 500;
  const server = await listen(createServer((_, response) => {
    response.statusCode = status;
    response.end("sick");
  }));
  const { port } = server.address() as AddressInfo;
  await withProxy(async (proxy) => {
    const options = routeOptions("blog.com");
    const health = { ...options.health, intervalMs: 20, retries: 2 };
    const replica = { address: "127.0.0.1", port, name: "blog-blue" };
    await proxy.call(
      "switch",
      switchRequest({ endpoints: [replica], options: { ...options, health } }),
    );
    await proxy.logged(/blog-blue is left out: GET \/up: 500: sick/);
    status = 200;
    await proxy.logged(/blog-blue is used again/);
  });
  server.close();
});

function listen(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
