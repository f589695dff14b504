/** What becomes of an upstream's connection when an upload was answered before it was sent. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "./memory_network.ts";
import { startMemoryEngine } from "./strictness/start_memory_engine.ts";

for (const [waitingBytes, howEnded] of [[0, "open"], [3, "destroyed"]] as const) {
  test(`Exchange leaves a connection ${howEnded} where ${waitingBytes} octets of an upload wait`, async () => {
    const logged: string[] = [];
    using memory = await startMemoryEngine(logged);
    const client = memory.network.connect();
    client.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabcdef");
    await settle();
    const upstream = memory.network.dialled[0]!;
    assert.ok(upstream.written.endsWith("\r\n\r\nabcdef"));
    upstream.waitingBytes = waitingBytes;
    upstream.feed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    await settle();
    assert.ok(client.written.endsWith("\r\n\r\nok"));
    assert.equal(client.howEnded, "open");
    assert.equal(upstream.howEnded, howEnded);
    assert.deepEqual(logged, []);
  });
}
