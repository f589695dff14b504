import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readReference, REFERENCE_FILE } from "./read_reference.ts";

test("docs/commands.md is what the programs' help says", () => {
  const written = readFileSync(REFERENCE_FILE, "utf8");
  assert.equal(written, readReference(), "docs/commands.md is out of date. Renew it: bun run docs");
});
