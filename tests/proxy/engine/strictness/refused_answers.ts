/**
 * Answers of upstreams that a client must not get, and answers that end before they are whole.
 *
 * The rule: a client gets a 502 in their place, or sees that the answer was cut.
 *
 * @module
 */
import { answerCases, type Row, type StrictnessCase } from "./strictness_case.ts";

const ok = (fields: string): string => `HTTP/1.1 200 OK\r\n${fields}\r\n\r\n`;
const line = (text: string): string => `${text}\r\nContent-Length: 0\r\n\r\n`;

const HEADS: readonly Row[] = [
  ["answer without a version", "9112 4", line("200 OK")],
  ["answer of HTTP/2.0", "9112 2.3", line("HTTP/2.0 200 OK")],
  ["answer of HTTP/1.2", "9112 2.3", line("HTTP/1.2 200 OK")],
  ["answer of another protocol", "9112 4", line("ICY 200 OK")],
  ["version in lower case", "9112 2.3", line("http/1.1 200 OK")],
  ["status of two digits", "9110 15", line("HTTP/1.1 20 OK")],
  ["status of four digits", "9110 15", line("HTTP/1.1 2000 OK")],
  ["status over 599", "9110 15", line("HTTP/1.1 600 OK")],
  ["status under 100", "9110 15", line("HTTP/1.1 099 OK")],
  ["status with a letter", "9110 15", line("HTTP/1.1 2x0 OK")],
  ["no status", "9112 4", line("HTTP/1.1 OK")],
  ["two spaces before the status", "9112 4", line("HTTP/1.1  200 OK")],
  ["control octet in the reason", "9112 4", line("HTTP/1.1 200 O\x01K")],
  ["bare CR in the reason", "9112 2.2", line("HTTP/1.1 200 O\rK")],
  ["empty line first", "9112 4", `\r\n${line("HTTP/1.1 200 OK")}`],
  ["both framings", "9112 6.3", ok("Content-Length: 1\r\nTransfer-Encoding: chunked")],
  ["repeated length", "9112 6.3", ok("Content-Length: 1\r\nContent-Length: 1")],
  ["differing lengths", "9112 6.3", ok("Content-Length: 1\r\nContent-Length: 2")],
  ["list of lengths", "9112 6.3", ok("Content-Length: 1, 1")],
  ["length with a sign", "9112 6.2", ok("Content-Length: +1")],
  ["negative length", "9112 6.2", ok("Content-Length: -1")],
  ["hexadecimal length", "9112 6.2", ok("Content-Length: 0x1")],
  ["empty length", "9112 6.2", ok("Content-Length:")],
  ["length too large to count", "9112 6.2", ok("Content-Length: 99999999999999999999")],
  ["length with an underscore", "9110 5.1", ok("Content_Length: 1")],
  ["unknown coding", "9112 6.1", ok("Transfer-Encoding: gzip")],
  ["coding before chunked", "9112 6.1", ok("Transfer-Encoding: gzip, chunked")],
  ["identity", "9112 7", ok("Transfer-Encoding: identity")],
  ["empty coding", "9112 6.1", ok("Transfer-Encoding:")],
  ["coding in HTTP/1.0", "9112 6.1", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["folded line", "9112 5.2", ok("A: b\r\n c")],
  ["bare LF behind the line", "9112 2.2", "HTTP/1.1 200 OK\nA: b\r\n\r\n"],
  ["bare LF behind a field", "9112 2.2", ok("A: b\nC: d")],
  ["bare CR in a value", "9112 2.2", ok("A: b\rC: d")],
  ["space before the colon", "9112 5.1", ok("A : b")],
  ["field without a colon", "9112 5", ok("A")],
  ["field without a name", "9112 5", ok(": b")],
  ["NUL in a value", "9110 5.5", ok("A: \0")],
  ["separator in a name", "9110 5.1", ok("A[: b")],
  ["Connection with a space in a name", "9110 7.6.1", ok("Connection: a b")],
  ["101 that nobody asked for", "9110 7.8", "HTTP/1.1 101 Up\r\nUpgrade: x\r\n\r\n"],
  ["204 with a coding", "9112 6.1", "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["100 with a length", "9110 8.6", "HTTP/1.1 100 Go\r\nContent-Length: 2\r\n\r\n"],
  ["103 with a coding", "9112 6.1", "HTTP/1.1 103 Go\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["endless interim answers", "9110 15.2", "HTTP/1.1 102 On\r\n\r\n".repeat(70)],
  ["long head", "9112 3", ok(`A: ${"x".repeat(33_000)}`)],
  ["many fields", "9112 3", ok("A: b\r\n".repeat(129).trim())],
  ["bytes of TLS", "9112 4", "\x15\x03\x01\0\x02\x02\x0a\r\n"],
];

/** The upstream closes behind these. */
const ENDED: readonly Row[] = [
  ["no answer at all", "9112 8", ""],
  ["answer that ends in its status line", "9112 8", "HTTP/1.1 200"],
  ["answer that ends in its head", "9112 8", "HTTP/1.1 200 OK\r\nContent-Le"],
  ["interim answer alone", "9110 15.2", "HTTP/1.1 103 Early\r\n\r\n"],
];

const CUT: readonly Row[] = [
  ["end before the length is reached", "9112 8", `${ok("Content-Length: 9")}abc`],
  ["end right behind the head", "9112 8", ok("Content-Length: 9")],
  ["end without a last chunk", "9112 8", `${ok("Transfer-Encoding: chunked")}3\r\nabc\r\n`],
  ["end in a chunk", "9112 8", `${ok("Transfer-Encoding: chunked")}9\r\nabc`],
  ["end in a chunk size", "9112 8", `${ok("Transfer-Encoding: chunked")}1\r\nx\r\n3`],
  ["end before the last empty line", "9112 8", `${ok("Transfer-Encoding: chunked")}0\r\n`],
  ["end in the trailers", "9112 8", `${ok("Transfer-Encoding: chunked")}0\r\nA: b\r\n`],
];

/** Answers that cannot be read. */
export const REFUSED_ANSWERS: readonly StrictnessCase[] = answerCases(
  { kind: "answer replaced" },
  HEADS,
);

/** Answers that the upstream's FIN ends too early. */
export const ENDED_ANSWERS: readonly StrictnessCase[] = [
  ...answerCases({ kind: "answer replaced" }, ENDED),
  ...answerCases({ kind: "answer cut" }, CUT),
];
