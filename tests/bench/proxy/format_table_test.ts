/** The tables of docs/benchmarks.md, and the file that they are made of. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { formatGoals, formatTable } from "./format_table.ts";
import { appendResult, dropScenarios, isMeasured, readResults, type Result } from "./results.ts";

const NGINX: Result = {
  scenario: "small",
  peer: "nginx",
  round: 1,
  measurement: { cpuMicroseconds: 20_000, requests: 1_000, seconds: 2, p99Ms: 1.234 },
};
const LUMA: Result = {
  ...NGINX,
  peer: "luma-proxy",
  measurement: { cpuMicroseconds: 25_000, requests: 1_000, seconds: 4, lost: 2, idleBytes: 3_210 },
};

test("formatTable() has a row for each proxy of a scenario that was measured", () => {
  const titles = new Map([["new", "new connections"], ["small", "small GETs"]]);
  assert.equal(
    formatTable([NGINX, LUMA], titles),
    `| Scenario | Proxy | CPU µs/request | × nginx | requests/s | × nginx | p99 ms | kB/idle connection | lost |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| small GETs | nginx | 20.0 | 1.00 | 500 | 1.00 | 1.23 |  |  |
|  | luma-proxy | 25.0 | 1.25 | 250 | 0.50 |  | 3.2 | 2 |`,
  );
});

test("formatTable() gives no ratios where nginx took no part", () => {
  const table = formatTable([LUMA], new Map([["small", "small GETs"]]));
  assert.ok(table.includes("| small GETs | luma-proxy | 25.0 |  | 250 |  |"), table);
});

test("formatGoals() tells what was not measured from what was not reached", () => {
  const goals = formatGoals([
    { goal: "fast", measured: "1.00 ×", isReached: true },
    { goal: "faster", measured: "1.00 ×", isReached: false },
    { goal: "fastest", isReached: false },
  ]);
  assert.equal(
    goals,
    `| Goal | Measured | Reached |
| --- | --- | --- |
| fast | 1.00 × | yes |
| faster | 1.00 × | **no** |
| fastest | not measured |  |`,
  );
});

test("appendResult() keeps what readResults() gives back, dropScenarios() takes it out", () => {
  const folder = mkdtempSync(join(tmpdir(), "luma-results-"));
  try {
    const path = join(folder, "new/results.jsonl");
    assert.deepEqual(readResults(path), []);
    appendResult(path, NGINX);
    appendResult(path, LUMA);
    assert.deepEqual(readResults(path), [NGINX, LUMA]);
    dropScenarios(path, ["new"]);
    assert.deepEqual(readResults(path), [NGINX, LUMA]);
    dropScenarios(path, ["small"]);
    assert.deepEqual(readResults(path), []);
    assert.equal(isMeasured([NGINX], NGINX), true);
    assert.equal(isMeasured([NGINX], { ...NGINX, round: 2 }), false);
    assert.equal(isMeasured([NGINX], LUMA), false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
