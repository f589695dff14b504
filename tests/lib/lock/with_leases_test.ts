import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { acquireLease, LockHeldError } from "../../../lib/lock/lease_lock.ts";
import { type WantedLease, withLeases } from "../../../lib/lock/with_leases.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";
import type { Command, Runner } from "../../../lib/ssh/runner.ts";

interface Locks {
  readonly runner: Runner;
  /** The leases that were asked for, in that order. */
  readonly asked: readonly string[];
  readonly signal: AbortSignal;
  want(name: string): WantedLease;
  /** The names of the leases that are there. */
  held(): Promise<readonly string[]>;
  /** Another of another host takes the lease, which is free. */
  take(name: string): ReturnType<typeof acquireLease>;
  /** The lease is somebody else's from now on. */
  steal(name: string): Promise<void>;
}

/** Runs the real scripts in a folder of its own. */
async function withLocks(body: (locks: Locks) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-leases-"));
  const local = createLocalRunner({ server: "server" });
  const asked: string[] = [];
  const runner: Runner = {
    ...local,
    run: (command: Command) => {
      const file = command.argv.find((word) => /^\/.*\.lock$/.test(word)) ?? "";
      // Only a request for a lease names a host.
      if (command.argv.length > 9) asked.push(file.slice(folder.length + 1, -".lock".length));
      return local.run(command);
    },
  };
  const signal = new AbortController().signal;
  const want = (name: string) => ({ file: join(folder, `${name}.lock`), subject: name });
  try {
    await body({
      runner,
      asked,
      signal,
      want,
      held: async () =>
        (await readdir(folder)).filter((name) => name.endsWith(".lock")).map((name) =>
          name.slice(0, -".lock".length)
        ).sort(),
      take: (name) =>
        acquireLease(local, {
          ...want(name),
          token: "theirs",
          owner: "ann",
          host: "laptop",
          hostId: "other",
          pid: 1,
          isAlive: () => true,
          signal,
        }),
      async steal(name) {
        const { file } = want(name);
        const [, ...rest] = (await readFile(file, "utf8")).split("\n");
        await writeFile(file, ["theirs", ...rest].join("\n"));
      },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("withLeases() holds all leases while the body runs, taken in one order, and frees them", () =>
  withLocks(async ({ runner, asked, signal, want, held }) => {
    const result = await withLeases([want("b"), want("a")], { runner, signal }, async () => {
      assert.deepEqual(await held(), ["a", "b"]);
      return "done";
    });
    assert.equal(result, "done");
    assert.deepEqual(asked, ["a", "b"]);
    assert.deepEqual(await held(), []);
  }));

test("withLeases() frees them when the body fails, and passes its error on", () =>
  withLocks(async ({ runner, signal, want, held }) => {
    const failure = new Error("it failed");
    await assert.rejects(
      withLeases([want("a")], { runner, signal }, () => Promise.reject(failure)),
      (error) => error === failure,
    );
    assert.deepEqual(await held(), []);
  }));

test("withLeases() runs nothing and frees the others when one is held by somebody else", () =>
  withLocks(async ({ runner, signal, want, held, take }) => {
    const theirs = await take("b");
    let ran = false;
    const wanted = [want("a"), { ...want("b"), patient: false }];
    await assert.rejects(
      withLeases(wanted, { runner, signal }, () => {
        ran = true;
        return Promise.resolve();
      }),
      (error: unknown) => error instanceof LockHeldError && /"b".*by ann/.test(error.message),
    );
    assert.equal(ran, false);
    assert.deepEqual(await held(), ["b"]);
    await theirs.release();
  }));

test("withLeases() runs no command any more when one of the leases was lost, and says which", () =>
  withLocks(async ({ runner, signal, want, steal }) => {
    for (const lost of ["a", "b"]) {
      await withLeases([want("a"), want("b")], { runner, signal }, async (held) => {
        assert.equal((await held.runner.run({ argv: ["echo", "yes"] })).stdout, "yes\n");
        await steal(lost);
        await assert.rejects(
          held.runner.run({ argv: ["true"] }),
          (error: unknown) =>
            error instanceof LockHeldError && error.message.includes(`deploy "${lost}"`),
        );
      });
      await rm(want(lost).file);
    }
  }));

test("withLeases() frees a lease that was taken under another, also when that one was lost", () =>
  withLocks(async ({ runner, signal, want, held, steal }) => {
    const failure = new Error("it failed");
    await withLeases([want("a")], { runner, signal }, async (outer) => {
      await assert.rejects(
        withLeases([want("b")], { runner: outer.runner, signal }, async (inner) => {
          assert.deepEqual(await held(), ["a", "b"]);
          await steal("a");
          await assert.rejects(inner.runner.run({ argv: ["true"] }), LockHeldError);
          throw failure;
        }),
        (error) => error === failure,
      );
    });
    assert.deepEqual(await held(), ["a"]);
  }));

test("withLeases() hands the caller's own interruption on", () =>
  withLocks(async ({ runner, want }) => {
    const interrupt = new AbortController();
    await withLeases([want("a")], { runner, signal: interrupt.signal }, (held) => {
      assert.equal(held.signal.aborted, false);
      interrupt.abort();
      assert.equal(held.signal.aborted, true);
      return Promise.resolve();
    });
  }));
