import assert from "node:assert/strict";
import { test } from "node:test";
import { addIgnoredPath, SECRETS_IN_GIT, SECRETS_IN_IMAGE } from "../../../lib/init/ignore_file.ts";

for (
  const [former, expected] of [
    ["", ".luma/secrets\n"],
    ["dist\n", "dist\n.luma/secrets\n"],
    ["dist", "dist\n.luma/secrets\n"],
    ["a\r\nb", "a\r\nb\r\n.luma/secrets\r\n"],
    ["a\n.luma/secrets\nb\n", undefined],
    ["/.luma/\r\n", undefined],
    ["  .luma/secrets  ", undefined],
    [".luma/secrets\n!.luma/secrets\n", ".luma/secrets\n!.luma/secrets\n.luma/secrets\n"],
    ["# .luma/secrets\n", "# .luma/secrets\n.luma/secrets\n"],
    [".luma/secrets.old\n", ".luma/secrets.old\n.luma/secrets\n"],
  ] as const
) {
  test(`addIgnoredPath() makes ${JSON.stringify(expected)} of ${JSON.stringify(former)}`, () => {
    assert.equal(addIgnoredPath(former, SECRETS_IN_GIT), expected);
    if (expected !== undefined) assert.equal(addIgnoredPath(expected, SECRETS_IN_GIT), undefined);
  });
}

test("addIgnoredPath() leaves an ignore file of an image alone that has the effect already", () => {
  for (const text of ["**/secrets\n", ".luma/**\n"]) {
    assert.equal(addIgnoredPath(text, SECRETS_IN_IMAGE), undefined);
  }
});

test("addIgnoredPath() knows that * leaves the secrets out of an image, until a line takes it back", () => {
  assert.equal(addIgnoredPath("*\n!src\n", SECRETS_IN_IMAGE), undefined);
  assert.equal(addIgnoredPath("*\n!.luma\n", SECRETS_IN_IMAGE), "*\n!.luma\n.luma\n");
  assert.equal(addIgnoredPath("*\n!**\n", SECRETS_IN_IMAGE), "*\n!**\n.luma\n");
});
