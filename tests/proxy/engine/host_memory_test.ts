import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { HostMemory, parseHost } from "../../../proxy/engine/host_name.ts";

test("HostMemory reads hosts as parseHost() does, first and again, whatever came between", () => {
  const memory = new HostMemory();
  const texts = [
    ...["A.Example", "a.example.", "a.example:80", "", "a b", "[::1]:8080", "[::1", "a:b", "a"],
    ...Array.from({ length: 200 }, (_, index) => `Shop-${index % 70}.example:${index}`),
    "x".repeat(260),
    `${"x".repeat(300)}.example`,
  ];
  for (const text of [...texts, ...texts]) {
    // Other octets around it are no part of it.
    const bytes = Buffer.from(`..${text}//`, "latin1");
    const end = bytes.length - 2;
    assert.equal(memory.read(bytes, 2, end), parseHost(bytes, 2, end), text);
  }
});
