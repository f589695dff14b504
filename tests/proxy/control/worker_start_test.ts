import assert from "node:assert/strict";
import { test } from "node:test";
import { FailedChild, FakeChildren } from "./fixtures/fake_child.ts";

const EMPTY = { sequence: 1, routes: [] };

test("WorkerPool tries again, when a worker cannot be started for now", async () => {
  const children = new FakeChildren();
  const { pool, failures, warnings } = children;
  const started = pool.start(EMPTY);
  const first = await children.next();
  await first.listen();
  await started;
  failures.push(
    () => new FailedChild("EMFILE: too many open files, socketpair"),
    () => {
      throw new Error("ENOMEM: not enough memory");
    },
  );
  first.kill();
  const next = await children.next();
  await next.listen();
  assert.deepEqual(pool.workers.map(({ pid }) => pid), [2]);
  assert.deepEqual(warnings, [
    "worker 1 ended (SIGKILL) and is replaced",
    "a worker could not be started, and is tried again: EMFILE: too many open files, socketpair",
    "a worker could not be started, and is tried again: ENOMEM: not enough memory",
  ]);
  pool.kill();
});

test("WorkerPool replaces a worker that listened and ended before the others listen", async () => {
  const children = new FakeChildren({ count: 2 });
  const { pool } = children;
  const started = pool.start(EMPTY);
  const [first, second] = [await children.next(), await children.next()];
  await first.listen();
  const ready = new Promise<void>((resolve) => first.stdout.once("end", () => resolve()));
  first.stdout.end();
  await ready;
  first.exit(3);
  const third = await children.next();
  // One that takes its place is replaced as well, whether or not it ever listened.
  third.exit(3);
  const fourth = await children.next();
  await fourth.listen();
  await second.listen();
  await started;
  assert.deepEqual(pool.workers.map(({ pid }) => pid), [2, 4]);
  pool.kill();
});

test("WorkerPool.start() fails, when one of the first workers never listens", async () => {
  const children = new FakeChildren({ count: 2 });
  const started = children.pool.start(EMPTY);
  const [first, second] = [await children.next(), await children.next()];
  await first.listen();
  second.exit(7);
  await assert.rejects(started, /worker 2 is gone: exit code 7/);
  assert.deepEqual(children.warnings, []);
});
