/** Where the frames of a WebSocket end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Buffer } from "node:buffer";
import { WebSocketFrames } from "../../../proxy/engine/websocket_frames.ts";

/** A frame with a payload of `length` octets, its length in the shortest form (RFC 6455 5.2). */
function frame(
  length: number,
  options: { readonly opcode?: number; readonly masked?: boolean } = {},
) {
  const mask = options.masked === true ? 0x80 : 0;
  const first = 0x80 | (options.opcode ?? 2);
  const header = length < 126
    ? [first, mask | length]
    : length < 65536
    ? [first, mask | 126, length >> 8, length & 255]
    : [
      first,
      mask | 127,
      0,
      0,
      0,
      0,
      length >>> 24,
      (length >> 16) & 255,
      (length >> 8) & 255,
      length & 255,
    ];
  const key = options.masked === true ? [1, 2, 3, 4] : [];
  return Buffer.concat([Buffer.from([...header, ...key]), Buffer.alloc(length, 0x88)]);
}

const FRAMES = [
  frame(0),
  frame(125),
  frame(126),
  frame(70_000),
  frame(3, { masked: true }),
  frame(0, { masked: true }),
];

test("WebSocketFrames finds the end of each frame in one piece", () => {
  const frames = new WebSocketFrames();
  let rest = Buffer.concat(FRAMES);
  for (const { length } of FRAMES) {
    assert.equal(frames.pushToBoundary(rest), length);
    assert.equal(frames.atBoundary, true);
    rest = rest.subarray(length);
  }
});

test("WebSocketFrames finds the same ends octet by octet", () => {
  const frames = new WebSocketFrames();
  const ends: number[] = [];
  Buffer.concat(FRAMES).forEach((octet, index) => {
    frames.push(Uint8Array.of(octet));
    if (frames.atBoundary) ends.push(index + 1);
  });
  let end = 0;
  assert.deepEqual(ends, FRAMES.map(({ length }) => end += length));
});

test("WebSocketFrames says -1 when a frame does not end, and sees a close frame", () => {
  const frames = new WebSocketFrames();
  assert.equal(frames.pushToBoundary(frame(9).subarray(0, 5)), -1);
  assert.equal(frames.closing, false);
  frames.push(frame(9).subarray(5));
  frames.push(frame(2, { opcode: 8 }));
  assert.equal(frames.closing, true);
});
