import assert from "node:assert/strict";
import { test } from "node:test";
import { hideHealthOutput } from "../../../lib/execute/hide_health_output.ts";

const KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n";

for (
  const [what, output, expected] of [
    ["a whole secret", "login hunter2secret failed", "login [secret] failed"],
    ["the beginning of one where it was cut", "login hunter2...", "login [secret]..."],
    ["all but its last letter", "login hunter2secre...", "login [secret]..."],
    ["a whole one and half a one", "hunter2secret hunt...", "[secret] [secret]..."],
    ["half a line of a key", "-----BEGIN KEY-----\nMIIEvQIB...", "[secret]\n[secret]..."],
    ["what stands before half a letter", "k \u00fcber\uFFFD...", "k [secret]..."],
    ["no shorter beginning, which may be chance", "login hun...", "login hun..."],
    ["no beginning where nothing was cut", "login hunter2", "login hunter2"],
    ["nothing of an end without a secret", "no answer...", "no answer..."],
  ] as const
) {
  test(`hideHealthOutput() hides ${what}`, () => {
    assert.equal(hideHealthOutput(output, ["hunter2secret", KEY, "\u00fcber\u00fcber"]), expected);
  });
}
