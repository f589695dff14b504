import assert from "node:assert/strict";
import { test } from "node:test";
import { hideSecrets } from "../../../lib/config/hide_secrets.ts";

for (
  const [what, text, secrets, expected] of [
    ["a secret", "token hunter2, twice hunter2", ["hunter2"], "token [secret], twice [secret]"],
    [
      "every line of one with several",
      "got: -----KEY----- abc",
      ["-----KEY-----\nabc\n"],
      "got: [secret] [secret]",
    ],
    [
      "the longer one where one is part of another",
      "password1",
      ["password", "password1"],
      "[secret]",
    ],
    ["nothing where there is no secret, or one of two letters", "a is ok", ["is", ""], "a is ok"],
  ] as const
) {
  test(`hideSecrets() hides ${what}`, () => assert.equal(hideSecrets(text, secrets), expected));
}
