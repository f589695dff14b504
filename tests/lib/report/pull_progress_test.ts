import assert from "node:assert/strict";
import { test } from "node:test";
import { countLayers, NO_PULL, readPullLine } from "../../../lib/report/pull_progress.ts";

test("readPullLine() counts the layers that docker pull names, with their newest state", () => {
  const lines = [
    "1.27: Pulling from library/nginx",
    "a2abf6c4d29d: Already exists",
    "a9edb18cadd1: Pulling fs layer",
    "589b7251471a: Pulling fs layer",
    "186b1aaa4aa6: Waiting",
    "a9edb18cadd1: Verifying Checksum",
    "a9edb18cadd1: Download complete",
    "589b7251471a: Download complete",
    "a9edb18cadd1: Pull complete",
  ];
  const progress = lines.reduce(readPullLine, NO_PULL);
  assert.deepEqual(countLayers(progress), { total: 4, downloaded: 3, done: 2 });
  assert.equal(progress.line, "1.27: Pulling from library/nginx");
});
