/** Clients that wait for a 100 before they send a body (RFC 9110, 10.1.1). */
import assert from "node:assert/strict";
import { testEach } from "./test_each.ts";
import { eventually } from "./test_engine.ts";
import { WireServer } from "./wire.ts";

const POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n";
const EXPECTING = `${POST}Expect: 100-continue\r\n\r\n`;
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

testEach(
  "ClientConnection counts the time of a body from the 100 on that its client waits for",
  async (startEngine) => {
    let nowMs = 1_000;
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [upstream.port] }, {
      now: () => nowMs,
      settings: { bodyStallMs: 60_000, clientIdleMs: 30_000 },
    });
    await using client = await engine.dial();
    client.write(EXPECTING);
    const wire = await upstream.accept();
    await wire.readHead();
    await using slow = await engine.dial();
    slow.write(`${POST}\r\nabc`);
    await (await upstream.accept()).readUntil("abc");
    nowMs += 120_000;
    // Looked at behind the first client, in the same sweep.
    assert.match(await slow.readHead(), /^HTTP\/1\.1 408 /);
    wire.write(CONTINUE);
    assert.equal(await client.readBytes(CONTINUE.length), CONTINUE);
    slow.destroy();
    await eventually(() => engine.engine.report().connections === 1, "the first client alone");
    await using idle = await engine.dial();
    await eventually(() => engine.engine.report().connections === 2, "a second one");
    nowMs += 31_000;
    assert.equal(await idle.readToEnd(), "");
    client.write("abc");
    await wire.readUntil("abc");
    nowMs += 61_000;
    assert.match(await client.readHead(), /^HTTP\/1\.1 408 /);
  },
);

testEach("Exchange answers 504 where a 100 is awaited in vain", async (startEngine) => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({
    ports: [upstream.port],
    options: { responseTimeoutMs: 50 },
  });
  await using client = await engine.dial();
  client.write(EXPECTING);
  const wire = await upstream.accept();
  await wire.readHead();
  assert.match(await client.readHead(), /^HTTP\/1\.1 504 /);
});

testEach("Exchange counts an app's time anew behind the body of a 100", async (startEngine) => {
  let nowMs = 1_000;
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({
    ports: [upstream.port],
    options: { responseTimeoutMs: 50_000 },
  }, { now: () => nowMs });
  await using client = await engine.dial();
  client.write(EXPECTING);
  const wire = await upstream.accept();
  await wire.readHead();
  nowMs += 40_000;
  wire.write(CONTINUE);
  await client.readBytes(CONTINUE.length);
  client.write("abcdef");
  await wire.readUntil("abcdef");
  nowMs += 40_000;
  wire.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  assert.match(await client.readHead(), /^HTTP\/1\.1 200 /);
});
