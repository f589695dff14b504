import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { followLogs } from "../../../lib/logs/follow_logs.ts";
import type { Command, Output } from "../../../lib/ssh/runner.ts";
import { createRunnerPool } from "../../../lib/ssh/runner_pool.ts";

const ENDED: Output = { status: 0, stdout: "", stderr: "" };
const at = (second: number, text: string) => `2026-01-31T12:00:0${second}.000000000Z ${text}`;

function startEvent(id: string, app: string): string {
  return JSON.stringify({ Actor: { ID: id, Attributes: { name: id, "luma.app": app } } });
}

/** Follows blog over a server whose `docker logs` and `docker events` the test plays. */
function follow() {
  const commands: Command[] = [];
  let wake: () => void = () => {};
  const runner = {
    server: "web1",
    run: async (command: Command): Promise<Output> => {
      commands.push(command);
      wake();
      const { signal } = command;
      return await new Promise((resolve, reject) => {
        ends.set(command, () => resolve(ENDED));
        if (signal !== undefined) void once(signal, "abort").then(() => reject(signal.reason));
      });
    },
    close: () => Promise.resolve(),
  };
  const ends = new Map<Command, () => void>();
  const stop = new AbortController();
  const lines: string[] = [];
  const ended = followLogs({
    containers: [{ id: "blue", name: "blog-blue" }],
    nowMs: 0,
    label: "luma.project=shop",
    isWanted: ({ labels }) => labels["luma.app"] === "blog",
    from: { tail: 2 },
  }, {
    pool: createRunnerPool(() => runner),
    server: "web1",
    expect: () => {},
    onLine: ({ origin, text }) => {
      lines.push(`${origin.container}: ${text}`);
      return undefined;
    },
    signal: stop.signal,
  });
  const find = async (pattern: RegExp, nth = 1): Promise<Command> => {
    while (true) {
      const found = commands.filter(({ argv }) => pattern.test(argv.join(" ")))[nth - 1];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => wake = resolve);
    }
  };
  return { ended, stop, lines, find, end: (command: Command) => ends.get(command)?.() };
}

test("followLogs() shows what starts meanwhile, from its first line on, and no other app", async () => {
  const { ended, stop, lines, find } = follow();
  const blue = await find(/--tail 2 -- blue/);
  blue.onLine?.(at(1, "one"));
  const events = await find(/docker events/);
  events.onLine?.(startEvent("other", "shop"));
  events.onLine?.(startEvent("green", "blog"));
  const green = await find(/--follow -- green/);
  green.onLine?.(at(2, "two"));
  green.onErrorLine?.(at(3, "three"));
  assert.deepEqual(lines, ["blog-blue: one", "green: two", "green: three"]);
  stop.abort(new Error("enough"));
  await ended;
});

test("followLogs() goes on after a restart, and gives out a line once", async () => {
  const { ended, stop, lines, find, end } = follow();
  const first = await find(/-- blue/);
  first.onLine?.(at(1, "one"));
  end(first);
  (await find(/docker events/)).onLine?.(startEvent("blue", "blog"));
  const second = await find(/--since 2026-01-31T12:00:01\.000000000Z -- blue/);
  second.onLine?.(at(1, "one"));
  second.onLine?.(at(2, "two"));
  assert.deepEqual(lines, ["blog-blue: one", "blog-blue: two"]);
  stop.abort(new Error("enough"));
  await ended;
});
