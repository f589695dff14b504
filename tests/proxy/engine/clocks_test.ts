/** The clock that is shown may be set; no deadline goes by it. */
import assert from "node:assert/strict";
import { testEach } from "./test_each.ts";
import type { Wire } from "./wire.ts";
import { WireServer } from "./wire.ts";

const HOUR_MS = 3_600_000;

/** The time in the proxy's own answer to a request that no route takes. */
async function askDate(client: Wire): Promise<number> {
  client.write("GET / HTTP/1.1\r\nHost: unknown\r\n\r\n");
  const date = /\r\nDate: ([^\r]*)/.exec(await client.readHead())?.[1];
  await client.readUntil("\n");
  return Date.parse(date ?? "");
}

testEach("Engine takes no deadline from a clock that is set, and shows it", async (startEngine) => {
  let stepMs = 0;
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port], options: { hosts: ["a"] } }, {
    wallNow: () => Date.now() + stepMs,
  });
  await using client = await engine.dial();
  client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
  const wire = await upstream.accept();
  await wire.readUntil("abc");
  const startedMs = Date.now();
  stepMs = HOUR_MS;
  await using other = await engine.dial();
  // Seen with the next look at the clock, which is the one that looks at the deadlines as well.
  while (await askDate(other) < startedMs + HOUR_MS - 1_000) {
    assert.ok(Date.now() - startedMs < 4_000, "it is never shown");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  client.write("def");
  await wire.readUntil("def");
  wire.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  assert.match(await client.readHead(), /^HTTP\/1\.1 200 /);
  client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const sentMs = Number(/\r\nX-Request-Start: t=(\d+)\r\n/.exec(await wire.readHead())?.[1]);
  assert.ok(sentMs >= startedMs + HOUR_MS - 1_000, `${sentMs}`);
});
