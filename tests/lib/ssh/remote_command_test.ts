/**
 * The text for the login shell, read by real shells.
 *
 * @module
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import {
  formatAttachedCommand,
  formatRemoteCommand,
  readRemoteOutput,
} from "../../../lib/ssh/remote_command.ts";

/** Login shells of servers, as far as this machine has them. */
const SHELLS = ["sh", "bash", "dash", "zsh", "ksh", "fish", "csh", "tcsh"].filter((shell) =>
  spawnSync(shell, ["-c", "exit 0"]).status === 0
);

function runIn(shell: string, argv: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(shell, ["-c", formatRemoteCommand(argv)], {
    encoding: "utf8",
  });
  return { status: status ?? -1, stdout, stderr };
}

test("formatRemoteCommand() gives every login shell the same words", () => {
  const words = ["a b", "it's", "$HOME", "`id`", "\\", "\\\\", "x\ny", "", "!!", "ä", "^a", "~"];
  assert.ok(SHELLS.length >= 2);
  for (const shell of SHELLS) {
    const { stdout } = runIn(shell, ["printf", "%s|", ...words]);
    assert.equal(stdout, words.map((word) => `${word}|`).join(""), shell);
  }
});

test("formatRemoteCommand() stays readable, when the words are plain", () => {
  const text = formatRemoteCommand(["docker", "ps", "-a"]);
  assert.match(text, /^sh -c 'docker ps -a; s=\$\?; /);
});

test("formatRemoteCommand() has no character in its quotes that shells read differently", () => {
  const text = formatRemoteCommand(["sh", "-c", "a='b'\n! c\\d"]);
  assert.doesNotMatch(text.slice("sh -c '".length, -1), /['\\!\n]/);
});

test("readRemoteOutput() gives the command's own 255, and no output for ssh's", () => {
  const own = runIn("sh", ["sh", "-c", "echo mine >&2; exit 255"]);
  assert.deepEqual(readRemoteOutput(own), { status: 255, stdout: "", stderr: "mine\n" });
  assert.equal(readRemoteOutput({ status: 255, stdout: "", stderr: "Broken pipe\n" }), undefined);
});

test("readRemoteOutput() leaves every other status as it is", () => {
  for (const status of [0, 1, 127, 254]) {
    const output = runIn("sh", ["sh", "-c", `exit ${status}`]);
    assert.deepEqual(readRemoteOutput(output), { status, stdout: "", stderr: "" });
  }
});

test("formatAttachedCommand() adds nothing to what the command writes, and keeps words and status", () => {
  const words = ["a b", "it's", "$HOME", "\\", "x\ny", "!!"];
  for (const shell of SHELLS) {
    const script = 'printf "%s|" "$@"; exit 255';
    const command = formatAttachedCommand(["sh", "-c", script, "sh", ...words]);
    const { status, stdout, stderr } = spawnSync(shell, ["-c", command], { encoding: "utf8" });
    assert.equal(stdout, words.map((word) => `${word}|`).join(""), shell);
    assert.deepEqual([status, stderr], [255, ""], shell);
  }
});
