import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseVersion, withTag } from "../../../lib/config/choose_version.ts";
import { configOf } from "./config_of.ts";

test("withTag() replaces tag and digest, and leaves a port alone", () => {
  assert.equal(withTag("web", "2"), "web:2");
  assert.equal(withTag("acme/web:1", "2"), "acme/web:2");
  assert.equal(withTag("registry.example.com:5000/web", "2"), "registry.example.com:5000/web:2");
  assert.equal(withTag(`acme/web:1@sha256:${"0".repeat(64)}`, "2"), "acme/web:2");
});

test("chooseVersion() gives every app the tag, also one that is built and has a name", () => {
  const { apps } = configOf("apps: { a: { image: 'x:1' }, b: { image: y, build: {} } }");
  assert.deepEqual(chooseVersion(apps, "2").map(({ image }) => image), ["x:2", "y:2"]);
});

test("chooseVersion() refuses what is no tag, and apps whose image has no name", () => {
  const { apps } = configOf("apps: { a: { image: x }, b: { build: {} } }");
  assert.throws(() => chooseVersion(apps, "b"), /Cannot choose a version of b: .* has no name/);
  assert.throws(() => chooseVersion(apps, "a b"), /"a b": it is no tag/);
});
