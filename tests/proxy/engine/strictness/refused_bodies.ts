/**
 * Chunked bodies that cannot be read, from either side, and answers that end too early.
 *
 * The rule: a body is one side's alone; whose it is decides what comes of it.
 *
 * @module
 */
import { answerCases, requestCases, type Row, type StrictnessCase } from "./strictness_case.ts";

const CHUNKS: readonly Row[] = [
  ["chunk size with a sign", "9112 7.1", "+3\r\nabc\r\n"],
  ["negative chunk size", "9112 7.1", "-3\r\nabc\r\n"],
  ["chunk size with a prefix", "9112 7.1", "0x3\r\nabc\r\n"],
  ["chunk size with another letter", "9112 7.1", "3g\r\nabc\r\n"],
  ["no chunk size", "9112 7.1", "\r\nabc\r\n"],
  ["space before a chunk size", "9112 7.1", " 3\r\nabc\r\n"],
  ["space behind a chunk size", "9112 7.1", "3 \r\nabc\r\n"],
  ["bare LF behind a chunk size", "9112 7.1", "3\nabc\r\n"],
  ["bare CR behind a chunk size", "9112 7.1", "3\rabc\r\n"],
  ["chunk size of 2^64 and 3", "9112 7.1", "10000000000000003\r\nabc\r\n"],
  ["chunk size of many zeros", "9112 7.1", "0000000000000000000003\r\nabc\r\n"],
  ["chunk longer than its size", "9112 7.1", "3\r\nabcd\r\n"],
  ["chunk shorter than its size", "9112 7.1", "5\r\nabc\r\n0\r\n\r\n"],
  ["bare LF behind a chunk", "9112 7.1", "3\r\nabc\n0\r\n\r\n"],
  ["bare CR behind a chunk", "9112 7.1", "3\r\nabc\r0\r\n\r\n"],
  ["extension without a name", "9112 7.1.1", "3;=a\r\nabc\r\n"],
  ["extension with an open quote", "9112 7.1.1", '3;a="b\r\nabc\r\n'],
  ["space behind an extension", "9112 7.1.1", '3;x="y" \r\nabc\r\n'],
  ["control octet in an extension", "9112 7.1.1", "3;a=\x01\r\nabc\r\n"],
  ["bare LF in an extension", "9112 7.1.1", "3;a\nabc\r\n"],
  ["bare CR in an extension", "9112 7.1.1", "3;a\r;b\r\nabc\r\n"],
  ["endless extension", "9112 7.1.1", `3;${"a".repeat(400)}`],
  ["folded trailer", "9112 5.2", "0\r\nA: b\r\n c\r\n\r\n"],
  ["trailer without a colon", "9112 7.1.2", "0\r\nA\r\n\r\n"],
  ["bare LF in the trailers", "9112 7.1.2", "0\r\nA: b\n\r\n"],
  ["bare LF behind the last chunk", "9112 7.1", "0\n\r\n"],
  ["control octet in a trailer", "9110 5.5", "0\r\nA: \0\r\n\r\n"],
  ["long trailers", "9112 7.1.2", `0\r\nA: ${"x".repeat(9_000)}\r\n\r\n`],
];

const POST = "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n";
const ANSWER = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n";

function behind(head: string, rows: readonly Row[]): readonly Row[] {
  return rows.map(([name, section, bytes]) => [name, section, head + bytes]);
}

/** Bodies of clients. */
export const REFUSED_REQUEST_BODIES: readonly StrictnessCase[] = requestCases(
  { kind: "body refused", status: 400 },
  behind(POST, CHUNKS),
);

/** Bodies of upstreams. */
export const REFUSED_ANSWER_BODIES: readonly StrictnessCase[] = answerCases(
  { kind: "answer cut" },
  behind(ANSWER, CHUNKS),
);
