import assert from "node:assert/strict";
import { test } from "node:test";
import type { Failure, RouteKey, SwitchRequest } from "../../../proxy/api.ts";
import {
  type Change,
  EMPTY_STATE,
  findRoute,
  type ProxyState,
} from "../../../proxy/control/proxy_state.ts";
import {
  confirmGeneration,
  removeRoute,
  switchBack,
} from "../../../proxy/control/seal_generation.ts";
import { deployRoute, switchRoute } from "../../../proxy/control/switch_route.ts";
import { endpoint, routeOptions, switchRequest } from "./fixtures/requests.ts";

const FACTS = { nowMs: 1_000, oldShare: 0 };
const KEY: RouteKey = { project: "shop", app: "blog" };

/** The state after a change that must not be refused. */
function after<T>(outcome: Change<T> | Failure): ProxyState {
  assert.equal(outcome.kind, "change", JSON.stringify(outcome));
  return (outcome as Change<T>).state;
}

function afterSwitch(state: ProxyState, change: Partial<SwitchRequest>): ProxyState {
  return after(switchRoute(state, switchRequest(change), FACTS));
}

const GREEN = {
  expectedGeneration: 1,
  color: "green",
  deployment: "d2",
  endpoints: [endpoint(2)],
} as const;
const BLUE_WATCHED = afterSwitch(EMPTY_STATE, {});
const BLUE = after(confirmGeneration(BLUE_WATCHED, { ...KEY, generation: 1 }));
const GREEN_WATCHED = afterSwitch(BLUE, GREEN);

test("switchRoute() makes the first generation of a route that is not known", () => {
  const route = findRoute(BLUE_WATCHED, KEY);
  assert.equal(route?.current.generation, 1);
  assert.equal(route?.current.seal, "watching");
  assert.equal(route?.previous, undefined);
});

test("switchRoute() keeps the former generation, to go back to", () => {
  const route = findRoute(GREEN_WATCHED, KEY);
  assert.equal(route?.current.generation, 2);
  assert.deepEqual(route?.previous, findRoute(BLUE, KEY)?.current);
  assert.equal(route?.watch?.oldShare, 0);
});

test("switchRoute() confirms at once, when there is no watch", () => {
  const { watch: _, ...request } = switchRequest({ ...GREEN });
  const route = findRoute(after(switchRoute(BLUE, request, FACTS)), KEY);
  assert.equal(route?.current.seal, "confirmed");
  assert.equal(route?.previous, undefined);
  assert.equal(route?.watch, undefined);
});

test("switchRoute() answers a repetition with the same generation, whatever it expected", () => {
  const outcome = switchRoute(GREEN_WATCHED, switchRequest({ ...GREEN }), FACTS);
  assert.equal(after(outcome), GREEN_WATCHED);
  assert.deepEqual((outcome as Change<unknown>).result, { generation: 2, former: 1 });
});

test("switchRoute() takes other endpoints of the same deployment, and still goes back to the former", () => {
  const state = afterSwitch(GREEN_WATCHED, {
    ...GREEN,
    expectedGeneration: 2,
    endpoints: [endpoint(7)],
  });
  const route = findRoute(state, KEY);
  assert.equal(route?.current.generation, 3);
  assert.equal(route?.previous?.generation, 1);
});

const REFUSED:
  readonly (readonly [string, ProxyState, Partial<SwitchRequest>, Partial<Failure>])[] = [
    ["another expected generation", BLUE, { ...GREEN, expectedGeneration: 7 }, {
      code: "wrong generation",
      generation: 1,
    }],
    ["a route that should be there", EMPTY_STATE, { expectedGeneration: 3 }, {
      code: "wrong generation",
      generation: 0,
    }],
    ["an unconfirmed generation", GREEN_WATCHED, {
      expectedGeneration: 2,
      deployment: "d3",
    }, { code: "unconfirmed", generation: 2 }],
    ["a host of another route", BLUE, { app: "api", deployment: "d9" }, { code: "host taken" }],
    [
      "a host of another route at the same path, written in another way",
      afterSwitch(EMPTY_STATE, {
        options: { ...routeOptions("blog.com"), path: "/api" },
      }),
      { app: "api", deployment: "d9", options: { ...routeOptions("blog.com"), path: "/api/" } },
      { code: "host taken" },
    ],
    [
      "a host that another route may go back to",
      afterSwitch(BLUE, {
        ...GREEN,
        options: routeOptions("new.com"),
      }),
      { app: "api", deployment: "d9" },
      { code: "host taken" },
    ],
  ];

for (const [what, state, change, expected] of REFUSED) {
  test(`switchRoute() refuses ${what}`, () => {
    const outcome = switchRoute(state, switchRequest(change), FACTS);
    assert.equal(outcome.kind, "failure");
    const { code, generation, hint } = outcome as Failure;
    assert.equal(code, expected.code);
    assert.equal(generation, expected.generation);
    assert.ok(hint);
  });
}

test("switchRoute() lets two routes have one host at different paths, and several none", () => {
  const options = { ...routeOptions("blog.com"), path: "/api" };
  afterSwitch(BLUE, { app: "api", options });
  const open = afterSwitch(BLUE, { app: "a", options: routeOptions() });
  assert.equal(afterSwitch(open, { app: "b", options: routeOptions() }).routes.length, 3);
});

test("switchRoute() never repeats a number, also after the route was removed or left", () => {
  const removed = after(removeRoute(GREEN_WATCHED, KEY));
  assert.equal(findRoute(afterSwitch(removed, {}), KEY)?.current.generation, 3);
  const back = { ...KEY, generation: 1, reason: "r", nowMs: 1 };
  const left = after(switchBack(BLUE_WATCHED, back));
  assert.equal(findRoute(afterSwitch(left, {}), KEY)?.current.generation, 2);
});

test("deployRoute() makes a confirmed route, and the same one again changes nothing", () => {
  const request = {
    ...KEY,
    targets: ["blog:3000"],
    endpoints: [endpoint(1)],
    options: routeOptions("blog.com"),
  };
  const state = after(deployRoute(EMPTY_STATE, request, 5));
  assert.equal(findRoute(state, KEY)?.current.seal, "confirmed");
  assert.deepEqual(findRoute(state, KEY)?.targets, ["blog:3000"]);
  assert.equal(after(deployRoute(state, request, 6)), state);
});

test("deployRoute() refuses a route whose generation is not confirmed", () => {
  const request = { ...KEY, targets: [], endpoints: [endpoint(1)], options: routeOptions() };
  assert.equal((deployRoute(BLUE_WATCHED, request, 5) as Failure).code, "unconfirmed");
});
