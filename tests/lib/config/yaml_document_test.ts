import assert from "node:assert/strict";
import { test } from "node:test";
import { parseYaml } from "../../../lib/config/yaml_document.ts";
import { joinPath, type YamlNode } from "../../../lib/config/yaml_node.ts";

/** Without positions, as JSON would have it; scalars as they are written. */
function plain(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === "scalar") return node.source;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
}

function problemsOf(text: string): readonly string[] {
  return parseYaml(text).problems.map(({ place, message }) =>
    `${place.line}:${place.column} ${place.path}: ${message}`
  );
}

test("parseYaml() keeps numbers as they are written, and their places", () => {
  const { root } = parseYaml("a:\n  b: 1.10\n");
  assert.deepEqual(root, {
    kind: "map",
    line: 1,
    column: 1,
    entries: [{
      key: "a",
      position: { line: 1, column: 1 },
      value: {
        kind: "map",
        line: 2,
        column: 3,
        entries: [{
          key: "b",
          position: { line: 2, column: 3 },
          value: { kind: "scalar", value: 1.1, source: "1.10", line: 2, column: 6 },
        }],
      },
    }],
  });
});

test("parseYaml() resolves aliases and merges; a key of one's own and the first map count", () => {
  const text = "x: &x { a: 1, b: 1 }\ny: &y { b: 2, c: 2 }\nz: { <<: [*x, *y], a: 3 }\nl: [*x]\n";
  assert.deepEqual(plain(parseYaml(text).root), {
    x: { a: "1", b: "1" },
    y: { b: "2", c: "2" },
    z: { a: "3", b: "1", c: "2" },
    l: [{ a: "1", b: "1" }],
  });
});

test("parseYaml() takes YAML 1.2, when the file asks for 1.1", () => {
  const root = parseYaml("%YAML 1.1\n---\na: yes\n").root;
  assert.equal(
    root?.kind === "map" && root.entries[0]?.value.kind === "scalar" && root.entries[0].value.value,
    "yes",
  );
});

test("parseYaml() reads a file that begins with a byte order mark, with line ends of Windows", () => {
  assert.deepEqual(plain(parseYaml("\uFEFFa: 1\r\nb: 2\r\n").root), { a: "1", b: "2" });
});

test("parseYaml() has neither root nor problems, when the file is empty", () => {
  for (const text of ["", "\n", "# nothing\n", "---\n"]) {
    assert.deepEqual(parseYaml(text), { problems: [] });
  }
});

for (
  const [what, text, problem] of [
    ["a tab", "a:\n\tb: 1\n", /^2:1 : a tab is used as indentation$/],
    [
      "a key twice",
      "a: { b: 1, b: 2 }\n",
      /^1:12 a\.b: this key is there twice; the first is in line 1$/,
    ],
    ["an open bracket", "a: [1,\nb: 2\n", /^2:1 : the indentation does not fit, or a bracket/],
    ["an open quote", "a: 'x\n", /^\d:\d : something is not closed/],
    ["two keys on a line", "a: b: c\n", /^1:4 : two keys on one line/],
    ["a reserved character", "a: @hunter2\n", /^1:4 : a text cannot begin with this character$/],
    [
      "a missing colon",
      "a: 1\nhunter2\n",
      /^2:1 : something is not closed: .* the colon after a key$/,
    ],
    ["an unknown tag", "a: !env hunter2\n", /^1:4 : unknown YAML tag$/],
    ["an unknown alias", "a: *b\n", /^1:4 a: unknown alias \*b$/],
    ["a bad escape", 'a: "\\q"\n', /^1:5 : unknown escape/],
    ["a second document", "a: 1\n---\nb: 1\n", /^2:1 : a second document begins here$/],
    ["a map as a key", "? { a: 1 }\n: 1\n", /^1:3 : a key must be a text$/],
    ["an alias in itself", "a: &a [*a]\n", /^1:7 a\[0\]: contains itself, by an alias$/],
    ["a merge of no map", "a: { <<: 1 }\n", /^1:10 a\["<<"\]: expected a map to merge$/],
    ["a text after a list", "- a\nhunter2\n", /^2:1 : /],
  ] as const
) {
  test(`parseYaml() reports ${what}, with its place and without the text`, () => {
    const problems = problemsOf(text);
    assert.match(problems[0] ?? "", problem);
    assert.doesNotMatch(problems.join("\n"), /hunter2/);
  });
}

test("parseYaml() reports every line that is wrong", () => {
  assert.deepEqual(problemsOf("a: @x\nb: 1\nc: `y`\n").map((problem) => problem.slice(0, 3)), [
    "1:4",
    "3:4",
  ]);
});

test("parseYaml() does not unfold aliases of aliases, which would fill the memory", () => {
  const lines = Array.from(
    { length: 40 },
    (_, index) => `a${index + 1}: &a${index + 1} [${Array(10).fill(`*a${index}`).join(", ")}]`,
  );
  const { root, problems } = parseYaml(["a0: &a0 x", ...lines].join("\n"));
  assert.deepEqual(problems, []);
  assert.equal(root?.kind === "map" && root.entries.length, 41);
});

test("joinPath() puts keys that are no word in brackets", () => {
  assert.equal(joinPath(joinPath("", "servers"), "10.0.0.5"), 'servers["10.0.0.5"]');
  assert.equal(joinPath("apps", "my-blog"), "apps.my-blog");
});
