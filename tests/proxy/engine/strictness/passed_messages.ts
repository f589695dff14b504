/**
 * Messages that look odd and are valid: strictness must not refuse what the RFCs allow.
 *
 * The rule: each stands beside a refused one that differs little.
 *
 * @module
 */
import { headOf } from "./refused_requests.ts";
import { answerCases, requestCases, type Row, type StrictnessCase } from "./strictness_case.ts";

const H = "Host: a.example\r\n";
const line = (text: string): string => `${text}\r\n${H}\r\n`;
const get = (fields: string): string => `GET / HTTP/1.1\r\n${fields}\r\n`;
const CHUNKED = `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n`;

const KEPT: readonly Row[] = [
  ["one empty line first", "9112 2.2", `\r\n${line("GET / HTTP/1.1")}`],
  ["method that nobody knows", "9110 9.1", line("BREW /pot HTTP/1.1")],
  ["TRACE", "9110 9.3.8", line("TRACE / HTTP/1.1")],
  ["Max-Forwards of a GET", "9110 7.6.2", get(`${H}Max-Forwards: 0\r\n`)],
  ["OPTIONS *", "9112 3.2.4", line("OPTIONS * HTTP/1.1")],
  ["absolute target", "9112 3.2.2", line("GET http://a.example/x HTTP/1.1")],
  ["scheme in upper case", "9110 4.2.3", line("GET HTTP://a.example/x HTTP/1.1")],
  ["absolute target without a path", "9112 3.2.1", line("GET http://a.example HTTP/1.1")],
  ["brackets in a query", "9112 3.2", line("GET /?a[]={b}|c HTTP/1.1")],
  ["percent sign without digits", "9112 3.2", line("GET /%zz HTTP/1.1")],
  ["name in any case", "9110 5.1", get("hOsT: a.example\r\n")],
  ["white space around a value", "9112 5", get("Host: \t a.example \t \r\n")],
  ["no white space around a value", "9112 5", get("Host:a.example\r\n")],
  ["octets above ASCII in a value", "9110 5.5", get(`${H}A: \xe4\xff\r\n`)],
  ["empty value", "9110 5.5", get(`${H}A:\r\n`)],
  ["every character of a token", "9110 5.6.2", get(`${H}!#$%&'*+-.^_\`|~09azAZ: b\r\n`)],
  ["Host with an IPv6 address", "9110 7.2", get("Host: [::1]:80\r\n")],
  ["Host with an empty port", "9110 7.2", get("Host: a.example:\r\n")],
  ["Connection with empty members", "9110 5.6.1", get(`${H}Connection: , ,keep-alive,\r\n`)],
  ["length of zero", "9112 6.2", `POST / HTTP/1.1\r\n${H}Content-Length: 0\r\n\r\n`],
  [
    "length with zeros in front",
    "9112 6.2",
    `POST / HTTP/1.1\r\n${H}Content-Length: 003\r\n\r\nabc`,
  ],
  ["body of a GET", "9110 9.3.1", `GET / HTTP/1.1\r\n${H}Content-Length: 3\r\n\r\nabc`],
  ["coding in any case", "9112 7", CHUNKED.replace("chunked", "CHUNKED") + "0\r\n\r\n"],
  ["chunk size in upper case", "9112 7.1", `${CHUNKED}0A\r\n0123456789\r\n0\r\n\r\n`],
  ["chunk extensions", "9112 7.1.1", `${CHUNKED}1;a;b=c;d="e\\"f"\r\nx\r\n0;g\r\n\r\n`],
  ["spaces in a chunk extension", "9112 7.1.1", `${CHUNKED}1 ; a = b\r\nx\r\n0\r\n\r\n`],
  ["last chunk of many zeros", "9112 7.1", `${CHUNKED}1\r\nx\r\n00000\r\n\r\n`],
  ["trailers", "9112 7.1.2", `${CHUNKED}0\r\nA: b\r\nC: d\r\n\r\n`],
  ["keep-alive in HTTP/1.0", "9112 9.3", `GET / HTTP/1.0\r\n${H}Connection: Keep-Alive\r\n\r\n`],
  ["head that is just short enough", "6585 5", headOf(32 * 1024)],
];

const CLOSED: readonly Row[] = [
  ["close", "9112 9.6", get(`${H}Connection: close\r\n`)],
  ["close in any case, in a list", "9112 9.6", get(`${H}Connection: a, CLOSE\r\n`)],
  ["close and keep-alive", "9112 9.3", get(`${H}Connection: keep-alive\r\nConnection: close\r\n`)],
  ["HTTP/1.0", "9112 9.3", `GET / HTTP/1.0\r\n${H}\r\n`],
  ["HTTP/1.0 without Host", "9112 3.2", "GET / HTTP/1.0\r\n\r\n"],
];

const ANSWERS: readonly Row[] = [
  ["no reason", "9112 4", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"],
  ["no space behind the status", "9112 4", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"],
  ["status that nobody knows", "9110 15", "HTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n"],
  ["answer of HTTP/1.0", "9112 9.3", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"],
  [
    "interim answers",
    "9110 15.2",
    "HTTP/1.1 102 A\r\n\r\nHTTP/1.1 103 B\r\nLink: c\r\n\r\nHTTP/1.1 204 N\r\n\r\n",
  ],
  ["204", "9110 15.3.5", "HTTP/1.1 204 No Content\r\n\r\n"],
  ["204 with a length", "9110 8.6", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"],
  ["204 with a length above 0", "9110 8.6", "HTTP/1.1 204 No\r\nContent-Length: 60\r\n\r\n"],
  ["304 with a length", "9110 15.4.5", "HTTP/1.1 304 Same\r\nContent-Length: 500\r\n\r\n"],
  [
    "chunks with extensions and trailers",
    "9112 7.1",
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2;a="b"\r\nok\r\n0\r\nA: b\r\n\r\n',
  ],
];

/** All of them. */
export const PASSED_MESSAGES: readonly StrictnessCase[] = [
  ...requestCases({ kind: "passed", closes: false }, KEPT),
  ...requestCases({ kind: "passed", closes: true }, CLOSED),
  ...answerCases({ kind: "passed", closes: false }, ANSWERS),
];
