import assert from "node:assert/strict";
import { test } from "node:test";
import { findUnsupported } from "../../../lib/config/find_unsupported.ts";
import { formatProblem } from "../../../lib/config/format_problems.ts";
import { configOf, type Surroundings, warningsOf } from "./config_of.ts";

function unsupportedOf(text: string, surroundings: Surroundings = {}): readonly string[] {
  return findUnsupported(configOf(text, surroundings)).map((problem) => formatProblem(problem));
}

const LOGIN = { secrets: { DOCKER_REGISTRY_PASSWORD: "pw", TOKEN: "t" } };

for (
  const [text, expected] of [
    ["apps: { a: { image: x, servers: [b, c] } }", [
      "luma.yml:1:24 apps.a.servers: not in this version yet: several servers for one app (b, c)\n" +
      '  fix: name one: servers: ["b"]',
    ]],
  ] as const
) {
  test(`findUnsupported() names what this version cannot do in ${text}`, () => {
    assert.deepEqual(unsupportedOf(text, LOGIN), expected);
  });
}

for (
  const text of [
    "apps: { a: { image: x, build: {}, proxy: { ssl: true } }, b: { build: {} } }\nservices: { d: { image: y } }",
    "apps: { a: { image: x, server: b }, c: { image: x, server: d } }",
    "docker: { username: u }\napps: { a: { image: acme/x } }",
  ]
) {
  test(`findUnsupported() finds nothing in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(unsupportedOf(text, LOGIN), []);
  });
}

test("findUnsupported() leaves out what concerns other apps", () => {
  const config = configOf(
    "apps: { a: { image: x, servers: [s, t] }, b: { image: x }, c: { image: x, servers: [s, t] } }",
  );
  assert.deepEqual(findUnsupported(config, ["b", "c"]).map(({ app }) => app), ["c"]);
});

test("parseConfig() warns, when there is no password to log in with", () => {
  const text = "docker: { username: u }\napps: { a: { image: x } }";
  assert.deepEqual(unsupportedOf(text), []);
  assert.match(
    warningsOf(text).join(),
    /luma does not log in as u: there is no secret DOCKER_REGISTRY_PASSWORD/,
  );
});
