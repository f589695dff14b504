/**
 * Judges what came of a case of strictness.
 *
 * The rule: it throws where the result is not what the case says; it does not ask how it came about.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { CaseResult } from "./run_case.ts";
import { readAnswers, readRequests } from "./strict_reader.ts";
import type { StrictnessCase } from "./strictness_case.ts";

/** Throws where `result` is not the outcome of `one`. */
export function judgeCase({ outcome, request }: StrictnessCase, result: CaseResult): void {
  const hasEnded = result.clientEnd === "ended" || result.clientEnd === "destroyed";
  const method = /^(?:\r\n)?([A-Z]+) /.exec(request)?.[1] ?? "";
  const answers = readAnswers(result.client, () => method, hasEnded);
  const requests = readRequests(result.upstream);
  assert.equal(answers.fault, undefined);
  assert.equal(requests.fault, undefined);
  switch (outcome.kind) {
    case "refused":
      assert.equal(result.upstream, "");
      return requireAnswer(answers.messages, outcome.status, result.clientEnd === "ended");
    case "body refused":
      assert.deepEqual(requests.messages, []);
      return requireAnswer(answers.messages, outcome.status, result.clientEnd === "ended");
    case "answer replaced":
      return requireAnswer(answers.messages, 502, result.clientEnd === "open");
    case "answer cut":
      assert.equal(result.clientEnd, "reset");
      return assert.deepEqual(answers.messages, []);
    case "passed":
      assert.equal(requests.messages.length, 1);
      assert.equal(requests.rest, "");
      assert.equal(answers.messages.length, 1);
      assert.equal(answers.rest, "");
      return assert.equal(result.clientEnd, outcome.closes ? "ended" : "open");
    case "answered early":
      assert.deepEqual(requests.messages, []);
      assert.equal(answers.messages.length, 1);
      assert.equal(answers.rest, "");
      return assert.equal(result.clientEnd, "ended");
  }
}

function requireAnswer(
  answers: ReturnType<typeof readAnswers>["messages"],
  status: number,
  hasRightEnd: boolean,
): void {
  assert.equal(answers.map(({ startLine }) => startLine.slice(9, 12)).join(), String(status));
  assert.ok(hasRightEnd, "it ended in the wrong way");
  const connection = answers[0]?.fields.find(([name]) => name === "connection")?.[1];
  assert.equal(connection, status === 502 ? "keep-alive" : "close");
}
