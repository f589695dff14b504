import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { formatStrictness, STRICTNESS_FILE } from "./format_strictness.ts";
import { STRICTNESS_ELSEWHERE } from "./strictness_elsewhere.ts";

test("docs/strictness.md lists the cases that are tested; `npm run docs` renews it", () => {
  assert.equal(readFileSync(STRICTNESS_FILE, "utf8"), formatStrictness());
});

test("docs/strictness.md names tests that are there", () => {
  for (const { file, test } of STRICTNESS_ELSEWHERE) {
    const source = readFileSync(new URL(`../proxy/engine/${file}`, import.meta.url), "utf8");
    assert.ok(source.includes(`"${test}`), `${file} has no test "${test}"`);
  }
});
