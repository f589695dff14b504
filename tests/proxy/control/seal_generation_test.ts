import assert from "node:assert/strict";
import { test } from "node:test";
import type { Failure } from "../../../proxy/api.ts";
import {
  type Change,
  EMPTY_STATE,
  findRoute,
  type ProxyState,
} from "../../../proxy/control/proxy_state.ts";
import {
  confirmGeneration,
  findSwitchedBack,
  markWatched,
  removeRoute,
  switchBack,
} from "../../../proxy/control/seal_generation.ts";
import { switchRoute } from "../../../proxy/control/switch_route.ts";
import { endpoint, routeOptions, switchRequest } from "./fixtures/requests.ts";

const KEY = { project: "shop", app: "blog" };
const FIRST = { ...KEY, generation: 1 };
const SECOND = { ...KEY, generation: 2 };
const FACTS = { nowMs: 1_000, oldShare: 0 };

function stateOf<T>(outcome: Change<T> | Failure): ProxyState {
  assert.equal(outcome.kind, "change", JSON.stringify(outcome));
  return (outcome as Change<T>).state;
}

function resultOf<T>(outcome: Change<T> | Failure): T {
  assert.equal(outcome.kind, "change", JSON.stringify(outcome));
  return (outcome as Change<T>).result;
}

const BLUE_WATCHED = stateOf(switchRoute(EMPTY_STATE, switchRequest(), FACTS));
const BLUE = stateOf(confirmGeneration(BLUE_WATCHED, FIRST));
const GREEN_WATCHED = stateOf(switchRoute(
  BLUE,
  switchRequest({
    expectedGeneration: 1,
    color: "green",
    deployment: "d2",
    endpoints: [endpoint(2)],
    options: routeOptions("blog.com", "new.com"),
  }),
  FACTS,
));

test("confirmGeneration() seals the generation and forgets the former one", () => {
  const route = findRoute(stateOf(confirmGeneration(GREEN_WATCHED, SECOND)), KEY);
  assert.equal(route?.current.seal, "confirmed");
  assert.equal(route?.previous, undefined);
  assert.equal(route?.watch, undefined);
});

test("confirmGeneration() changes nothing the second time", () => {
  const outcome = confirmGeneration(BLUE, FIRST);
  assert.equal(stateOf(outcome), BLUE);
  assert.deepEqual(resultOf(outcome), { kind: "confirmed", generation: 1 });
});

test("confirmGeneration() refuses a generation that is not the current one", () => {
  const refusal = confirmGeneration(GREEN_WATCHED, FIRST) as Failure;
  assert.equal(refusal.code, "wrong generation");
  assert.equal(refusal.generation, 2);
  assert.equal((confirmGeneration(EMPTY_STATE, FIRST) as Failure).code, "unknown route");
});

test("markWatched() notes that the watch passed, and keeps what to go back to", () => {
  const route = findRoute(markWatched(GREEN_WATCHED, SECOND), KEY);
  assert.equal(route?.current.seal, "watched");
  assert.equal(route?.previous?.generation, 1);
  assert.ok(route?.watch);
  assert.equal(markWatched(BLUE, FIRST), BLUE);
  assert.equal(markWatched(GREEN_WATCHED, FIRST), GREEN_WATCHED);
});

test("switchBack() makes a new generation with the former endpoints and options, confirmed", () => {
  const outcome = switchBack(GREEN_WATCHED, { ...SECOND, reason: "too slow", nowMs: 2_000 });
  assert.deepEqual(resultOf(outcome), {
    kind: "switched back",
    generation: 3,
    reason: "too slow",
  });
  const route = findRoute(stateOf(outcome), KEY);
  assert.deepEqual(route?.current, {
    ...findRoute(BLUE, KEY)?.current,
    generation: 3,
    switchedAtMs: 2_000,
    switchedBackFrom: { generation: 2, deployment: "d2", color: "green", reason: "too slow" },
  });
  assert.equal(route?.previous, undefined);
});

test("switchBack() and confirmGeneration() answer about a generation that was left, again and again", () => {
  const request = { ...SECOND, reason: "too slow", nowMs: 2_000 };
  const state = stateOf(switchBack(GREEN_WATCHED, request));
  const again = switchBack(state, { ...request, reason: "other words" });
  assert.equal(stateOf(again), state);
  const expected = { kind: "switched back", generation: 3, reason: "too slow" };
  assert.deepEqual(resultOf(again), expected);
  assert.deepEqual(resultOf(confirmGeneration(state, SECOND)), expected);
});

test("switchBack() removes a route that has no former generation, and remembers that", () => {
  const request = { ...FIRST, reason: "500s", nowMs: 2_000 };
  const outcome = switchBack(BLUE_WATCHED, request);
  const expected = { kind: "switched back", generation: 0, reason: "500s" };
  assert.deepEqual(resultOf(outcome), expected);
  const state = stateOf(outcome);
  assert.deepEqual(state.routes, []);
  assert.deepEqual(resultOf(confirmGeneration(state, FIRST)), expected);
  assert.deepEqual(resultOf(switchBack(state, request)), expected);
  const next = stateOf(switchRoute(state, switchRequest(), FACTS));
  assert.equal(findSwitchedBack(next, FIRST), undefined);
});

test("switchBack() refuses to leave a confirmed generation", () => {
  const refusal = switchBack(BLUE, { ...FIRST, reason: "r", nowMs: 1 }) as Failure;
  assert.equal(refusal.code, "confirmed");
});

test("removeRoute() says whether there was a route", () => {
  assert.deepEqual(resultOf(removeRoute(BLUE, KEY)), { kind: "removed", found: true });
  assert.equal(stateOf(removeRoute(EMPTY_STATE, KEY)), EMPTY_STATE);
});
