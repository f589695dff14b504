import assert from "node:assert/strict";
import { test } from "node:test";
import { createLineQueue } from "../../../lib/logs/line_queue.ts";
import { mergeByTime } from "../../../lib/logs/merge_by_time.ts";

function source(...times: readonly string[]) {
  const left = [...times];
  return {
    next: () => {
      const time = left.shift();
      return Promise.resolve(time === undefined ? undefined : { time });
    },
  };
}

async function merged(...sources: readonly ReturnType<typeof source>[]): Promise<string> {
  const times: string[] = [];
  for await (const { time } of mergeByTime(sources)) times.push(time);
  return times.join(" ");
}

test("mergeByTime() gives out the lines of all logs, oldest first", async () => {
  assert.equal(
    await merged(source("1", "4", "5"), source(), source("2", "3", "9")),
    "1 2 3 4 5 9",
  );
  assert.equal(await merged(), "");
});

test("mergeByTime() holds one line of each log, and asks for the next when it was taken", async () => {
  let asked = 0;
  const endless = { next: () => Promise.resolve({ time: `${asked++}` }) };
  const lines = mergeByTime([endless]);
  for (let taken = 0; taken < 3; taken++) await lines.next();
  assert.equal(asked, 3);
});

test("createLineQueue() hands on items in their order, and then the end or the error", async () => {
  const queue = createLineQueue<number>();
  const first = queue.next();
  queue.push(1);
  queue.push(2);
  assert.deepEqual([await first, await queue.next()], [1, 2]);
  queue.end();
  assert.equal(await queue.next(), undefined);
  const broken = createLineQueue<number>();
  broken.push(1);
  broken.end(new Error("gone"));
  assert.equal(await broken.next(), 1);
  await assert.rejects(broken.next(), /gone/);
});

test("createLineQueue() lets a producer that is ahead wait until its items were taken", async () => {
  const queue = createLineQueue<number>();
  let room: Promise<void> | undefined;
  let count = 0;
  while (room === undefined) room = queue.push(count++);
  assert.ok(count <= 1000, `${count} items`);
  let resumed = false;
  void room.then(() => resumed = true);
  for (let taken = 0; taken < count; taken++) {
    assert.equal(resumed, false);
    assert.equal(await queue.next(), taken);
  }
  const next = queue.next();
  await room;
  queue.push(-1);
  assert.equal(await next, -1);
});
