import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { Writable } from "node:stream";
import { test } from "node:test";
import { feedInput } from "../../../lib/ssh/feed_input.ts";

/** Together so much that a runtime has to collect what nobody holds. */
const PIECES = 300;
const PIECE_BYTES = 512 * 1024;

function feed(stdin: Writable, input: AsyncIterable<Uint8Array>, signal: AbortSignal): void {
  const onError = (error: unknown) => stdin.destroy(error as Error);
  feedInput(stdin, input, { signal, onError });
}

test("feedInput() keeps nothing of what it has written", async () => {
  const given: WeakRef<Uint8Array>[] = [];
  async function* input(): AsyncGenerator<Uint8Array> {
    for (let count = 0; count < PIECES; count++) {
      const piece = Buffer.alloc(PIECE_BYTES, "x");
      given.push(new WeakRef(piece));
      yield piece;
    }
  }
  const stdin = new Writable({ write: (_chunk, _encoding, done) => void setImmediate(done) });
  feed(stdin, input(), new AbortController().signal);
  await once(stdin, "finish");
  const kept = given.filter((piece) => piece.deref() !== undefined).length;
  assert.equal(given.length, PIECES);
  assert.ok(kept < PIECES / 2, `${kept} of ${PIECES} are still there`);
});

test("feedInput() asks for nothing more, when the process has ended", async () => {
  const over = new AbortController();
  let isReturned = false;
  const input: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: () => {
        isReturned = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  const stdin = new Writable({ write: (_chunk, _encoding, done) => done() });
  feed(stdin, input, over.signal);
  over.abort();
  await once(stdin, "finish");
  assert.equal(isReturned, true);
});
