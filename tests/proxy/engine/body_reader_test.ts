/** Parsers alone, with their octets cut at every position. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { createBodyReader } from "../../../proxy/engine/body_reader.ts";
import { HeadParser } from "../../../proxy/engine/head_parser.ts";
import { parseHost } from "../../../proxy/engine/host_name.ts";
import { HostMemory } from "../../../proxy/engine/host_name.ts";
import { readRequestHead } from "../../../proxy/engine/request_head.ts";
import { readResponseHead } from "../../../proxy/engine/response_head.ts";
import { DEFAULT_SETTINGS } from "../../../proxy/engine/settings.ts";

const CHUNKED =
  '5\r\nhello\r\n0b;n="v;\\"";m\r\n, world and\r\n0;last\r\nX-Sum: 1\r\nY:\r\n\r\nNEXT';
const BODY = "hello, world and";

interface Reading {
  body: string;
  trailers: number | undefined;
  rest: string;
}

/** Reads `text` cut at `cuts`; what is not consumed is given again with the next piece. */
function readChunked(text: string, cuts: readonly number[]): Reading {
  const reader = createBodyReader({ kind: "chunked" });
  let body = "";
  let rest = "";
  const edges = [0, ...cuts, text.length];
  for (let index = 1; index < edges.length; index++) {
    const bytes = Buffer.from(text.slice(edges[index - 1], edges[index]), "latin1");
    const end = reader.read(bytes, 0, {
      body: (piece, start, end) => body += piece.toString("latin1", start, end),
    });
    rest += bytes.toString("latin1", end);
  }
  return { body, trailers: reader.done ? reader.trailers?.parser.count ?? 0 : undefined, rest };
}

test("ChunkedReader reads the same however its octets arrive (RFC 9112 7.1)", () => {
  const expected = { body: BODY, trailers: 2, rest: "NEXT" };
  assert.deepEqual(readChunked(CHUNKED, []), expected);
  for (let cut = 1; cut < CHUNKED.length; cut++) {
    assert.deepEqual(readChunked(CHUNKED, [cut]), expected, `cut at ${cut}`);
  }
  const each = Array.from({ length: CHUNKED.length - 1 }, (_, index) => index + 1);
  assert.deepEqual(readChunked(CHUNKED, each), expected);
});

test("LengthReader takes its octets and no more (RFC 9112 6.2)", () => {
  const reader = createBodyReader({ kind: "length", lengthBytes: 3 });
  const pieces: string[] = [];
  const sink = {
    body: (piece: Buffer, start: number, end: number) =>
      void pieces.push(piece.toString("latin1", start, end)),
  };
  assert.equal(reader.read(Buffer.from("ab"), 0, sink), 2);
  assert.equal(reader.done, false);
  assert.equal(reader.read(Buffer.from("cde"), 0, sink), 1);
  assert.equal(reader.done, true);
  assert.deepEqual(pieces, ["ab", "c"]);
});

const REQUEST =
  "POST http://A.example:8080/p/q?r HTTP/1.1\r\nHost:\t b \r\nCONTENT-length: 12\r\n" +
  "Connection: x, Close\r\nEmpty:\r\n\r\n";
const RESPONSE =
  "HTTP/1.1 503 Not  now\r\ntransfer-Encoding: Chunked\r\nKeep-Alive: timeout=7, max=3\r\n" +
  "Content-Type: Text/Event-Stream ; x\r\n\r\n";

/** Parses `text` in growing pieces, as a connection does. */
function parseAt(text: string, steps: readonly number[]): { bytes: Buffer; parser: HeadParser } {
  const parser = new HeadParser(DEFAULT_SETTINGS);
  for (const length of steps) {
    assert.equal(
      parser.parse(Buffer.from(text.slice(0, length), "latin1")),
      "more",
      `at ${length}`,
    );
  }
  const bytes = Buffer.from(`${text}rest`, "latin1");
  assert.equal(parser.parse(bytes), "done");
  assert.equal(parser.length, text.length);
  return { bytes, parser };
}

function everySplit(text: string): readonly (readonly number[])[] {
  const each = Array.from({ length: text.length - 1 }, (_, index) => index + 1);
  return [[], each, ...each.map((length) => [length])];
}

test("readRequestHead() reads the same however its octets arrive (RFC 9112 3)", () => {
  for (const steps of everySplit(REQUEST)) {
    const { bytes, parser } = parseAt(REQUEST, steps);
    const head = readRequestHead(bytes, parser, {
      maxTargetBytes: DEFAULT_SETTINGS.maxTargetBytes,
      hosts: new HostMemory(),
    });
    const literalHost = bytes.toString("latin1", head.hostStart, head.hostEnd);
    assert.deepEqual(
      [head.method, head.path, head.host, literalHost, head.framing, head.keepAlive],
      ["POST", "/p/q", "a.example", "A.example:8080", { kind: "length", lengthBytes: 12 }, false],
    );
    assert.deepEqual(head.connectionNames, ["x", "close"]);
  }
});

test("readResponseHead() reads the same however its octets arrive (RFC 9112 4)", () => {
  for (const steps of everySplit(RESPONSE)) {
    const { bytes, parser } = parseAt(RESPONSE, steps);
    const head = readResponseHead(bytes, parser, { isHead: false });
    assert.deepEqual(
      [head.status, head.framing, head.keepAlive],
      [503, { kind: "chunked" }, true],
    );
    assert.deepEqual([head.keepAliveMs, head.isEventStream], [7000, true]);
  }
});

for (
  const [text, expected] of [
    ["", ""],
    ["A.Example", "a.example"],
    ["a.example.", "a.example"],
    ["a.example:80", "a.example"],
    ["a.example.:80", "a.example"],
    ["a.example:", "a.example"],
    ["[::1]", "[::1]"],
    ["[2001:DB8::1]:80", "[2001:db8::1]"],
    ["127.0.0.1:80", "127.0.0.1"],
    ["[::1", undefined],
    ["[]", undefined],
    ["[g]", undefined],
    [":80", undefined],
    ["a:123456", undefined],
    ["a:b", undefined],
    ["a b", undefined],
    ["a/b", undefined],
    ["a@b", undefined],
    ["a\xe4", undefined],
  ] as const
) {
  test(`parseHost() reads "${text}" as ${expected === undefined ? "none" : `"${expected}"`}`, () => {
    const bytes = Buffer.from(`<${text}>`, "latin1");
    assert.equal(parseHost(bytes, 1, bytes.length - 1), expected);
  });
}
