import assert from "node:assert/strict";
import { test } from "node:test";
import { directivesOf, isTranscript, readBlocks, readTranscript } from "./read_blocks.ts";

const TEXT = `# Title

<!-- test: run docker tag a b -->
<!-- test: run true -->
\`\`\`console
$ luma deploy \\
> blog
Done
\`\`\`

<!-- test: skip because it needs a printer -->

Some words.

\`\`\`
$ luma plan
\`\`\`
`;

test("readBlocks() gives each block the comments that stand directly in front of it", () => {
  const [first, second] = readBlocks(TEXT, "a.md");
  assert.deepEqual([first?.place, first?.language], ["a.md:5", "console"]);
  assert.deepEqual(first && directivesOf(first, "run"), ["docker tag a b", "true"]);
  assert.deepEqual(second?.directives, []);
  assert.equal(second && isTranscript(second), true);
});

test("readBlocks() refuses a comment that it does not know, and a skip without a reason", () => {
  assert.throws(() => readBlocks("<!-- test: skip -->\n", "a.md"), /a\.md:1: nothing is known/);
  assert.throws(() => readBlocks("<!-- test: hope -->\n", "a.md"), /a\.md:1: nothing is known/);
});

test("readTranscript() tells commands from what they print", () => {
  const [block] = readBlocks(TEXT, "a.md");
  assert.deepEqual(readTranscript(block?.text ?? ""), [
    { line: "luma deploy \\\nblog", expected: ["Done"] },
  ]);
});
