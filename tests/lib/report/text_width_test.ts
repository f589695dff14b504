import assert from "node:assert/strict";
import { test } from "node:test";
import { cutToWidth, printable, widthOf } from "../../../lib/report/text_width.ts";

test("widthOf() counts the columns that a terminal gives a text", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["", 0],
    ["blog-green", 10],
    ["GET /straße", 11],
    ["日本語", 6],
    ["e\u0301", 1],
    ["✓", 1],
    ["✅", 2],
    ["⚠️", 2],
    ["👩‍👩‍👧", 2],
    ["한글", 4],
    ["⠋", 1],
  ];
  for (const [text, width] of cases) assert.equal(widthOf(text), width, text);
});

test("cutToWidth() never splits a character, and says that something is missing", () => {
  assert.equal(cutToWidth("blog", 4), "blog");
  assert.equal(cutToWidth("blogs", 4), "blo…");
  assert.equal(cutToWidth("日本語", 5), "日本…");
  assert.equal(cutToWidth("日本語", 4), "日…");
  assert.equal(cutToWidth("blog", 1), "…");
  assert.equal(cutToWidth("blog", 0), "");
});

test("printable() leaves nothing that a terminal would act on", () => {
  assert.equal(printable("a\u001b[2Jb\r\nc\u009bd"), "a�[2Jb��c�d");
});
