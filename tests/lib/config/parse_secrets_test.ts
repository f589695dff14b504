import assert from "node:assert/strict";
import { test } from "node:test";
import { formatProblems } from "../../../lib/config/format_problems.ts";
import { parseSecrets } from "../../../lib/config/parse_secrets.ts";

function valuesOf(text: string): Record<string, string> {
  const { secrets, errors } = parseSecrets(text, ".luma/secrets");
  assert.deepEqual(errors, []);
  return Object.fromEntries([...secrets].map(([name, secret]) => [name, secret.reveal()]));
}

for (
  const [line, value] of [
    ["A=b", "b"],
    ["  A = b  ", "b"],
    ["export A=b", "b"],
    ["A=", ""],
    ["A=b=c==", "b=c=="],
    ["A=a b", "a b"],
    ["A=p#w", "p#w"],
    ["A='a $b \\n \"c\"'", 'a $b \\n "c"'],
    ['A="a\\nb\\t\\"c\\"\\\\"', 'a\nb\t"c"\\'],
    ['A="$x \\q"', "$x \\q"],
    ["A='b' # comment", "b"],
    ['A="b"# comment', "b"],
    ['A=b"c', 'b"c'],
    ["A=b\r", "b"],
    ["\uFEFFA=b", "b"],
  ] as const
) {
  test(`parseSecrets() reads ${JSON.stringify(line)}`, () => {
    assert.deepEqual(valuesOf(`${line}\n`), { A: value });
  });
}

test("parseSecrets() skips comments and empty lines", () => {
  assert.deepEqual(valuesOf("# A=1\n\n   # B=2\nC=3\n"), { C: "3" });
});

test("parseSecrets() reports every bad line with its number, and none of its text", () => {
  const { errors, secrets } = parseSecrets(
    "OK=1\nhunter2 hunter2\nA=\"hunter2\n=hunter2\nB='hunter2'x\nOK=hunter2\nC=hunter2\0\n",
    ".luma/secrets",
  );
  const shown = formatProblems(errors);
  assert.deepEqual(errors.map(({ line }) => line), [2, 3, 4, 5, 6, 7]);
  assert.doesNotMatch(shown, /hunter2/);
  assert.match(shown, /^\.luma\/secrets:2:1: expected NAME=value or a comment$/m);
  assert.match(shown, /^\.luma\/secrets:6:1 OK: OK is there twice$/m);
  assert.deepEqual([...secrets.keys()], ["OK"]);
});

test("parseSecrets() warns of a # that may be meant as a comment", () => {
  const { warnings, secrets } = parseSecrets("A=hunter2 # old\nB='x # y'\n", ".luma/secrets");
  assert.equal(secrets.get("A")?.reveal(), "hunter2 # old");
  assert.deepEqual(warnings.map(({ line, path }) => [line, path]), [[1, "A"]]);
  assert.doesNotMatch(formatProblems(warnings), /hunter2/);
});
