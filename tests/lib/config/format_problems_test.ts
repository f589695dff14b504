import assert from "node:assert/strict";
import { test } from "node:test";
import { formatProblems } from "../../../lib/config/format_problems.ts";
import type { Problem } from "../../../lib/config/types.ts";

const PROBLEM: Problem = {
  file: "luma.yml",
  line: 2,
  column: 13,
  path: "apps.blog.replicas",
  message: 'expected a whole number of 1 or more, got "two"',
  fix: "write a number, such as 1",
};

const sourceOf = (text: string) => new Map([["luma.yml", text]]);

test("formatProblems() shows place, message and fix, when it has no source", () => {
  assert.equal(
    formatProblems([PROBLEM]),
    'luma.yml:2:13 apps.blog.replicas: expected a whole number of 1 or more, got "two"\n' +
      "  fix: write a number, such as 1",
  );
});

test("formatProblems() shows the line with a caret, when it has the source", () => {
  assert.equal(
    formatProblems([PROBLEM], sourceOf("blog:\n  replicas: two\n")).split("\n").slice(1, 3).join(
      "\n",
    ),
    "    2 |   replicas: two\n      |             ^",
  );
});

test("formatProblems() keeps the caret below its column, when the line has tabs", () => {
  const lines = formatProblems([PROBLEM], sourceOf("\n\treplicas:\t two\n")).split("\n");
  assert.equal(lines[2], "      | \t         \t ^");
});

test("formatProblems() cuts the line around the column, when it is long", () => {
  const text = `\n${"a".repeat(300)}X${"b".repeat(300)}`;
  const [, line = "", caret = ""] = formatProblems([{ ...PROBLEM, column: 301 }], sourceOf(text))
    .split("\n");
  assert.equal(line[caret.indexOf("^")], "X");
  assert.ok(line.length < 120);
});

test("formatProblems() leaves the path out, when a problem has none", () => {
  const { fix: _, ...problem } = PROBLEM;
  assert.equal(
    formatProblems([{ ...problem, path: "", message: "the file is empty" }]),
    "luma.yml:2:13: the file is empty",
  );
});

test("formatProblems() does not show a line that may hold a private value", () => {
  for (
    const [path, line] of [
      ["apps.web.environment.plain[0]", "- hunter2"],
      ["apps.web.registry.password", "x: hunter2"],
      ["apps.web.replicas", "web: { environment: { plain: [PW=hunter2] }, replicas: two }"],
    ]
  ) {
    const shown = formatProblems([{ ...PROBLEM, path: path ?? "" }], sourceOf(`\n${line}\n`));
    assert.doesNotMatch(shown, /hunter2/);
  }
});
