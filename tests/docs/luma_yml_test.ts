import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { type WalkedKey, walkKeys } from "../lib/schema/walk_keys.ts";
import { configOf, warningsOf } from "../lib/config/config_of.ts";

const TEXT = readFileSync(new URL("../../docs/luma.yml", import.meta.url), "utf8");
const NAMES = ["DATABASE_URL", "POSTGRES_PASSWORD", "REGISTRY_TOKEN", "DOCKER_REGISTRY_PASSWORD"];
const SURROUNDINGS = { secrets: Object.fromEntries(NAMES.map((name) => [name, "x"])) };

test("docs/luma.yml loads without a problem, and nothing in it is out of date", () => {
  assert.equal(configOf(TEXT, SURROUNDINGS).name, "site");
  // What a version does not do yet is a warning of its own.
  const others = warningsOf(TEXT, SURROUNDINGS).filter((line) => !line.includes("in this version"));
  assert.deepEqual(others, []);
});

test("docs/luma.yml has every key that the parser knows, for apps and services together", () => {
  const used = new Set(listPaths(parse(TEXT), []));
  const missing = walkKeys().map(shapeOf).filter((path) => !used.has(path));
  assert.deepEqual([...new Set(missing)], []);
});

test("docs/luma.yml has the defaults that the schema has", () => {
  for (const { path, schema } of walkKeys()) {
    if (schema.default === undefined || typeof schema.default === "boolean") continue;
    const key = path.at(-1);
    const told = new RegExp(`^ *${key}: .*# ${escape(`${schema.default}`)}(?![\\w.])`, "m");
    assert.match(TEXT, told, path.join("."));
  }
});

/** A container's keys are the same in apps and services: they count once. */
function shapeOf({ path: [top = "", , ...rest] }: Pick<WalkedKey, "path">): string {
  return top === "apps" || top === "services" ? `container.${rest.join(".")}` : top;
}

/** Every path of the document, as {@linkcode shapeOf} has it; maps of variables are no keys. */
function listPaths(value: unknown, path: readonly string[]): readonly string[] {
  const below = typeof value !== "object" || value === null || Array.isArray(value)
    ? []
    : Object.entries(value).flatMap(([key, child]) => listPaths(child, [...path, key]));
  return [shapeOf({ path }), ...below];
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
