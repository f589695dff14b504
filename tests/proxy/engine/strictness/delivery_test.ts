/** Every case of strictness in memory: whole, octet by octet, and cut at every position. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { judgeCase } from "./judge_case.ts";
import { type Cuts, runCase } from "./run_case.ts";
import { startMemoryEngine } from "./start_memory_engine.ts";
import { STRICTNESS_GROUPS } from "./strictness_cases.ts";
import { routeFor, type StrictnessCase } from "./strictness_case.ts";

/** Longer octets are cut around these positions alone; most of them repeat one character. */
const SHORT = 400;

function positions(text: string): readonly number[] {
  const all = Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => index + 1);
  if (text.length <= SHORT) return all;
  return all.filter((at) => at < 100 || text.length - at < 20 || at % 4_099 === 0);
}

function* everyDelivery({ request, answer, outcome }: StrictnessCase): Generator<Cuts> {
  yield { request: [], answer: [] };
  const hasAnswer = !outcome.kind.endsWith("refused");
  const ofRequest = positions(request);
  const ofAnswer = hasAnswer ? positions(answer) : [];
  yield { request: ofRequest, answer: ofAnswer };
  for (const at of ofRequest) yield { request: [at], answer: [] };
  for (const at of ofAnswer) yield { request: [], answer: [at] };
}

for (const { title, cases } of STRICTNESS_GROUPS) {
  for (const one of cases) {
    test(`${title}: ${one.name}, however it arrives (RFC ${one.section})`, async () => {
      const logged: string[] = [];
      using memory = await startMemoryEngine(logged, {}, routeFor(one));
      for (const cuts of everyDelivery(one)) {
        try {
          judgeCase(one, await runCase(memory, one, cuts));
        } catch (error) {
          assert.fail(`cut at ${JSON.stringify(cuts).slice(0, 100)}: ${String(error)}`);
        }
      }
      assert.deepEqual(logged, []);
    });
  }
}
