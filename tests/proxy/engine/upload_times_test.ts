/** How long an upload may stand still, who is asked meanwhile, and whose fault it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type MemorySocket, settle } from "./memory_network.ts";
import type { MemoryEngine } from "./strictness/run_case.ts";
import { startMemoryEngine } from "./strictness/start_memory_engine.ts";
import { eventually } from "./test_engine.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

interface Parts {
  readonly memory: MemoryEngine;
  readonly client: MemorySocket;
  readonly upstream: MemorySocket;
  /** Lets time pass, and has it looked at. */
  pass(ms: number): Promise<void>;
}

/** Runs a test with a POST of 9 octets, of which the app has the head. */
async function post(
  fields: string,
  forwardHeaders: boolean,
  run: (parts: Parts) => Promise<void>,
): Promise<void> {
  let nowMs = 1_000;
  const logged: string[] = [];
  const route = { options: { forwardHeaders } };
  using memory = await startMemoryEngine(logged, { sweepMs: 1 }, route, () => nowMs);
  const client = memory.network.connect();
  client.feed(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n${fields}\r\n`);
  await eventually(() => memory.network.dialled.length === 1, "the upstream");
  await settle();
  const upstream = memory.network.dialled[0]!;
  const pass = async (ms: number): Promise<void> => {
    nowMs += ms;
    const { offers } = client;
    await eventually(() => client.offers > offers || client.howEnded !== "open", "a look");
  };
  await run({ memory, client, upstream, pass });
  assert.deepEqual(logged, []);
}

/** The client sends a part, of which three octets wait for the app. */
function block({ client, upstream }: Parts): void {
  upstream.isFull = true;
  client.feed("abc");
  upstream.waitingBytes = 3;
}

const EXPECTING = "Expect: 100-continue\r\n";

for (
  const [who, fields, isTrusted, told] of [
    ["a 100 to a client that expects one", EXPECTING, false, CONTINUE],
    ["nothing to a client that expects none", "", false, ""],
    ["nothing to a client before which a proxy stands", EXPECTING, true, ""],
  ] as const
) {
  test(`ClientFlow sends ${who} when the app has taken nothing for long`, () =>
    post(fields, isTrusted, async (parts) => {
      const { client, upstream, pass } = parts;
      block(parts);
      for (let step = 0; step < 2; step++) {
        upstream.waitingBytes--;
        await pass(25_000);
      }
      assert.equal(client.written, "", "an app that is slow takes something");
      await pass(29_999);
      assert.equal(client.written, "");
      await pass(1);
      assert.equal(client.written, told);
    }));
}

for (
  const [value, limitMs] of [
    ["100-continue", 600_000],
    ["later, 100-Continue", 600_000],
    ["100-continued", 60_000],
  ] as const
) {
  test(`ClientConnection waits ${limitMs} ms for the body of a client that expects ${value}`, () =>
    post(`Expect: ${value}\r\n`, false, async ({ memory, client, upstream, pass }) => {
      await pass(limitMs - 1);
      assert.equal(client.written, "");
      await pass(1);
      assert.match(client.written, /^HTTP\/1\.1 408 /);
      assert.equal(memory.engine.report().traffic.refused.body_timeout, 1);
      assert.equal(upstream.howEnded, "destroyed");
      assert.equal(memory.engine.report().generations[0]!.inFlight, 0);
    }));
}

test("ClientConnection wants no body of a client that was answered instead of with a 100", () =>
  post(EXPECTING, false, async ({ client, upstream, pass }) => {
    upstream.feed("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
    await pass(1_000_000);
    assert.equal(client.howEnded, "open");
    upstream.feed("def");
    assert.ok(client.written.endsWith("\r\n\r\nabcdef"));
  }));

test("Exchange cuts an answer whose app neither goes on nor takes the request", () =>
  post("", false, async (parts) => {
    const { memory, client, upstream, pass } = parts;
    block(parts);
    upstream.feed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
    for (const octet of "abc") {
      upstream.feed(octet);
      await pass(599_999);
      assert.equal(client.howEnded, "open", "what it says is progress");
    }
    upstream.waitingBytes--;
    await pass(599_999);
    await pass(599_999);
    assert.equal(client.howEnded, "open", "what it takes, too");
    await pass(1);
    assert.equal(client.howEnded, "reset");
    assert.equal(upstream.howEnded, "destroyed");
    const [generation] = memory.engine.report().generations;
    assert.equal(generation!.inFlight, 0);
    assert.deepEqual(generation!.examples, ["POST /: took nothing of the request in 600000 ms"]);
  }));
