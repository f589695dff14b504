/**
 * Lines out of chunks.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createCapture } from "../../../lib/ssh/read_lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("createCapture() puts lines and characters together that chunks cut", () => {
  const lines: string[] = [];
  const capture = createCapture(100, (line) => lines.push(line));
  for (const byte of bytes("ä\n🐋b\nlast")) capture.add(Uint8Array.of(byte));
  assert.deepEqual(lines, ["ä", "🐋b"]);
  capture.end();
  assert.deepEqual(lines, ["ä", "🐋b", "last"]);
  assert.equal(capture.text(), "ä\n🐋b\nlast");
});

test("createCapture() keeps the newest bytes", () => {
  const capture = createCapture(4);
  for (const text of ["abc", "def", "ghi", "j"]) capture.add(bytes(text));
  assert.equal(capture.text(), "ghij");
});

test("createCapture() gives a line without end out in parts", () => {
  const lines: string[] = [];
  const capture = createCapture(10, (line) => lines.push(line));
  for (let at = 0; at < 40; at += 1) capture.add(bytes("x".repeat(64 * 1024)));
  assert.deepEqual(lines.map((line) => line.length), [1024 * 1024, 1024 * 1024]);
});
