/** Slow readers are no stalled ones: what the kernel takes is progress. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { connect } from "node:net";
import { test } from "node:test";
import { createNetwork, listSocketKinds } from "../../../proxy/engine/network.ts";
import type { Socket } from "../../../proxy/engine/socket.ts";
import { StallClock } from "../../../proxy/engine/stall_clock.ts";
import { MemorySocket } from "./memory_network.ts";
import { startMemoryEngine } from "./strictness/start_memory_engine.ts";
import { eventually } from "./test_engine.ts";

const WRITTEN_BYTES = 64 * 1024 * 1024;
const TAKEN_BYTES = 8 * 1024 * 1024;

test("StallClock counts from the last octet that was taken, where any wait", () => {
  const socket = new MemorySocket();
  const clock = new StallClock(socket);
  assert.equal(clock.lookAt(1_000), 0);
  socket.write(Buffer.alloc(10));
  assert.equal(clock.lookAt(5_000), 0, "nothing waits");
  socket.write(Buffer.alloc(10));
  socket.waitingBytes = 10;
  assert.equal(clock.lookAt(6_000), 1_000, "nothing more was taken");
  socket.waitingBytes = 9;
  assert.equal(clock.lookAt(9_000), 0, "one octet was");
  assert.equal(clock.lookAt(9_500), 500);
});

for (const kind of listSocketKinds()) {
  test(`Socket.offer() tells what a peer takes while more waits, on ${kind} sockets`, async () => {
    const accepted: Socket[] = [];
    const network = createNetwork(() => {}, kind);
    const address = { host: "127.0.0.1", port: 0 };
    const listener = await network.listen(address, (socket) => void accepted.push(socket));
    const peer = connect(listener.port, "127.0.0.1");
    peer.on("error", () => {});
    peer.pause();
    await eventually(() => accepted.length === 1, "the connection");
    const socket = accepted[0]!;
    const part = Buffer.alloc(1024 * 1024);
    for (let sent = 0; sent < WRITTEN_BYTES; sent += part.length) socket.write(part);
    const atFirst = socket.offer();
    let takenBytes = 0;
    peer.on("data", (bytes) => {
      takenBytes += bytes.length;
      if (takenBytes >= TAKEN_BYTES) peer.pause();
    });
    peer.resume();
    await eventually(() => takenBytes >= TAKEN_BYTES, "the peer's part");
    await eventually(() => socket.offer() > atFirst, "progress");
    assert.ok(socket.offer() < WRITTEN_BYTES, "the rest waits");
    peer.destroy();
    socket.destroy();
    listener.close();
  });
}

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n";

for (const ending of ["while it goes on", "at the end of its connection"] as const) {
  test(`ClientConnection cuts a client that takes nothing, not one that is slow, ${ending}`, async () => {
    let nowMs = 1_000;
    const logged: string[] = [];
    const settings = { sweepMs: 1, answerStallMs: 100 };
    using memory = await startMemoryEngine(logged, settings, {}, () => nowMs);
    const client = memory.network.connect();
    client.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await eventually(() => memory.network.dialled.length === 1, "the upstream");
    client.waitingBytes = 500;
    const whole = ending === "while it goes on" ? "\r\nabc" : "Connection: close\r\n\r\nabcdefghi";
    if (ending !== "while it goes on") client.feedEnd();
    memory.network.dialled[0]!.feed(`${OK}${whole}`);
    for (let step = 0; step < 5; step++) {
      client.waitingBytes--;
      nowMs += 60;
      const { offers } = client;
      await eventually(() => client.offers > offers, "a look at the client");
      assert.equal(client.closed, false);
    }
    nowMs += 100;
    await eventually(() => client.howEnded === "reset", "the cut");
    const { refused } = memory.engine.report().traffic;
    assert.equal(refused.answer_timeout, 1);
    assert.deepEqual(logged, []);
  });
}
