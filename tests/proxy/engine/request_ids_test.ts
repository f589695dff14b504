import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestIds } from "../../../proxy/engine/request_ids.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("next() makes UUIDs of version 4 that differ, also over several batches (RFC 9562, 5.4)", () => {
  const ids = new RequestIds();
  const texts = Array.from({ length: 300 }, () => ids.next().toString());
  for (const text of texts) assert.match(text, UUID);
  assert.equal(new Set(texts).size, 300);
});

test("next() leaves the octets of former ids as they are", () => {
  const ids = new RequestIds();
  const first = ids.next();
  const text = first.toString();
  for (let count = 0; count < 200; count++) ids.next();
  assert.equal(first.toString(), text);
});
