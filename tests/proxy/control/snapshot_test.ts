import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_STATE } from "../../../proxy/control/proxy_state.ts";
import { makeSnapshot } from "../../../proxy/control/snapshot.ts";
import { switchRoute } from "../../../proxy/control/switch_route.ts";
import { confirmGeneration } from "../../../proxy/control/seal_generation.ts";
import { endpoint, routeOptions, switchRequest } from "./fixtures/requests.ts";

const FACTS = { nowMs: 0, oldShare: 0 };

test("makeSnapshot() keeps hosts and path of the former generation until the current one is confirmed", () => {
  const blue = switchRequest({ options: routeOptions("a.com", "old.com") });
  const green = switchRequest({
    expectedGeneration: 1,
    color: "green",
    deployment: "d2",
    options: routeOptions("a.com", "new.com"),
  });
  const key = { project: "shop", app: "blog" };
  const first = confirmGeneration(switchState(EMPTY_STATE, blue), { ...key, generation: 1 });
  assert.ok(first.kind === "change");
  const watched = switchState(first.state, green);
  const confirmed = confirmGeneration(watched, { ...key, generation: 2 });
  assert.ok(confirmed.kind === "change");
  const former = [watched, confirmed.state].map((state) =>
    makeSnapshot(state, 1, () => false).routes[0]?.former
  );
  assert.deepEqual(former, [{ hosts: ["a.com", "old.com"], path: "/" }, undefined]);
});

test("makeSnapshot() marks ejected endpoints, and never leaves one out", () => {
  const state = switchState(EMPTY_STATE, switchRequest({ endpoints: [endpoint(1), endpoint(2)] }));
  const snapshot = makeSnapshot(state, 7, (_, { address }) => address.endsWith("2"));
  assert.equal(snapshot.sequence, 7);
  assert.deepEqual(snapshot.routes[0]?.endpoints, [
    { ...endpoint(1), ejected: false },
    { ...endpoint(2), ejected: true },
  ]);
});

function switchState(
  state: Parameters<typeof switchRoute>[0],
  request: Parameters<typeof switchRoute>[1],
): Parameters<typeof switchRoute>[0] {
  const outcome = switchRoute(state, request, FACTS);
  assert.ok(outcome.kind === "change");
  return outcome.state;
}
