/** How many writes a message takes, and that gathering its pieces changes no octet. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { createBodyReader } from "../../../proxy/engine/body_reader.ts";
import { HeadBuilder } from "../../../proxy/engine/head_builder.ts";
import { MERGE_BYTES, mergeParts } from "../../../proxy/engine/merge_parts.ts";
import { MessageWriter } from "../../../proxy/engine/message_writer.ts";
import { MemorySocket } from "./memory_network.ts";
import { testEach } from "./test_each.ts";
import { WireServer } from "./wire.ts";

class CountingSocket extends MemorySocket {
  readonly writes: number[] = [];

  override write(bytes: Buffer): boolean {
    this.writes.push(bytes.length);
    return super.write(bytes);
  }
}

/** A chunk for each of `text`'s characters. */
function tinyChunks(text: string): string {
  return [...text].map((one) => `1\r\n${one}\r\n`).join("");
}

const LONG = "0123456789abcdef".repeat(20_000);

/** What a message with `text` in tiny chunks becomes, all of which came at once. */
function writeTinyChunks(text: string, chunked: boolean): CountingSocket {
  const socket = new CountingSocket();
  const writer = new MessageWriter();
  writer.chunked = chunked;
  writer.raw(Buffer.from("HEAD\r\n\r\n"));
  createBodyReader({ kind: "chunked" }).read(Buffer.from(tinyChunks(text)), 0, writer);
  writer.finish(undefined, new HeadBuilder());
  writer.flush(socket);
  return socket;
}

test("MessageWriter sends many tiny pieces in few writes, as one chunk", () => {
  const socket = writeTinyChunks(LONG, true);
  const size = LONG.length.toString(16);
  assert.equal(socket.written, `HEAD\r\n\r\n${size}\r\n${LONG}\r\n0\r\n\r\n`);
  const least = socket.written.length / MERGE_BYTES;
  assert.ok(socket.writes.length <= 2 * least, `${socket.writes.length} writes`);
});

test("MessageWriter sends many tiny pieces in few writes, without chunks", () => {
  const socket = writeTinyChunks(LONG, false);
  assert.equal(socket.written, `HEAD\r\n\r\n${LONG}`);
  assert.ok(socket.writes.length <= 10, `${socket.writes.length} writes`);
});

test("MessageWriter keeps the order of short and long pieces", () => {
  const socket = new CountingSocket();
  const writer = new MessageWriter();
  writer.chunked = true;
  let sent = "";
  for (let index = 0; index < 200; index++) {
    const text = String(index).repeat(index % 7 === 0 ? 5_000 : 3);
    sent += text;
    writer.body(Buffer.from(`<${text}>`), 1, 1 + text.length);
  }
  writer.flush(socket);
  writer.body(Buffer.from("end"), 0, 3);
  writer.flush(socket);
  const size = sent.length.toString(16);
  assert.equal(socket.written, `${size}\r\n${sent}\r\n3\r\nend\r\n`);
});

test("mergeParts() puts neighbours together, and copies none that is large", () => {
  const large = Buffer.alloc(MERGE_BYTES + 1, "x");
  const [first, second] = [Buffer.from("ab"), Buffer.from("cd")];
  const full = Buffer.alloc(MERGE_BYTES - 2, "y");
  assert.deepEqual(mergeParts([]), []);
  assert.deepEqual(mergeParts([first, second]), [Buffer.from("abcd")]);
  const merged = mergeParts([first, large, first, full, second]);
  assert.deepEqual(merged.map(({ length }) => length), [2, MERGE_BYTES + 1, MERGE_BYTES, 2]);
  assert.equal(merged[1], large);
});

/** The content of a chunked body. */
function dechunk(text: string): string {
  let content = "";
  createBodyReader({ kind: "chunked" }).read(Buffer.from(text, "latin1"), 0, {
    body: (bytes, start, end) => content += bytes.toString("latin1", start, end),
  });
  return content;
}

testEach("Exchange passes a body of tiny chunks whole, both ways", async (startEngine) => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] });
  await using client = await engine.dial();
  const sent = LONG.slice(0, 100_000);
  const body = `${tinyChunks(sent)}0\r\n\r\n`;
  client.write(`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
  const wire = await upstream.accept();
  await wire.readHead();
  assert.equal(dechunk(await wire.readUntil("\r\n0\r\n\r\n")), sent);
  wire.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
  await client.readHead();
  assert.equal(dechunk(await client.readUntil("\r\n0\r\n\r\n")), sent);
});
