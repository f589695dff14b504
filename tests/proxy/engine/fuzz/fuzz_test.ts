/** The fuzzer for a few seconds, on seeds that are new each time, and on those that once failed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runFuzz } from "./run_fuzz.ts";

/** Seeds of rounds that have failed, each of which was mended. */
const FAILED_SEEDS: readonly number[] = [56_503];

for (const seed of FAILED_SEEDS) {
  test(`Engine stands the round of seed ${seed}`, async () => {
    assert.equal(await runFuzz({ seed }), 1);
  });
}

test("Engine stands whatever clients and upstreams send, for 10 s", async () => {
  const rounds = await runFuzz({ seed: Date.now() >>> 0, forMs: 10_000 });
  assert.ok(rounds > 100, `${rounds} rounds`);
});
