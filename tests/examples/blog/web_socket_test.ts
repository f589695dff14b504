/** Tests of the example app's own parts: its frames, its pattern, its counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Counter } from "../../../examples/blog/counts.ts";
import { isPattern, patternBytes } from "../../../examples/blog/pattern.ts";
import {
  acceptKey,
  closeCode,
  decodeFrame,
  encodeClose,
  encodeFrame,
} from "../../../examples/blog/web_socket.ts";

test("acceptKey() answers the example of RFC 6455, 1.3", () => {
  assert.equal(acceptKey("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
});

test("decodeFrame() gives back what encodeFrame() took, masked or not, and what follows", () => {
  for (const length of [0, 125, 126, 65_535]) {
    for (const mask of [undefined, new Uint8Array([1, 2, 250, 4])]) {
      const payload = patternBytes(0, length);
      const bytes = encodeFrame("text", payload, mask);
      assert.equal(decodeFrame(bytes.subarray(0, bytes.length - 1)), undefined);
      const decoded = decodeFrame(Buffer.concat([bytes, Buffer.from("more")]));
      assert.equal(decoded?.frame.opcode, "text");
      assert.deepEqual(Buffer.from(decoded.frame.payload), Buffer.from(payload));
      assert.equal(Buffer.from(decoded.rest).toString(), "more");
    }
  }
});

test("encodeFrame() makes the masked text of RFC 6455, 5.7", () => {
  const frame = encodeFrame("text", Buffer.from("Hello"), Buffer.from("37fa213d", "hex"));
  assert.equal(Buffer.from(frame).toString("hex"), "818537fa213d7f9f4d5158");
});

test("closeCode() reads the code of a close frame, and 1005 where it has none", () => {
  assert.equal(closeCode(decodeFrame(encodeClose(1001))?.frame.payload ?? new Uint8Array()), 1001);
  assert.equal(closeCode(new Uint8Array()), 1005);
});

test("decodeFrame() refuses an opcode that it does not know", () => {
  assert.throws(() => decodeFrame(new Uint8Array([0x83, 0])), /unknown first byte/);
});

test("isPattern() sees a byte that is lost, doubled or moved", () => {
  const bytes = patternBytes(65_000, 2000);
  assert.equal(isPattern(bytes, 65_000), true);
  assert.equal(isPattern(bytes.subarray(1), 65_000), false);
  assert.equal(isPattern(bytes, 64_999), false);
  assert.deepEqual(bytes.subarray(1000), patternBytes(66_000, 1000));
});

test("Counter counts health checks apart, and each end once", () => {
  const counter = new Counter(() => 7);
  counter.health("10.0.0.9");
  const end = counter.begin("page", "10.0.0.9");
  counter.begin("echo", "10.0.0.8");
  end();
  end();
  assert.deepEqual(counter.counts(), {
    requests: 2,
    byKind: { page: 1, echo: 1 },
    bySource: { "10.0.0.9": 1, "10.0.0.8": 1 },
    healthBySource: { "10.0.0.9": 1 },
    inFlight: 1,
    firstAtMs: 7,
    lastAtMs: 7,
  });
});
