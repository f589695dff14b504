import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { releaseChangelog } from "../../../lib/build/changelog.ts";

const release = { version: "1.3.0", date: "2026-01-31" };

test("releaseChangelog() moves what is unreleased under the version and its day", () => {
  const before = `# Changelog

Words.

## Unreleased

### Added

- One thing.

## 1.2.0 - 2025-12-01

- Another.
`;
  assert.equal(
    releaseChangelog(before, release),
    `# Changelog

Words.

## Unreleased

## 1.3.0 - 2026-01-31

### Added

- One thing.

## 1.2.0 - 2025-12-01

- Another.
`,
  );
});

test("releaseChangelog() does it for the first version, and for this project's own file", () => {
  assert.equal(
    releaseChangelog("# Changelog\n\n## Unreleased\n\n- First.\n", release),
    "# Changelog\n\n## Unreleased\n\n## 1.3.0 - 2026-01-31\n\n- First.\n",
  );
  const own = readFileSync(new URL("../../../CHANGELOG.md", import.meta.url), "utf8");
  assert.match(own, /^## Unreleased$/m);
});

test("releaseChangelog() refuses a release without notes, and one that was made", () => {
  const cases = [
    ["# Changelog\n", /it has no line "## Unreleased"/],
    ["## Unreleased\n\n## 1.2.0 - 2025-12-01\n\n- x\n", /nothing stands under "## Unreleased"/],
    ["## Unreleased\n\n- x\n\n## 1.3.0 - 2025-12-01\n", /it has the version 1\.3\.0 already/],
  ] as const;
  for (const [text, expected] of cases) {
    assert.throws(() => releaseChangelog(text, release), expected);
  }
});
