import assert from "node:assert/strict";
import { test } from "node:test";
import { addCommands } from "../../../lib/cli/add_commands.ts";
import { readCommandTree } from "../../../lib/cli/read_command_tree.ts";
import { createProgram } from "../../../lib/cli/run_command_line.ts";
import { completeWords, findFileOption } from "../../../lib/completions/complete_words.ts";
import { NO_NAMES, readProjectNames } from "../../../lib/completions/read_project_names.ts";

const program = createProgram({ out: () => {}, err: () => {} });
const nothing = () => Promise.resolve();
addCommands(program, Object.assign(nothing, { bare: nothing, open: nothing }));
const ROOT = readCommandTree(program);

const NAMES = { apps: ["blog", "api"], services: ["db"], servers: ["web1", "web2"] };

/** What fits after `luma` and these words, the last one being typed. */
function fits(...words: readonly string[]): readonly string[] | "file" {
  const completion = completeWords(ROOT, words, NAMES);
  return completion.kind === "file" ? "file" : completion.candidates.map(({ word }) => word);
}

for (
  const [words, expected] of [
    [["depl"], ["deploy"]],
    [["re"], ["redeploy"]],
    [["deploy", ""], ["blog", "api", "db"]],
    [["deploy", "b"], ["blog"]],
    [["deploy", "blog", ""], ["api", "db"]],
    [["deploy", "--force", "a"], ["api"]],
    [["deploy", "--dr"], ["--dry-run"]],
    [["--json", "deploy", "--js"], ["--json"]],
    [["setup", "web"], ["web1", "web2"]],
    [["lock", "re"], ["release"]],
    [["lock", "release", "bl"], ["blog"]],
    [["completions", ""], ["bash", "zsh", "fish"]],
    [["completions", "bash", ""], []],
    [["-c", ""], "file"],
    [["-c", "x.yml", "deploy", "bl"], ["blog"]],
    [["--config=x"], "file"],
    [["cron", "install", "--log", ""], "file"],
    [["cron", "install", "--app", "b"], ["blog"]],
    [["cron", "install", "--app=b"], ["--app=blog"]],
    [["schema", ""], []],
    [["deplyo", ""], []],
    [["deploy", "--", ""], "file"],
    [["deploy", "-"], undefined],
  ] as const
) {
  test(`completeWords() after luma ${words.join(" ")}`, () => {
    if (expected !== undefined) {
      // Commands of the same beginning may come to be.
      const found = fits(...words);
      if (words.length === 1 && found !== "file") {
        assert.ok(expected !== "file" && expected.every((word) => found.includes(word)));
      } else assert.deepEqual(found, expected);
      return;
    }
    const flags = fits(...words);
    for (const flag of ["--force", "--dry-run", "--config", "--help"]) {
      assert.ok(flags.includes(flag));
    }
    assert.equal(new Set(flags).size, flags.length);
  });
}

test("completeWords() offers no hidden command, and describes what it offers", () => {
  const completion = completeWords(ROOT, [""], NO_NAMES);
  assert.ok(completion.kind === "words");
  const words = completion.candidates.map(({ word }) => word);
  assert.ok(words.includes("init") && !words.some((word) => word.startsWith("_")));
  for (const { word, description } of completion.candidates) assert.ok(description, word);
});

for (
  const [words, file] of [
    [["deploy", ""], undefined],
    [["-c", "a.yml", "deploy", ""], "a.yml"],
    [["--config", "a.yml", ""], "a.yml"],
    [["--config=a.yml", "deploy", ""], "a.yml"],
    [["deploy", "-c", "a.y"], undefined],
    [["deploy", "--", "-c", "a.yml", ""], undefined],
  ] as const
) {
  test(`findFileOption() finds ${file} in ${words.join(" ")}`, () => {
    assert.equal(findFileOption(words), file);
  });
}

test("readProjectNames() reads both forms of apps, and every way to name servers", () => {
  const text = `
servers: { web1: { host: 10.0.0.5 }, web2: }
apps:
  - { name: blog, image: x, server: "root@web3:22" }
  - { image: x }
services:
  db: { image: x, servers: [web1, "::1"] }
`;
  assert.deepEqual(readProjectNames(text), {
    apps: ["blog"],
    services: ["db"],
    servers: ["web1", "web2", "web3", "::1"],
  });
});

test("readProjectNames() is silent about a file that is broken or half written", () => {
  assert.deepEqual(readProjectNames("apps:\n  blog:\n  api: { imag").apps, []);
  assert.deepEqual(readProjectNames("apps:\n  blog:\n  api:\n    im").apps, ["blog", "api"]);
  for (const text of ["", "- 1", "apps: 3", "\0", "apps: &a [*b]"]) {
    assert.deepEqual(readProjectNames(text), NO_NAMES);
  }
});
