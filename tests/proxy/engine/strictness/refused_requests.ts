/**
 * Requests whose heads are refused, by the RFC that says so.
 *
 * The rule: each differs from a good request in one thing alone.
 *
 * @module
 */
import { requestCases, type Row, type StrictnessCase } from "./strictness_case.ts";

const H = "Host: a.example\r\n";
const post = (fields: string): string => `POST / HTTP/1.1\r\n${H}${fields}\r\n\r\n`;
const get = (fields: string): string => `GET / HTTP/1.1\r\n${fields}\r\n`;
const line = (text: string): string => `${text}\r\n${H}\r\n`;
const long = (count: number): string => "x".repeat(count);

const FRAMING: readonly Row[] = [
  ["both framings", "9112 6.1", post("Content-Length: 1\r\nTransfer-Encoding: chunked")],
  [
    "both framings, other order",
    "9112 6.1",
    post("Transfer-Encoding: chunked\r\nContent-Length: 1"),
  ],
  ["repeated length", "9112 6.3", post("Content-Length: 5\r\nContent-Length: 5")],
  ["differing lengths", "9112 6.3", post("Content-Length: 5\r\nContent-Length: 6")],
  ["list of equal lengths", "9112 6.3", post("Content-Length: 5, 5")],
  ["list of lengths, space before the comma", "9112 6.3", post("Content-Length: 5 ,5")],
  ["length with a sign", "9112 6.2", post("Content-Length: +5")],
  ["negative length", "9112 6.2", post("Content-Length: -5")],
  ["hexadecimal length", "9112 6.2", post("Content-Length: 0x5")],
  ["length with a fraction", "9112 6.2", post("Content-Length: 5.0")],
  ["length with an exponent", "9112 6.2", post("Content-Length: 1e3")],
  ["length with a space inside", "9112 6.2", post("Content-Length: 1 0")],
  ["length in quotes", "9112 6.2", post('Content-Length: "5"')],
  ["length in other digits", "9112 6.2", post("Content-Length: \xb2")],
  ["empty length", "9112 6.2", post("Content-Length: ")],
  ["length too large to count", "9112 6.2", post("Content-Length: 99999999999999999999")],
  ["length of 2^64 and 5", "9112 6.2", post("Content-Length: 18446744073709551621")],
  ["length with an underscore", "9110 5.1", post("Content_Length: 5")],
  ["coding with an underscore", "9110 5.1", post("Transfer_Encoding: chunked")],
  ["chunked twice", "9112 6.1", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")],
  ["empty coding", "9112 6.1", post("Transfer-Encoding:")],
  ["coding in HTTP/1.0", "9112 6.1", `POST / HTTP/1.0\r\n${H}Transfer-Encoding: chunked\r\n\r\n`],
  ["body of a TRACE", "9110 9.3.8", `TRACE / HTTP/1.1\r\n${H}Content-Length: 1\r\n\r\nx`],
];

const CODINGS: readonly Row[] = [
  ["unknown coding", "9112 6.1", post("Transfer-Encoding: gzip")],
  ["identity", "9112 7", post("Transfer-Encoding: identity")],
  ["coding before chunked", "9112 6.1", post("Transfer-Encoding: gzip, chunked")],
  ["coding behind chunked", "9112 6.1", post("Transfer-Encoding: chunked, gzip")],
  ["chunked twice in one list", "9112 6.1", post("Transfer-Encoding: chunked, chunked")],
  ["coding with a prefix", "9112 6.1", post("Transfer-Encoding: xchunked")],
  ["coding with a suffix", "9112 6.1", post("Transfer-Encoding: chunkedx")],
  ["coding with a parameter", "9112 6.1", post("Transfer-Encoding: chunked;a=b")],
  ["coding in quotes", "9112 6.1", post('Transfer-Encoding: "chunked"')],
  ["coding with a comma in front", "9112 6.1", post("Transfer-Encoding: , chunked")],
  [
    "OPTIONS at its last forward",
    "9110 7.6.2",
    `OPTIONS / HTTP/1.1\r\n${H}Max-Forwards: 0\r\n\r\n`,
  ],
  ["TRACE at its last forward", "9110 7.6.2", `TRACE / HTTP/1.1\r\n${H}Max-Forwards: 0\r\n\r\n`],
  ["CONNECT", "9110 9.3.6", line("CONNECT a.example:443 HTTP/1.1")],
  ["long method", "9112 3", line(`${long(40)} / HTTP/1.1`)],
];

const FIELDS: readonly Row[] = [
  ["folded line", "9112 5.2", get(`${H}A: b\r\n c\r\n`)],
  ["line folded with a tab", "9112 5.2", get(`${H}A: b\r\n\tc\r\n`)],
  ["white space before the first field", "9112 2.2", get(` ${H}`)],
  ["space before the colon", "9112 5.1", get(`${H}A : b\r\n`)],
  ["tab before the colon", "9112 5.1", get(`${H}A\t: b\r\n`)],
  ["space before the colon of a length", "9112 5.1", post("Content-Length : 5")],
  ["space before the colon of a coding", "9112 5.1", post("Transfer-Encoding : chunked")],
  ["no colon", "9112 5", get(`${H}A\r\n`)],
  ["empty name", "9112 5", get(`${H}: b\r\n`)],
  ["separator in a name", "9110 5.1", get(`${H}A(b): c\r\n`)],
  ["octet above ASCII in a name", "9110 5.1", get(`${H}\xc4: c\r\n`)],
  ["NUL in a name", "9110 5.1", get(`${H}A\0: b\r\n`)],
  ["bare LF behind a field", "9112 2.2", get("Host: a.example\n")],
  ["bare LF as the empty line", "9112 2.2", `GET / HTTP/1.1\r\n${H}\n`],
  ["bare CR in a value", "9112 2.2", get(`${H}A: b\rc\r\n`)],
  ["bare CR in front of CRLF", "9112 2.2", get(`${H}A: b\r\r\n`)],
  ["bare CR as the empty line", "9112 2.2", `GET / HTTP/1.1\r\n${H}\rX`],
  ["NUL in a value", "9110 5.5", get(`${H}A: b\0c\r\n`)],
  ["control octet in a value", "9110 5.5", get(`${H}A: b\x01\r\n`)],
  ["vertical tab in front of a coding", "9110 5.5", post("Transfer-Encoding: \vchunked")],
  ["form feed behind a length", "9110 5.5", post("Content-Length: 5\f")],
  ["DEL in a value", "9110 5.5", get(`${H}A: b\x7f\r\n`)],
  ["Connection with a space in a name", "9110 7.6.1", get(`${H}Connection: a b\r\n`)],
  ["Connection with a quoted name", "9110 7.6.1", get(`${H}Connection: "close"\r\n`)],
];

const FORWARDS: readonly Row[] = [
  [
    "Max-Forwards with a sign",
    "9110 7.6.2",
    `OPTIONS / HTTP/1.1\r\n${H}Max-Forwards: +1\r\n\r\n`,
  ],
  [
    "two Max-Forwards",
    "9110 7.6.2",
    `TRACE / HTTP/1.1\r\n${H}Max-Forwards: 1\r\nMax-Forwards: 2\r\n\r\n`,
  ],
];

const HOSTS: readonly Row[] = [
  ["two Hosts", "9112 3.2", get(`${H}Host: b.example\r\n`)],
  ["the same Host twice", "9112 3.2", get(`${H}${H}`)],
  ["two Hosts in HTTP/1.0", "9112 3.2", `GET / HTTP/1.0\r\n${H}Host: b.example\r\n\r\n`],
  ["no Host", "9112 3.2", get("")],
  ["no Host beside an absolute target", "9112 3.2", "GET http://a.example/ HTTP/1.1\r\n\r\n"],
  ["empty Host", "9110 4.2.1", get("Host:\r\n")],
  ["empty Host beside an absolute target", "9110 4.2.1", "GET http://a/ HTTP/1.1\r\nHost:\r\n\r\n"],
  ["Host with a port alone", "9110 4.2.1", get("Host: :80\r\n")],
  ["Host with a path", "9112 3.2", get("Host: a.example/x\r\n")],
  ["Host with a query", "9112 3.2", get("Host: a.example?x\r\n")],
  ["Host with a user", "9112 3.2", get("Host: u@a.example\r\n")],
  ["Host with a bad port", "9112 3.2", get("Host: a.example:8o\r\n")],
  ["Host with two ports", "9112 3.2", get("Host: a.example:80:80\r\n")],
  ["Host with a scheme", "9112 3.2", get("Host: http://a.example\r\n")],
  ["list of Hosts", "9112 3.2", get("Host: a.example, b.example\r\n")],
  ["Host with a space", "9112 3.2", get("Host: a.example b.example\r\n")],
  ["Host with an octet above ASCII", "9112 3.2", get("Host: \xe4.example\r\n")],
  ["Host with an open bracket", "9112 3.2", get("Host: [::1\r\n")],
  ["Host with something behind the bracket", "9112 3.2", get("Host: [::1]x\r\n")],
];

const LINES: readonly Row[] = [
  ["control octet in the method", "9110 9.1", line("G\x01T / HTTP/1.1")],
  ["separator in the method", "9110 9.1", line("G(T / HTTP/1.1")],
  ["no method", "9112 3", line(" / HTTP/1.1")],
  ["method alone", "9112 3", line("GET")],
  ["two spaces", "9112 3", line("GET  / HTTP/1.1")],
  ["two spaces before the version", "9112 3", line("GET /  HTTP/1.1")],
  ["tab between the parts", "9112 3", line("GET\t/ HTTP/1.1")],
  ["space in front", "9112 3", line(" GET / HTTP/1.1")],
  ["space behind the version", "9112 3", line("GET / HTTP/1.1 ")],
  ["bare LF behind the line", "9112 2.2", `GET / HTTP/1.1\n${H}\r\n`],
  ["bare CR in the line", "9112 2.2", line("GET /\r HTTP/1.1")],
  ["bare LF first", "9112 2.2", `\n${line("GET / HTTP/1.1")}`],
  ["two empty lines first", "9112 2.2", `\r\n\r\n${line("GET / HTTP/1.1")}`],
  ["bytes of TLS", "9112 3", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"],
  ["space in the target", "9112 3.2", line("GET /a b HTTP/1.1")],
  ["target without a slash", "9112 3.2", line("GET a HTTP/1.1")],
  ["fragment in the target", "9112 3.2", line("GET /a#b HTTP/1.1")],
  ["octet above ASCII in the target", "9112 3.2", line("GET /\xe4 HTTP/1.1")],
  ["NUL in the target", "9112 3.2", line("GET /\0 HTTP/1.1")],
  ["quote in the target", "9112 3.2", line('GET /" HTTP/1.1')],
  ["angle bracket in the target", "9112 3.2", line("GET /< HTTP/1.1")],
  ["asterisk for GET", "9112 3.2.4", line("GET * HTTP/1.1")],
  ["authority for GET", "9112 3.2.3", line("GET a.example:80 HTTP/1.1")],
  ["other scheme", "9112 3.2.2", line("GET ftp://a.example/ HTTP/1.1")],
  ["absolute target without a host", "9110 4.2.1", line("GET http:///x HTTP/1.1")],
  ["absolute target with a user", "9110 4.2.4", line("GET http://u@a.example/ HTTP/1.1")],
  ["absolute target with a bad host", "9112 3.2.2", line("GET http://[bad/ HTTP/1.1")],
  ["no version", "9112 2.3", line("GET /")],
  ["version in lower case", "9112 2.3", line("GET / http/1.1")],
  ["version of another protocol", "9112 2.3", line("GET / ICY/1.1")],
  ["version 1.10", "9112 2.3", line("GET / HTTP/1.10")],
  ["version 01.1", "9112 2.3", line("GET / HTTP/01.1")],
  ["version without a minor number", "9112 2.3", line("GET / HTTP/1")],
  ["version with a comma", "9112 2.3", line("GET / HTTP/1,1")],
];

const VERSIONS: readonly Row[] = [
  ["version 2.0", "9112 2.3", line("GET / HTTP/2.0")],
  ["preface of HTTP/2", "9113 3.4", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["version 1.2", "9112 2.3", line("GET / HTTP/1.2")],
  ["version 0.9", "9112 2.3", line("GET / HTTP/0.9")],
];

const LONG_TARGETS: readonly Row[] = [
  ["long target", "9112 3", line(`GET /${long(8192)} HTTP/1.1`)],
  ["endless target", "9112 3", `GET /${long(40_000)}`],
];

const LONG_HEADS: readonly Row[] = [
  ["long value", "6585 5", get(`${H}A: ${long(33_000)}\r\n`)],
  ["head that is one octet too long", "6585 5", headOf(32 * 1024 + 1)],
  ["endless value", "6585 5", `GET / HTTP/1.1\r\n${H}A: ${long(33_000)}`],
  ["endless name", "6585 5", `GET / HTTP/1.1\r\n${H}${long(33_000)}`],
  ["long value with a control octet", "6585 5", get(`${H}A: ${long(33_000)}\0\r\n`)],
  ["many fields", "6585 5", get(`${H}${"A: b\r\n".repeat(128)}`)],
];

/** A good head of `count` octets. */
export function headOf(count: number): string {
  const rest = get(`${H}A: \r\n`).length;
  return get(`${H}A: ${long(count - rest)}\r\n`);
}

/** All of them. */
export const REFUSED_REQUESTS: readonly StrictnessCase[] = [
  ...requestCases({ kind: "refused", status: 400 }, [
    ...FRAMING,
    ...FIELDS,
    ...FORWARDS,
    ...HOSTS,
    ...LINES,
  ]),
  ...requestCases({ kind: "refused", status: 501 }, CODINGS),
  ...requestCases({ kind: "refused", status: 505 }, VERSIONS),
  ...requestCases({ kind: "refused", status: 414 }, LONG_TARGETS),
  ...requestCases({ kind: "refused", status: 431 }, LONG_HEADS),
];
