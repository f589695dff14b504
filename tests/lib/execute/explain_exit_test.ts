import assert from "node:assert/strict";
import { test } from "node:test";
import { explainExit, type ReplicaExit } from "../../../lib/execute/explain_exit.ts";

function explain(exit: Partial<ReplicaExit>) {
  return explainExit({ exitCode: 1, oomKilled: false, logs: [], image: "acme/blog:1", ...exit });
}

const MIB = 1024 * 1024;

test("explainExit() points to the log lines, or to a run by hand where there are none", () => {
  assert.match(explain({ logs: ["no database"] }).hint, /^Its last log lines are above/);
  assert.equal(explain({}).what, "exited with status 1");
  assert.match(explain({}).hint, /docker run --rm acme\/blog:1$/);
});

test("explainExit() tells of memory that was not enough, also where the engine is not sure", () => {
  const killed = explain({ exitCode: 137, oomKilled: true, memoryLimitBytes: 64 * MIB });
  assert.equal(killed.what, "was killed, out of memory (status 137)");
  assert.match(killed.hint, /^It may take 64m: raise memory: in luma\.yml/);
  const unsure = explain({ exitCode: 137 });
  assert.equal(unsure.what, "was killed, most likely out of memory (status 137)");
  assert.match(unsure.hint, /free -m/);
});

const ENDS: readonly (readonly [Partial<ReplicaExit>, RegExp, RegExp])[] = [
  [{ exitCode: 0 }, /^came to its end \(status 0\)$/, /foreground/],
  [{ exitCode: 127 }, /its command was not found$/, /^Check command: in luma\.yml/],
  [{ exitCode: 126 }, /its command cannot be executed$/, /^Check command: in luma\.yml/],
  [{ exitCode: 139 }, /^crashed \(SIGSEGV, status 139\)$/, /docker run --rm acme\/blog:1/],
  [{ logs: ["exec /run.sh: exec format error"] }, /cannot be executed$/, /another processor/],
];

for (const [exit, what, hint] of ENDS) {
  test(`explainExit() knows ${JSON.stringify(exit)}`, () => {
    const explained = explain(exit);
    assert.match(explained.what, what);
    assert.match(explained.hint, hint);
  });
}
