import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { formatStrictness, STRICTNESS_FILE } from "./format_strictness.ts";

test("docs/strictness.md lists the cases that are tested; `npm run docs` renews it", () => {
  assert.equal(readFileSync(STRICTNESS_FILE, "utf8"), formatStrictness());
});
