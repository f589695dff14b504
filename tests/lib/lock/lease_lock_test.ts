import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { acquireLease, LockHeldError } from "../../../lib/lock/lease_lock.ts";
import { type Lease, parseLease } from "../../../lib/lock/lease_script.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";
import type { Command, Runner } from "../../../lib/ssh/runner.ts";

/** Runs the real scripts in a folder of its own. */
async function withLock(
  body: (lock: {
    readonly file: string;
    readonly runner: Runner;
    /** What was run, in that order. */
    readonly commands: readonly Command[];
    readonly acquire: (changes?: object) => ReturnType<typeof acquireLease>;
    readonly read: () => Promise<Lease | undefined>;
  }) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-lock-"));
  const file = join(folder, "locks", "site-blog.lock");
  const local = createLocalRunner({ server: "server" });
  const commands: Command[] = [];
  const runner: Runner = {
    ...local,
    run: (command) => {
      commands.push(command);
      return local.run(command);
    },
  };
  const acquire = (changes: object = {}) =>
    acquireLease(runner, {
      file,
      subject: "blog",
      token: "token-1",
      owner: "ann",
      host: "laptop",
      hostId: "host-1",
      pid: 1,
      isAlive: () => true,
      signal: new AbortController().signal,
      ...changes,
    });
  try {
    await body({
      file,
      runner,
      commands,
      acquire,
      read: async () => parseLease(await readFile(file, "utf8")),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function nowS(): number {
  return Math.floor(Date.now() / 1000);
}

async function expire(file: string): Promise<void> {
  const lines = (await readFile(file, "utf8")).split("\n");
  lines[1] = String(nowS() - 1);
  await writeFile(file, lines.join("\n"));
}

test("acquireLease() writes who holds it, and release() frees it", () =>
  withLock(async ({ acquire, read }) => {
    const lock = await acquire();
    const lease = await read();
    assert.equal(lease?.owner, "ann");
    assert.equal(lease?.pid, 1);
    assert.ok((lease?.expiresAtS ?? 0) > nowS() + 10);
    await lock.release();
    await assert.rejects(read());
  }));

test("acquireLease() takes a lease that is over", () =>
  withLock(async ({ acquire, read, file }) => {
    await acquire();
    await expire(file);
    await acquire({ token: "token-2", owner: "bob" });
    assert.equal((await read())?.owner, "bob");
  }));

test("acquireLease() takes over at once from a dead process of this host", () =>
  withLock(async ({ acquire, read }) => {
    await acquire({ pid: 4711 });
    const lock = await acquire({
      token: "token-2",
      owner: "bob",
      isAlive: (pid: number) => pid !== 4711,
    });
    assert.equal((await read())?.owner, "bob");
    await lock.release();
  }));

test("acquireLease() waits for a holder of another host, says for whom, and takes over when it is gone", () =>
  withLock(async ({ acquire, read }) => {
    const first = await acquire({ hostId: "host-2", pid: 4711 });
    const waitedFor: string[] = [];
    await acquire({
      token: "token-2",
      owner: "bob",
      isAlive: () => false,
      onWait: ({ owner }: Lease) => {
        waitedFor.push(owner);
        void first.release();
      },
    });
    assert.deepEqual(waitedFor, ["ann"]);
    assert.equal((await read())?.owner, "bob");
  }));

test("acquireLease() gives up with exit code 5 while another renews its lease, and names it", () =>
  withLock(async ({ acquire, commands }) => {
    const first = await acquire();
    const error = await acquire({ token: "token-2" }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof LockHeldError);
    assert.equal(error.exitCode, 5);
    assert.match(error.message, /locked by ann on laptop \(process 1\) since/);
    assert.match(error.hint ?? "", /luma lock release blog/);
    await first.release();
    // Only who asks for a lease names a host; the others keep the one that is held, whatever else runs.
    const keeping = commands.filter(({ argv }) => !argv.includes("laptop"));
    assert.ok(keeping.length >= 3, String(keeping.length));
    assert.ok(keeping.every(({ urgent }) => urgent === true));
  }));

test("LeaseLock.guard() runs commands while the lease is held, with their input and status", () =>
  withLock(async ({ acquire, runner }) => {
    const lock = await acquire();
    const output = await lock.guard(runner).run({
      argv: ["sh", "-c", 'cat; echo "$1"; exit 3', "sh", "it's"],
      stdin: "in ",
    });
    assert.deepEqual([output.status, output.stdout], [3, "in it's\n"]);
    await lock.release();
  }));

test("LeaseLock.guard() passes on a command's own status, whatever it is", () =>
  withLock(async ({ acquire, runner }) => {
    const lock = await acquire();
    const output = await lock.guard(runner).run({ argv: ["sh", "-c", "exit 97"] });
    assert.equal(output.status, 97);
    await lock.release();
  }));

test("LeaseLock.guard() refuses commands after the lease was taken over, and when it is over", () =>
  withLock(async ({ acquire, runner, file }) => {
    const lock = await acquire();
    const guarded = lock.guard(runner);
    await expire(file);
    await assert.rejects(guarded.run({ argv: ["touch", `${file}.touched`] }), LockHeldError);
    const other = await acquire({ token: "token-2" });
    await assert.rejects(guarded.run({ argv: ["touch", `${file}.touched`] }), LockHeldError);
    await assert.rejects(readFile(`${file}.touched`));
    await other.release();
  }));

test("release() of a lease that another took over leaves the other's", () =>
  withLock(async ({ acquire, read, file }) => {
    const lock = await acquire();
    await expire(file);
    await acquire({ token: "token-2", owner: "bob" });
    await lock.release();
    assert.equal((await read())?.owner, "bob");
  }));

test("acquireLease() is interrupted with the signal's own reason while it waits", () =>
  withLock(async ({ acquire }) => {
    const first = await acquire();
    const controller = new AbortController();
    const interruption = new Error("Interrupted");
    await assert.rejects(
      acquire({
        token: "token-2",
        onWait: () => controller.abort(interruption),
        signal: controller.signal,
      }),
      (error) => error === interruption,
    );
    await first.release();
  }));

test("acquireLease() says what the lock is held for, where it is not an app's", () =>
  withLock(async ({ acquire }) => {
    const first = await acquire();
    const error = await acquire({ token: "token-2", action: "set up", hint: "wait" })
      .then(() => undefined, (reason: unknown) => reason);
    assert.ok(error instanceof LockHeldError);
    assert.match(error.message, /^Cannot set up server: locked by ann/);
    assert.equal(error.hint, "wait");
    await first.release();
  }));

test("release() does not hide what a command failed with when the server is gone", () =>
  withLock(async ({ file }) => {
    let gone = false;
    const local = createLocalRunner({ server: "server" });
    const runner = {
      ...local,
      run: (command: Parameters<typeof local.run>[0]) =>
        gone ? Promise.reject(new Error("connection dropped")) : local.run(command),
    };
    const lock = await acquireLease(runner, {
      file,
      subject: "blog",
      token: "token-1",
      owner: "ann",
      host: "laptop",
      hostId: "host-1",
      pid: 1,
      isAlive: () => true,
      signal: new AbortController().signal,
    });
    gone = true;
    await lock.release();
  }));
