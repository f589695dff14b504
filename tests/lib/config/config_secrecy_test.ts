import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { ConfigError } from "../../../lib/config/config_error.ts";
import { formatProblems } from "../../../lib/config/format_problems.ts";
import { configOf } from "./config_of.ts";

const MARK = "Zq9-very-secret";

/** Every way in which a value may end up in a terminal, a log or a file. */
function printed(value: unknown): string {
  return [
    String(value),
    JSON.stringify(value),
    inspect(value, { depth: null, showHidden: true }),
    ...(value instanceof Error ? [value.stack, value.message, inspect(value.cause)] : []),
    ...(value instanceof ConfigError
      ? [formatProblems(value.problems, value.sources), formatProblems(value.problems)]
      : []),
  ].join("\n");
}

const BASE = "docker: { username: acme }\napps:\n  web:\n    build: { args: [TOKEN] }\n" +
  "    environment: { secret: [TOKEN, KEY] }\n" +
  "    registry: { url: registry.example.com, username: acme, password_secret: TOKEN }\n" +
  "services:\n  db: { image: x, environment: { secret: [KEY] } }\n";

const SURROUNDINGS = {
  secrets: { TOKEN: `${MARK}1`, DOCKER_REGISTRY_PASSWORD: `${MARK}2` },
  env: { KEY: `${MARK}3` },
};

test("a Config prints no secret, however it is printed", () => {
  const config = configOf(BASE, SURROUNDINGS);
  assert.equal(config.apps[0]?.secrets.KEY?.reveal(), `${MARK}3`);
  assert.doesNotMatch(printed(config), new RegExp(MARK));
});

/** Ways to write a secret where none should be, or to break the file around one. */
const BROKEN: readonly string[] = [
  `environment: { secret: [TOKEN=${MARK}] }`,
  `environment: { secret: ["${MARK} x"] }`,
  `environment: { secret: { TOKEN: ${MARK} } }`,
  `environment: { secret: ${MARK} }`,
  `environment: { secrets: { TOKEN: ${MARK} } }`,
  `environment: { plain: ["${MARK}"] }`,
  `environment: { plain: ["1A=${MARK}"] }`,
  `environment: { plain: ["A=1", "A=${MARK}"] }`,
  `environment: { plain: { A: [${MARK}] } }`,
  `environment: { plain: ${MARK} }`,
  `environment: { TOKEN: ${MARK} }`,
  `environment: ${MARK}`,
  `build: { args: ${MARK} }`,
  `registry: { username: a, password: ${MARK} }`,
  `registry: { username: a, password_secret: "${MARK} x" }`,
  `registry: { username: a, password_secret: "${MARK} x", url: [1] }`,
  `password: ${MARK}`,
  `environment: { plain: [A=@${MARK}, @${MARK}] }`,
  `environment: { secret: [TOKEN] } }: ${MARK}`,
];

for (const keys of BROKEN) {
  test(`a ConfigError prints no secret, when an app has ${keys}`, () => {
    const text = `apps:\n  web:\n    image: x\n    ${keys}\n`;
    assert.throws(() => configOf(text, SURROUNDINGS), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.exitCode, 2);
      assert.doesNotMatch(printed(error), new RegExp(MARK));
      return true;
    });
  });
}

test("a ConfigError prints no value of .luma/secrets, wherever a file is broken", () => {
  const lines = BASE.split("\n");
  for (const [index] of lines.entries()) {
    for (const broken of ["oops: [", "\tx", "image: 1 2: 3", "replicas: two", "- x"]) {
      const text = lines.toSpliced(index, 0, `    ${broken}`).join("\n");
      try {
        assert.doesNotMatch(printed(configOf(text, SURROUNDINGS)), new RegExp(MARK));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        assert.doesNotMatch(printed(error), new RegExp(MARK));
      }
    }
  }
});
