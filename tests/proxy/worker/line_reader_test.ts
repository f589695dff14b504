import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { readLines } from "../../../proxy/worker/line_reader.ts";

/** Together so much that a runtime has to collect what nobody holds. */
const PIECES = 300;
const PIECE_BYTES = 512 * 1024;

async function* inPieces(...pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

async function collect(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

test("readLines() puts lines together, and drops what stands behind the last line end", async () => {
  const input = inPieces("on", "e\ntw", "o\n\nth", "ree");
  const { signal } = new AbortController();
  assert.deepEqual(await collect(readLines(input, signal)), ["one", "two", ""]);
});

test("readLines() ends with its signal, while nothing comes", async () => {
  const over = new AbortController();
  async function* silent(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("one\n");
    await new Promise(() => {});
  }
  const lines = readLines(silent(), over.signal);
  assert.equal((await lines.next()).value, "one");
  const next = lines.next();
  over.abort();
  assert.equal((await next).done, true);
});

test("readLines() gives no line, when its signal was aborted before", async () => {
  assert.deepEqual(await collect(readLines(inPieces("one\n"), AbortSignal.abort())), []);
});

test("readLines() throws what its input throws", async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("one\n");
    throw new Error("broken");
  }
  const { signal } = new AbortController();
  await assert.rejects(collect(readLines(broken(), signal)), /broken/);
});

test("readLines() keeps nothing of the lines that it has given", async () => {
  const given: WeakRef<Uint8Array>[] = [];
  async function* input(): AsyncGenerator<Uint8Array> {
    for (let count = 0; count < PIECES; count++) {
      const piece = Buffer.alloc(PIECE_BYTES, "x");
      piece[piece.length - 1] = 0x0a;
      given.push(new WeakRef(piece));
      yield piece;
      await setImmediate();
    }
  }
  let count = 0;
  for await (const _ of readLines(input(), new AbortController().signal)) count++;
  await setImmediate();
  const kept = given.filter((piece) => piece.deref() !== undefined).length;
  assert.equal(count, PIECES);
  assert.ok(kept < PIECES / 2, `${kept} of ${PIECES} are still there`);
});
