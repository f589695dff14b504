import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf, errorsOf, warningsOf, webErrorsOf, webOf, webText } from "./config_of.ts";

const SECRETS = {
  secrets: { TOKEN: "of the file", EMPTY: "" },
  env: { TOKEN: "of the env", ONLY: "env", NONE: "" },
};

for (
  const [plain, environment] of [
    ['["A=1", "B=a=b", "C="]', { A: "1", B: "a=b", C: "" }],
    ['{ A: 1.10, B: true, C: "", D: 0x1F, E: x }', {
      A: "1.10",
      B: "true",
      C: "",
      D: "0x1F",
      E: "x",
    }],
    ['["discovery.type=single-node"]', { "discovery.type": "single-node" }],
    ["{ __proto__: x }", Object.fromEntries([["__proto__", "x"]])],
    ['{ A: "a\\nb" }', { A: "a\nb" }],
    ["", {}],
  ] as const
) {
  test(`parseConfig() reads plain: ${plain}`, () => {
    assert.deepEqual(webOf(`environment: { plain: ${plain} }`).environment, environment);
  });
}

for (const [name, value] of [["TOKEN", "of the file"], ["ONLY", "env"], ["EMPTY", ""]] as const) {
  test(`parseConfig() finds the secret ${name}, in .luma/secrets before the environment`, () => {
    const { secrets } = webOf(`environment: { secret: [${name}] }`, SECRETS);
    assert.equal(secrets[name]?.reveal(), value);
  });
}

test("parseConfig() says where to write a secret that is missing, or empty in the environment", () => {
  assert.equal(
    webErrorsOf("environment: { secret: [NONE] }", SECRETS),
    "luma.yml:4:29 apps.web.environment.secret[0]: the secret NONE has no value\n" +
      "  fix: add a line NONE=… to .luma/secrets, or set NONE in the environment",
  );
});

test("parseConfig() names a secret of nearly that name", () => {
  const errors = webErrorsOf("environment: { secret: [TOEKN] }", SECRETS);
  assert.match(errors, /the secret TOEKN has no value, but \.luma\/secrets has TOKEN$/m);
});

test("parseConfig() only warns of a missing secret, when the command needs none", () => {
  const text = webText("environment: { secret: [NONE] }");
  assert.match(
    warningsOf(text, { allowMissingSecrets: true }).join(),
    /the secret NONE has no value/,
  );
  assert.deepEqual(configOf(text, { allowMissingSecrets: true }).apps[0]?.secrets, {});
});

for (
  const [environment, error] of [
    ["{ plain: [A=1], secret: [A] }", "environment.secret[0]: A is in plain too"],
    ["{ secret: [TOKEN, TOKEN] }", "environment.secret[1]: TOKEN is there twice"],
    ["{ plain: [A=1, A=2] }", "environment.plain[1]: A is there twice"],
    ["{ plain: [A] }", "environment.plain[0]: expected NAME=value, got a text without ="],
    ["{ plain: [=a] }", "environment.plain[0]: expected NAME=value, got a text without ="],
    [
      "{ plain: [1A=x] }",
      "environment.plain[0]: expected the name of a variable, of letters, digits and _",
    ],
    ["{ plain: { A: } }", "environment.plain.A: expected a text, got nothing"],
    ["{ plain: { A: [b] } }", "environment.plain.A: expected a text, got a list"],
    ["{ plain: [A: b] }", "environment.plain[0]: expected NAME=value, got a map"],
    ["{ plain: A=1 }", "environment.plain: expected a list, got a text"],
    ["{ PORT: 3000 }", "environment.PORT: a variable must stand under plain or secret"],
    ["[A=1]", "environment: expected a map, got a list"],
    ["{ secrets: [TOKEN] }", 'environment.secrets: unknown key, did you mean "secret"?'],
    ["{ secret: { TOKEN: hunter2 } }", "environment.secret: expected a list, got a map"],
    [
      "{ secret: [TOKEN=hunter2] }",
      "environment.secret[0]: expected the name of a secret, of letters, digits and _",
    ],
    [
      "{ secret: [hunter2!] }",
      "environment.secret[0]: expected the name of a secret, of letters, digits and _",
    ],
  ] as const
) {
  test(`parseConfig() refuses environment: ${environment}, without its values`, () => {
    const errors = webErrorsOf(`environment: ${environment}`, SECRETS);
    assert.ok(errors.includes(`apps.web.${error}`), errors);
    assert.doesNotMatch(errors, /hunter2/);
  });
}

test("parseConfig() takes build arguments from variables, then secrets, then the environment", () => {
  const text = "apps:\n  web:\n    build: { args: [MODE, TOKEN, ONLY, A=b=c] }\n" +
    "    environment: { plain: [MODE=prod], secret: [TOKEN] }\n";
  const [web] = configOf(text, SECRETS).apps;
  const { TOKEN, ...others } = web?.build?.args ?? {};
  assert.deepEqual(others, { MODE: "prod", ONLY: "env", A: "b=c" });
  assert.equal(typeof TOKEN === "object" && TOKEN.reveal(), "of the file");
  assert.deepEqual(warningsOf(text, SECRETS), [
    "luma.yml:3:27 apps.web.build.args[1]: TOKEN is a secret, and an image keeps its build arguments",
  ]);
});

test("parseConfig() finds problems of services too", () => {
  const errors = errorsOf(
    "services:\n  - name: db\n    image: x\n    environment: { secret: [PW] }\n",
  );
  assert.match(
    errors,
    /^luma\.yml:4:29 services\.db\.environment\.secret\[0\]: the secret PW has no value$/m,
  );
});
