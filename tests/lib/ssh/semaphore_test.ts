/**
 * The number of tasks at a time.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSemaphore } from "../../../lib/ssh/semaphore.ts";

test("createSemaphore() runs no more tasks than it has places, in the order of asking", async () => {
  const semaphore = createSemaphore(2);
  const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const started: number[] = [];
  const runs = gates.map((gate, at) =>
    semaphore.run(() => {
      started.push(at);
      return gate.promise;
    })
  );
  await Promise.resolve();
  assert.deepEqual(started, [0, 1]);
  gates[1]?.resolve();
  await runs[1];
  await Promise.resolve();
  assert.deepEqual(started, [0, 1, 2]);
  for (const gate of gates) gate.resolve();
  await Promise.all(runs);
  assert.deepEqual(started, [0, 1, 2, 3]);
});

test("createSemaphore() gives a place back, when a task fails", async () => {
  const semaphore = createSemaphore(1);
  await assert.rejects(semaphore.run(() => Promise.reject(new Error("no"))), /no/);
  assert.equal(await semaphore.run(() => Promise.resolve("next")), "next");
});

test("createSemaphore() stops waiting, when the signal is aborted", async () => {
  const semaphore = createSemaphore(1);
  const gate = Promise.withResolvers<void>();
  const first = semaphore.run(() => gate.promise);
  const abort = new AbortController();
  const second = semaphore.run(() => Promise.reject(new Error("ran")), abort.signal);
  const third = semaphore.run(() => Promise.resolve("third"));
  abort.abort(new Error("enough"));
  await assert.rejects(second, /enough/);
  gate.resolve();
  await first;
  assert.equal(await third, "third");
});
