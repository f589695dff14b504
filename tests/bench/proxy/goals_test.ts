/** Which goals a run of the benchmark reached, from runs that a reader can reckon. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeGoals } from "./goals.ts";
import type { Measurement, Result } from "./results.ts";

const SECOND = { seconds: 1 };

/** A run with that cost in microseconds per request, and other figures. */
function run(
  scenario: string,
  peer: string,
  { cost = 10, ...more }: Partial<Measurement> & {
    readonly cost?: number;
    readonly round?: number;
  },
): Result {
  const { round = 1, requests = 1_000, ...measurement } = more;
  return {
    scenario,
    peer,
    round,
    measurement: { ...SECOND, cpuMicroseconds: cost * requests, requests, ...measurement },
  };
}

function verdictOf(results: readonly Result[], goal: RegExp) {
  const found = judgeGoals(results).filter((verdict) => goal.test(verdict.goal));
  assert.equal(found.length, 1, `one goal is ${goal}`);
  return { measured: found[0]?.measured, isReached: found[0]?.isReached };
}

test("judgeGoals() compares the cost of a small GET with nginx, Caddy and kamal-proxy", () => {
  const results = [
    run("small", "nginx", { cost: 10 }),
    run("small", "Caddy", { cost: 60 }),
    run("small", "kamal-proxy", { cost: 40 }),
    run("small", "nginx, same fields", { cost: 20 }),
    run("small", "luma-proxy", { cost: 12 }),
  ];
  assert.deepEqual(verdictOf(results, /1\.00 × nginx/), { measured: "1.20 ×", isReached: false });
  assert.deepEqual(verdictOf(results, /1\.25 × nginx/), { measured: "1.20 ×", isReached: true });
  assert.deepEqual(verdictOf(results, /Caddy/), { measured: "0.20 ×", isReached: true });
  assert.deepEqual(verdictOf(results, /kamal/), { measured: "0.30 ×", isReached: false });
});

test("judgeGoals() takes the median of the ratios in the same rounds", () => {
  const results = [
    ...[10, 20, 100].map((cost, index) => run("new", "nginx", { cost, round: index + 1 })),
    ...[14, 28, 200].map((cost, index) => run("new", "luma-proxy", { cost, round: index + 1 })),
    run("new", "luma-proxy", { cost: 900, round: 4 }),
  ];
  assert.deepEqual(verdictOf(results, /new connection/), { measured: "1.40 ×", isReached: true });
});

test("judgeGoals() wants throughput of transfers, each way", () => {
  const results = [
    run("download", "nginx", { requests: 100 }),
    run("download", "luma-proxy", { requests: 79 }),
    run("upload", "nginx", { requests: 100 }),
    run("upload", "luma-proxy", { requests: 80 }),
  ];
  assert.deepEqual(verdictOf(results, /^downloads/), { measured: "0.79 ×", isReached: false });
  assert.deepEqual(verdictOf(results, /^uploads/), { measured: "0.80 ×", isReached: true });
});

test("judgeGoals() compares p99 with HAProxy's at the same rate", () => {
  const results = (p99Ms: number) => [
    run("steady", "HAProxy", { p99Ms: 0.5 }),
    run("steady", "luma-proxy", { p99Ms }),
  ];
  assert.deepEqual(verdictOf(results(0.6), /half load/), { measured: "1.20 ×", isReached: true });
  assert.deepEqual(verdictOf(results(0.7), /half load/), { measured: "1.40 ×", isReached: false });
});

test("judgeGoals() wants less than 12 kB for an idle connection", () => {
  const results = (idleBytes: number) => [run("idle", "luma-proxy", { idleBytes })];
  const goal = /idle connection/;
  assert.deepEqual(verdictOf(results(11_900), goal), { measured: "11.9 kB", isReached: true });
  assert.deepEqual(verdictOf(results(12_000), goal), { measured: "12.0 kB", isReached: false });
});

test("judgeGoals() compares p99 while it is switched with the same process before", () => {
  const results = (...p99sMs: readonly number[]) =>
    p99sMs.map((p99Ms, index) =>
      run("switching", "luma-proxy", { p99Ms, unswitchedP99Ms: 0.5, lost: 0, round: index + 1 })
    );
  const goal = /p99 changes/;
  assert.deepEqual(verdictOf(results(0.5, 0.52, 9), goal), { measured: "+4.0 %", isReached: true });
  assert.deepEqual(verdictOf(results(0.55), goal), { measured: "+10.0 %", isReached: false });
  assert.deepEqual(verdictOf(results(0.4), goal), { measured: "−20.0 %", isReached: true });
});

test("judgeGoals() adds up what was lost in all rounds of switching", () => {
  const results = (lost: number) => [
    run("switching", "luma-proxy", { lost: 0 }),
    run("switching", "luma-proxy", { lost, requests: 999, round: 2 }),
  ];
  const goal = /lost/;
  assert.deepEqual(verdictOf(results(0), goal), { measured: "0 of 1999", isReached: true });
  assert.deepEqual(verdictOf(results(1), goal), { measured: "1 of 2000", isReached: false });
});

test("judgeGoals() reaches nothing that was not measured", () => {
  const verdicts = judgeGoals([run("small", "luma-proxy", {})]);
  assert.deepEqual(verdicts.filter(({ measured, isReached }) => isReached || measured), []);
});
