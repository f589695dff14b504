import assert from "node:assert/strict";
import { test } from "node:test";
import { awaitRemoval } from "../../../lib/docker/await_removal.ts";
import { removeContainer } from "../../../lib/docker/container_operations.ts";

/** A runner on which docker fails with one of these after the other. */
function failing(...words: readonly string[]) {
  const left = [...words];
  return {
    left,
    runner: {
      server: "web1",
      run: () => Promise.resolve({ status: 1, stdout: "", stderr: left.shift() ?? "" }),
      close: () => Promise.resolve(),
    },
  };
}

const UNDER_WAY = "Error response from daemon: removal of container web is already in progress";
const GONE = "Error response from daemon: No such container: web";

test("removeContainer() asks again, until what another command removes is gone", async () => {
  const { runner, left } = failing(UNDER_WAY, UNDER_WAY, GONE);
  await removeContainer(runner, { name: "web", keepVolumes: false });
  assert.deepEqual(left, []);
});

test("removeContainer() fails with Docker's reason, when there is another one", async () => {
  const { runner } = failing(UNDER_WAY, "Error response from daemon: driver is busy");
  await assert.rejects(removeContainer(runner, { name: "web", keepVolumes: false }), /is busy/);
});

test("awaitRemoval() ends with the signal's reason, when it is aborted", async () => {
  const abort = new AbortController();
  const waiting = awaitRemoval(
    async () => abort.abort(new Error("enough")),
    () => true,
    { signal: abort.signal },
  );
  await assert.rejects(waiting, /enough/);
});

test("awaitRemoval() tells once that it takes long, and gives up after 30 seconds", async () => {
  const clock = [0, 2_999, 3_000, 10_000, 29_999, 30_000];
  let looks = 0;
  const told: number[] = [];
  const found = await awaitRemoval(
    () => Promise.resolve(++looks),
    () => true,
    { onLong: (look) => void told.push(look), now: () => clock.shift() ?? Infinity },
  );
  assert.deepEqual(told, [2]);
  assert.equal(found, 5);
});
