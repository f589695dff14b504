/**
 * What can be checked of the documents without Docker.
 *
 * @module
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { parseConfig } from "../../lib/config/parse_config.ts";
import { listDocuments, ROOT } from "./list_documents.ts";
import { directivesOf, isTranscript, readTranscript } from "./read_blocks.ts";

const DOCUMENTS = listDocuments();
/** Documents whose commands a test of their own runs. */
const ELSEWHERE = new Map([
  ["docs/permissions.md", "tests/integration/scripts/permissions_test.ts"],
]);

/** Other names of `sh`, under which a block would not be run. */
const UNUSED = ["", "bash", "shell", "zsh", "shell-session"];

test("every luma.yml in a document can be read", () => {
  for (const { place, language, text } of DOCUMENTS.flatMap(({ blocks }) => blocks)) {
    if (language !== "yaml" || !/^apps:/m.test(text)) continue;
    assert.doesNotThrow(() =>
      parseConfig(text, {
        file: "/site/luma.yml",
        secrets: new Map(),
        env: { HOME: "/home/me" },
        folderName: "site",
        allowMissingSecrets: true,
      }), place);
  }
});

test("every block of docs/ says its language, and every transcript can be read", () => {
  for (const { name, blocks } of DOCUMENTS) {
    for (const block of blocks) {
      if (isTranscript(block)) assert.doesNotThrow(() => readTranscript(block.text), block.place);
      else if (isOurs(name)) assert.ok(!UNUSED.includes(block.language), block.place);
    }
  }
});

test("a document whose commands are tested elsewhere names a test that reads it", () => {
  for (const [name, file] of ELSEWHERE) {
    assert.ok(
      readFileSync(join(ROOT, file), "utf8").includes(name),
      `${file} does not read ${name}`,
    );
  }
});

test("what is not run has a reason of a sentence", () => {
  for (const block of DOCUMENTS.flatMap(({ blocks }) => blocks)) {
    for (const reason of directivesOf(block, "skip")) assert.match(reason, /\w+ \w+/, block.place);
  }
});

test("links between documents lead somewhere", () => {
  const broken = DOCUMENTS.flatMap(({ name, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target = ""]) => join(dirname(name), target))
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${name} → ${path}`)
  );
  assert.deepEqual(broken, []);
});

/** README has a transcript and commands of the shell without a mark; it is the first page, and short. */
function isOurs(name: string): boolean {
  return name !== "README.md" && !ELSEWHERE.has(name);
}
