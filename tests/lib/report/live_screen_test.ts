import assert from "node:assert/strict";
import { test } from "node:test";
import { createLiveScreen } from "../../../lib/report/live_screen.ts";
import { span, type StyledLine } from "../../../lib/report/styled_line.ts";
import { virtualTerminal } from "../../fixtures/virtual_terminal.ts";

function lines(...texts: readonly string[]): readonly StyledLine[] {
  return texts.map((text) => [span(text)]);
}

function makeScreen(columns = 80, rows = 24) {
  const terminal = virtualTerminal(columns, rows);
  return { terminal, ...createLiveScreen({ ...terminal, color: true }) };
}

test("createLiveScreen() draws again in place, with one write a frame", () => {
  const { terminal, draw } = makeScreen();
  terminal.write("a line that stays\n");
  draw(lines("one", "two", "three"));
  draw(lines("uno", "2"));
  assert.deepEqual(terminal.screen(), ["a line that stays", "uno", "2"]);
  assert.equal(terminal.writes(), 3);
});

test("createLiveScreen() prints lines that stay above the block", () => {
  const { terminal, draw, above } = makeScreen();
  draw(lines("one", "two"));
  above(() => terminal.write("first\n"));
  above(() => terminal.write("second\n"));
  assert.deepEqual(terminal.screen(), ["first", "second", "one", "two"]);
});

test("createLiveScreen() wipes away what a person typed, and leaves no trace at its end", () => {
  const { terminal, draw, clear } = makeScreen(10);
  draw(lines("0123456789abc"));
  terminal.write("^C");
  draw(lines("next"));
  assert.deepEqual(terminal.screen(), ["next"]);
  terminal.write("^C");
  clear();
  assert.deepEqual(terminal.screen(), []);
});

test("createLiveScreen() never fills the last column, nor the last row", () => {
  const { terminal, draw } = makeScreen(10, 3);
  draw(lines("0123456789abc", "日本語日本語", "not shown", "nor this"));
  assert.deepEqual(terminal.screen(), ["01234567…", "日本語日…"]);
});

test("createLiveScreen() finds its beginning again when the terminal was made narrower", () => {
  const { terminal, draw } = makeScreen(40);
  terminal.write("stays\n");
  draw(lines("0123456789".repeat(3), "two"));
  terminal.resize(12);
  draw(lines("0123456789".repeat(3), "two"));
  assert.deepEqual(terminal.screen(), ["stays", "0123456789…", "two"]);
  terminal.resize(60);
  draw(lines("0123456789".repeat(3), "two"));
  assert.deepEqual(terminal.screen(), ["stays", "0123456789".repeat(3), "two"]);
});
