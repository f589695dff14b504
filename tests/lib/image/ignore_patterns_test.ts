import assert from "node:assert/strict";
import { test } from "node:test";
import { isLeftOut } from "../../../lib/image/ignore_patterns.ts";

const SECRETS = ".luma/secrets";

for (
  const text of [
    ".luma",
    "/.luma/",
    "./.luma",
    "# secrets\r\n\r\n  .luma/secrets  \r\n",
    ".luma/*",
    "**/.luma",
    "**/secrets",
    "**",
    "*",
    ".*",
    ".l?ma",
    ".[a-l]uma/secret[s]",
    "\\.luma",
    "!.luma\n.luma",
    "*\n!src",
    "x/../.luma",
  ]
) {
  test(`isLeftOut() leaves secrets out by ${JSON.stringify(text)}`, () => {
    assert.equal(isLeftOut(SECRETS, text), true);
  });
}

for (
  const text of [
    "",
    "# .luma",
    "node_modules",
    "luma",
    "secrets",
    "*/secrets/x",
    "?luma/x",
    "xluma",
    ".luma\n!.luma",
    "*\n!.luma/secrets",
    "../.luma",
    "a**a",
    "[",
    "!",
    ".",
    "/",
  ]
) {
  test(`isLeftOut() leaves nothing out by ${JSON.stringify(text)}`, () => {
    assert.equal(isLeftOut(SECRETS, text), false);
  });
}
