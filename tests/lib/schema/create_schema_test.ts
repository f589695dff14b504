import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { createSchema } from "../../../lib/schema/create_schema.ts";
import type { ValueSchema } from "../../../lib/config/value_schema.ts";
import { errorsOf, type Surroundings } from "../config/config_of.ts";
import { projectWith, type WalkedKey, walkKeys } from "./walk_keys.ts";

const ROOT = new URL("../../../", import.meta.url);
const KEYS = walkKeys();

const ajv = new Ajv({ allErrors: true, strictTypes: false, strictRequired: false });
ajv.addKeyword("doNotSuggest"); // Only editors read it.
const validate = ajv.compile(createSchema());

/** Every secret that an example names has a value. */
const SURROUNDINGS: Surroundings = {
  env: { HOME: "/home/ann", DATABASE_URL: "x", REGISTRY_TOKEN: "x", MODE: "x" },
  secrets: {
    DATABASE_URL: "x",
    REGISTRY_TOKEN: "x",
    DOCKER_REGISTRY_PASSWORD: "x",
    POSTGRES_PASSWORD: "x",
  },
};

function schemaErrors(text: string): string {
  return schemaErrorsOf(parse(text));
}

function schemaErrorsOf(project: unknown): string {
  return validate(project) ? "" : ajv.errorsText(validate.errors, { separator: "\n" });
}

function parserErrors(text: string): string {
  return errorsOf(text, SURROUNDINGS);
}

function assertBoth(text: string, accepted: boolean): void {
  const [parser, schema] = [parserErrors(text), schemaErrors(text)];
  assert.deepEqual(
    { parser: parser === "", schema: schema === "" },
    { parser: accepted, schema: accepted },
    `${text}\nparser: ${parser}\nschema: ${schema}`,
  );
}

function yamlOf({ path }: WalkedKey, value: unknown): string {
  return JSON.stringify(projectWith(path, value));
}

test("createSchema() is a valid schema of draft 7 in which every key is described", () => {
  assert.equal(ajv.validateSchema(createSchema()), true);
  const bare = KEYS.filter(({ schema }) => !/^[\S\s]{10,}\.$/.test(schema.description ?? ""));
  assert.deepEqual(bare.map(({ path }) => path.join(".")), []);
});

test("createSchema() says of every key but maps and switches what a value looks like", () => {
  const bare = KEYS.filter(({ schema }) =>
    schema.properties === undefined && schema.additionalProperties === undefined &&
    schema.examples === undefined && schema.enum === undefined && schema.type !== "boolean"
  );
  assert.deepEqual(bare.map(({ path }) => path.join(".")), []);
});

for (const file of readdirSync(new URL("tests/fixtures/config/", ROOT))) {
  if (!/^shape.*\.yml$/.test(file)) continue;
  test(`createSchema() takes ${file}, as the parser does`, () => {
    assertBoth(readFileSync(new URL(`tests/fixtures/config/${file}`, ROOT), "utf8"), true);
  });
}

test("createSchema() takes docs/luma.yml", () => {
  assert.equal(
    schemaErrors(readFileSync(fileURLToPath(new URL("docs/luma.yml", ROOT)), "utf8")),
    "",
  );
});

test("createSchema() and the parser take each key's examples and default", () => {
  for (const key of KEYS) {
    const { schema } = key;
    const values = [...(schema.examples ?? []), ...("default" in schema ? [schema.default] : [])];
    for (const value of values) {
      const text = yamlOf(key, value);
      if (!WISER.test(parserErrors(text))) assertBoth(text, true);
      else assert.equal(schemaErrors(text), "");
    }
  }
});

/** What the parser finds out when it has read the whole file. */
const WISER =
  /has no value|(username|password_secret) is missing|two colors|neither apps nor services|there twice/;

/** Values of every kind; the schema and the parser have to agree on each, at each key. */
const VALUES: readonly unknown[] = [
  "",
  "x",
  "Web App",
  "two words",
  "5 seconds",
  "30s",
  "1m30s",
  "0",
  "0s",
  "3",
  "-3",
  "70000",
  "20%",
  "120%",
  "512m",
  "https://blog.com/",
  "blog.com",
  "/up",
  "//up//x",
  "a b:c",
  "80:80:80:80",
  "line\nbreak",
  true,
  null,
  -1,
  0,
  0.5,
  3,
  3000.5,
  70_000,
  [],
  [1],
  [true],
  [null],
  [["x"]],
  [{}],
  [{ image: "x" }],
  ["", "x"],
  ["A=b"],
  ["UPPER"],
  ["-x"],
  {},
  { nope: true },
  { "a b": "x" },
  { image: "x" },
];

for (const key of KEYS) {
  test(`createSchema() and the parser agree on good and bad values of ${key.path.join(".")}`, () => {
    for (const value of VALUES) {
      const project = projectWith(key.path, value);
      const parser = parserErrors(JSON.stringify(project));
      const schema = schemaErrorsOf(project);
      if ((parser === "") === (schema === "") || isQuestionOfMore(key, value, parser)) continue;
      assert.fail(`${JSON.stringify(value)}\nparser: ${parser}\nschema: ${schema}`);
    }
  });
}

/** Where the parser is wiser, for it sees the whole file, or milder, for it takes 1 as a text. */
function isQuestionOfMore({ schema }: WalkedKey, value: unknown, parserError: string): boolean {
  if (parserError !== "") return WISER.test(parserError);
  return takesNumberAsText(schema, value);
}

function takesNumberAsText(schema: ValueSchema, value: unknown): boolean {
  const kinds = [schema, schema.items ?? {}].flatMap(({ type }) => type ?? []);
  const scalar = Array.isArray(value) ? value[0] : value;
  return typeof scalar === "number" && !kinds.includes("number") && !kinds.includes("integer");
}

test("createSchema() and the parser refuse an unknown key in every map", () => {
  const maps = KEYS.filter(({ schema }) => schema.properties !== undefined);
  assert.equal(maps.length > 10, true);
  for (const { path } of maps) assertBoth(JSON.stringify(projectWith([...path, "nope"], 1)), false);
  assertBoth(JSON.stringify(projectWith(["nope"], 1)), false);
  assertBoth(JSON.stringify(projectWith(["apps", "web", "nope"], 1)), false);
});

for (
  const text of [
    "apps: {}",
    "services:",
    "apps: { web: {} }",
    "apps: { Web: { image: x } }",
    "apps: { web-blue: { image: x } }",
    "apps: { '80': { image: x } }",
    "apps: { localhost: { image: x } }",
    "apps: [{ image: x }]",
    "apps: [{ name: web }]",
    "apps: [web]",
    "apps: { web: { image: x, server: a, servers: [b] } }",
    "servers: { local: { host: a } }\napps: { web: { image: x } }",
  ]
) {
  test(`createSchema() and the parser refuse ${JSON.stringify(text)}`, () => {
    assertBoth(text, false);
  });
}

for (
  const text of [
    "x-more: &a { image: x }\napps: { web: *a }",
    "apps: [{ name: web, image: x, deploy: { retain: 1 } }]",
    "services: { db: { image: postgres:17 } }",
    "proxy_options: 1\napps: { web: { image: x, healthcheck: { http_path: /up } } }",
    "servers: { a: 10.0.0.5, b: luma@b:22, c: }\napps: { web: { image: x, servers: [a, c] } }",
    "servers: '::1'\napps: { web: { image: x } }",
  ]
) {
  test(`createSchema() and the parser take ${JSON.stringify(text)}`, () => assertBoth(text, true));
}
