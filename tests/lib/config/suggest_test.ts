import assert from "node:assert/strict";
import { test } from "node:test";
import { editDistance, suggestName } from "../../../lib/config/suggest.ts";

const KEYS = ["image", "replicas", "health_check", "environment", "proxy", "app_port"];

for (
  const [name, meant] of [
    ["replica", "replicas"],
    ["relpicas", "replicas"],
    ["healthCheck", "health_check"],
    ["health-check", "health_check"],
    ["Image", "image"],
    ["env", "environment"],
    ["port", "app_port"],
    ["prxoy", "proxy"],
    ["volumes", undefined],
    ["x", undefined],
    ["", undefined],
  ] as const
) {
  test(`suggestName() finds ${meant ?? "nothing"}, when given "${name}"`, () => {
    assert.equal(suggestName(name, KEYS), meant);
  });
}

test("suggestName() finds the closest, when several are close", () => {
  assert.equal(suggestName("web2", ["web1", "web22", "web2"]), "web2");
});

test("suggestName() finds nothing, when two names begin with the text", () => {
  assert.equal(suggestName("web", ["web-shop-frontend", "web-admin-backend"]), undefined);
});

for (
  const [from, to, distance] of [
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "abc", 0],
    ["abc", "acb", 1],
    ["kitten", "sitting", 3],
    ["ca", "abc", 3],
  ] as const
) {
  test(`editDistance() is ${distance}, when "${from}" becomes "${to}"`, () => {
    assert.equal(editDistance(from, to), distance);
    assert.equal(editDistance(to, from), distance);
  });
}
