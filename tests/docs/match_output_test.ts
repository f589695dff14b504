import assert from "node:assert/strict";
import { test } from "node:test";
import { matchOutput } from "./match_output.ts";

test("matchOutput() overlooks what differs from run to run", () => {
  const expected = ["Took 6.9 s: watch 3.0", "at 10.0.0.2, deployment 20260102t030405z-ab12"];
  const actual = "Took 17.1 s: watch 3.1\nat 10.222.0.7, deployment 20271122t000000z-0000\n";
  assert.equal(matchOutput(expected, actual), undefined);
});

test("matchOutput() says what differs otherwise", () => {
  assert.match(
    matchOutput(["0 failed"], "1 failed\n") ?? "",
    /expected\n {4}0 failed\ngot\n {4}1 failed/,
  );
  assert.notEqual(matchOutput(["a"], "a\nb\n"), undefined);
  assert.notEqual(matchOutput(["a", "b"], "a\n"), undefined);
  assert.notEqual(matchOutput([], "a\n"), undefined);
});

test("matchOutput() takes … for anything in a line, and for any lines", () => {
  assert.equal(matchOutput(["a … c"], "a b b c\n"), undefined);
  assert.equal(matchOutput(["a", "…", "d"], "a\nb\nc\nd\n"), undefined);
  assert.equal(matchOutput(["…"], ""), undefined);
  assert.notEqual(matchOutput(["a", "…", "d"], "a\nb\nc\n"), undefined);
});
