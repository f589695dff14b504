import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENTS, RESULTS } from "./json_examples.ts";
import { listDocuments } from "./list_documents.ts";

const EXAMPLES = [...Object.values(EVENTS), ...RESULTS].map((example) => JSON.stringify(example));

/** The lines of JSON in docs/json.md. */
function readLines(): readonly string[] {
  const document = listDocuments().find(({ name }) => name === "docs/json.md");
  return (document?.blocks ?? [])
    .filter(({ language }) => language === "json")
    .flatMap(({ text }) => text.trim().split("\n"));
}

test("docs/json.md has an example of every kind that --json prints, and no other", () => {
  const lines = readLines();
  assert.deepEqual(EXAMPLES.filter((example) => !lines.includes(example)), []);
  assert.deepEqual(lines.filter((line) => !EXAMPLES.includes(line)), []);
});

test("an example stands for the kind that it is listed under", () => {
  for (const [kind, example] of Object.entries(EVENTS)) assert.equal(example.kind, kind);
});
