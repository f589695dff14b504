import assert from "node:assert/strict";
import { test } from "node:test";
import { GenerationAges } from "../../../proxy/control/generation_ages.ts";
import { EMPTY_STATE, type ProxyState } from "../../../proxy/control/proxy_state.ts";
import { switchRoute } from "../../../proxy/control/switch_route.ts";
import { switchRequest } from "./fixtures/requests.ts";

const KEY = { project: "shop", app: "blog" };

/** Switched at times that have nothing to do with the clock of ages. */
function switched(state: ProxyState, expectedGeneration: number): ProxyState {
  const { watch: _, ...request } = switchRequest();
  const color = expectedGeneration === 0 ? "blue" : "green";
  const next = { ...request, expectedGeneration, color, deployment: color } as const;
  const outcome = switchRoute(state, next, { nowMs: 9_000_000, oldShare: 0 });
  assert.ok(outcome.kind === "change");
  return outcome.state;
}

test("GenerationAges.of() counts from when a generation was first seen, and anew for the next one", () => {
  const ages = new GenerationAges();
  const first = switched(EMPTY_STATE, 0);
  assert.equal(ages.of(KEY, 5), 0);
  ages.follow(first, 10);
  ages.follow(first, 500);
  assert.equal(ages.of(KEY, 1_000), 990);
  ages.follow(switched(first, 1), 2_000);
  assert.equal(ages.of(KEY, 2_100), 100);
  ages.follow(EMPTY_STATE, 2_200);
  assert.equal(ages.of(KEY, 2_300), 0);
});
