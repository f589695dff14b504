/**
 * Quoting, read back by every POSIX shell of this machine.
 *
 * @module
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { LumaError } from "../../../lib/error.ts";
import { quoteShell } from "../../../lib/ssh/quote.ts";

const PIECES = [
  ..."'\"`$\\!*?[]{}()<>|&;#~=% \t\n\r^-+@:,./",
  ..."abzAZ09_",
  "$HOME",
  "$(id)",
  "`id`",
  "''",
  "\\'",
  "\\n",
  "--",
  "-n",
  "\u00e4",
  "\u{1f40b}",
  "\u2028",
  "\u0001",
  "\u007f",
];

/** Mulberry32: the same words in every run, so that a failure can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function randomWords(random: () => number): string[] {
  const pick = () => PIECES[Math.floor(random() * PIECES.length)] ?? "";
  const word = () => Array.from({ length: Math.floor(random() * 9) }, pick).join("");
  return Array.from({ length: 1 + Math.floor(random() * 5) }, word);
}

/** What `shell` makes of quoted words: one text per word. */
function readBack(shell: string, script: string): string[] {
  const { stdout, status, stderr } = spawnSync(shell, ["-c", script], { encoding: "buffer" });
  assert.equal(status, 0, `${shell}: ${String(stderr)}`);
  return stdout.toString("utf8").split("\0").slice(0, -1);
}

const SHELLS = ["sh", "dash", "bash", "busybox"].filter((shell) =>
  spawnSync(shell, ["-c", "exit 0"]).status === 0
);

test("quoteShell() gives words that every sh reads as they were, when they are hostile", () => {
  const random = createRandom(20260101);
  const rounds = Array.from({ length: 400 }, () => randomWords(random));
  const script = rounds.map((words) => `printf '%s\\0' ${quoteShell(words)}`).join("\n");
  assert.ok(SHELLS.includes("sh"));
  for (const shell of SHELLS) assert.deepEqual(readBack(shell, script), rounds.flat());
});

test("quoteShell() keeps empty words and the number of words", () => {
  const words = ["", "a", "", "-n", ""];
  assert.deepEqual(readBack("sh", `printf '%s\\0' ${quoteShell(words)}`), words);
});

test("quoteShell() survives being quoted again, when a shell runs in a shell", () => {
  const words = ["a'b", "$HOME\n", "\\"];
  const inner = `printf '%s\\0' ${quoteShell(words)}`;
  assert.deepEqual(readBack("sh", quoteShell(["sh", "-c", inner])), words);
});

test("quoteShell() makes the first word a command, when it looks like shell syntax", () => {
  for (const word of ["if", "A=b", "!", "{", "~"]) {
    const { stderr, status } = spawnSync("sh", ["-c", quoteShell([word])], { encoding: "utf8" });
    assert.equal(status, 127, `${word}: ${stderr}`);
  }
});

test("quoteShell() leaves plain words readable", () => {
  assert.equal(quoteShell(["docker", "ps", "--no-trunc"]), "docker ps --no-trunc");
});

test("quoteShell() refuses a word with NUL", () => {
  assert.throws(() => quoteShell(["a\0b"]), LumaError);
});
