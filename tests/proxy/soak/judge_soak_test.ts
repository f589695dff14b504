/** What a soak takes as lost, as held by a killed worker, and as flat. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sample } from "../../load/load_report.ts";
import { judgeSoak, type Soak } from "./judge_soak.ts";
import type { ProcessSample } from "./process_samples.ts";

const MEBIBYTE = 1024 * 1024;

function request(startedAtMs: number, endedAtMs: number, failure?: string): Sample {
  const sample = { kind: "kept alive", startedAtMs, endedAtMs, retries: 0 } as const;
  return failure === undefined ? sample : { ...sample, failure };
}

/** Ten minutes of a worker whose memory is `memory` of the minute, in MiB. */
function soakOf(requests: readonly Sample[], memory = (_minute: number) => 80): Soak {
  const samples: readonly ProcessSample[] = Array.from({ length: 11 }, (_, minute) => ({
    atMs: minute * 60_000,
    memoryBytes: memory(minute) * MEBIBYTE,
    files: 8,
  }));
  return {
    requests,
    kills: [{ atMs: 1_000, goneMs: 1_100 }],
    survivors: [{ name: "worker", samples, filesBefore: 8, filesAfter: 9 }],
    warmUpMs: 60_000,
    connectionsLeft: 0,
  };
}

for (
  const [name, sample] of [
    ["that was in flight when a worker was killed", request(500, 1_010, "ECONNRESET")],
    ["that came to a worker which was dying", request(1_050, 1_150, "connect: ECONNRESET")],
    [
      "that was sent on a kept connection of a worker which was gone",
      { ...request(1_101, 1_101, "EPIPE"), keptSinceMs: 500 },
    ],
  ] as const
) {
  test(`judgeSoak() excuses a request ${name}`, () => {
    assert.equal(judgeSoak(soakOf([sample])).isGood, true);
  });
}

for (
  const [name, sample] of [
    ["that ended before a worker was killed", request(500, 900, "ECONNRESET")],
    ["that began after a worker was gone", request(1_200, 1_300, "connect: ECONNREFUSED")],
    [
      "that was sent on a connection from after a worker was gone",
      { ...request(1_300, 1_301, "EPIPE"), keptSinceMs: 1_200 },
    ],
    ["that ended long after a worker was gone", request(500, 3_000, "ECONNRESET")],
    ["that was answered with an error", request(500, 1_010, "status 502")],
  ] as const
) {
  test(`judgeSoak() counts a request as lost ${name}`, () => {
    const verdict = judgeSoak(soakOf([sample]));
    assert.equal(verdict.isGood, false);
    assert.match(verdict.lines[0] ?? "", /^1 good requests, 1 failed; 0 more/);
  });
}

test("judgeSoak() sees memory that grows, and not that which goes up and down", () => {
  assert.equal(judgeSoak(soakOf([], (minute) => 80 + 5 * minute)).isGood, false);
  assert.equal(judgeSoak(soakOf([], (minute) => 80 + (minute % 2) * 30)).isGood, true);
});

test("judgeSoak() tells the memory at the start, in the middle and at the end", () => {
  const { lines } = judgeSoak(soakOf([], (minute) => 80 + minute));
  assert.match(
    lines.find((line) => line.startsWith("worker: memory")) ?? "",
    /82\.0 MiB at the start, 86\.0 in the middle, 90\.0 at the end, slope 1\.0 MiB a minute: flat/,
  );
});

test("judgeSoak() sees files and connections that are left", () => {
  const soak = soakOf([]);
  const [survivor] = soak.survivors;
  assert.ok(survivor !== undefined);
  assert.equal(judgeSoak({ ...soak, connectionsLeft: 1 }).isGood, false);
  assert.equal(judgeSoak({ ...soak, survivors: [{ ...survivor, filesAfter: 20 }] }).isGood, false);
});
