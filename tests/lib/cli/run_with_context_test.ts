import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { runBare } from "../../../lib/cli/run_with_context.ts";
import { NOBODY } from "../../../lib/commands/context.ts";

function io() {
  let err = "";
  return {
    out: () => {},
    err: (text: string) => void (err += text),
    env: {},
    cwd: () => "/",
    isTerminal: true,
    columns: () => 80,
    person: NOBODY,
    read: () => err,
  };
}

test("runBare() ends with the code that a command returns, and with 0 without one", async () => {
  const run = { options: { color: false }, io: io(), needs: { secrets: false, streams: true } };
  assert.equal(await runBare(run, () => Promise.resolve(37)), 37);
  assert.equal(await runBare(run, () => Promise.resolve()), 0);
  assert.equal(run.io.read(), "");
});

test("runBare() says nothing of the interruption of a command that streams", async () => {
  const run = { options: { color: false }, io: io(), needs: { secrets: false, streams: true } };
  const code = await runBare(run, async ({ signal }) => {
    const aborted = new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    );
    // The test runner would take a real one for itself.
    process.emit("SIGINT");
    await aborted;
  });
  assert.deepEqual([code, run.io.read()], [130, ""]);
});
