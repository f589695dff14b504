import assert from "node:assert/strict";
import { test } from "node:test";
import { observeDescriptors, planDescriptors } from "../../../proxy/worker/descriptor_limit.ts";

test("planDescriptors() gives each connection two of what is left beside a reserve", () => {
  assert.deepEqual(planDescriptors({ limit: 1_024, used: 12 }), {
    maxDescriptors: 980,
    maxConnections: 490,
    maxRefusing: 10,
  });
});

test("planDescriptors() gives connections half of what is left where that is little", () => {
  assert.deepEqual(planDescriptors({ limit: 64, used: 24 }), {
    maxDescriptors: 20,
    maxConnections: 10,
    maxRefusing: 6,
  });
  assert.equal(planDescriptors({ limit: 10, used: 10 }).maxConnections, 1);
});

test("planDescriptors() takes a lower wish, and not a higher one", () => {
  const facts = { limit: 1_024, used: 12 };
  assert.equal(planDescriptors(facts, 100).maxConnections, 100);
  assert.equal(planDescriptors(facts, 10_000).maxConnections, 490);
  assert.equal(planDescriptors(facts, Infinity).maxConnections, 490);
});

test("observeDescriptors() knows that this process has some, and may have more", () => {
  const { limit, used } = observeDescriptors();
  assert.ok(limit > used && used >= 0, `${used} of ${limit}`);
});
