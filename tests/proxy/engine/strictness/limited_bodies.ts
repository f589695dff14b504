/**
 * Bodies over the limit of an app, and those that just fit.
 *
 * The rule: the limit counts the octets of the body alone, not what frames them; a body that is over it
 * never looks whole to the app, and what stands behind it is no request (RFC 9110, 15.5.14).
 *
 * @module
 */
import { requestCases, type Row, type StrictnessCase } from "./strictness_case.ts";

/** The limit of all these cases, in octets. */
export const LIMIT_BYTES = 4;

const H = "Host: a.example\r\n";
const post = (fields: string): string => `POST / HTTP/1.1\r\n${H}${fields}\r\n\r\n`;
const CHUNKED = post("Transfer-Encoding: chunked");
const NEXT = `GET /next HTTP/1.1\r\n${H}\r\n`;

const ANNOUNCED: readonly Row[] = [
  ["length that is one too large", "9110 15.5.14", post("Content-Length: 5")],
  ["length that is far too large", "9110 15.5.14", post("Content-Length: 999999999999999")],
  ["length too large, the body behind it", "9112 9.6", `${post("Content-Length: 5")}abcde`],
  [
    "length too large, a request in the body",
    "9112 9.6",
    `${post(`Content-Length: ${NEXT.length}`)}${NEXT}`,
  ],
  [
    "length too large, a request behind the body",
    "9112 9.6",
    `${post("Content-Length: 5")}abcde${NEXT}`,
  ],
  [
    "length too large of a client that waits for 100",
    "9110 10.1.1",
    post("Content-Length: 5\r\nExpect: 100-continue"),
  ],
  [
    "length too large of a GET",
    "9110 9.3.1",
    `GET / HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nabcde`,
  ],
  [
    "length too large in HTTP/1.0",
    "9110 15.5.14",
    `POST / HTTP/1.0\r\n${H}Content-Length: 5\r\n\r\nabcde`,
  ],
];

const GROWING: readonly Row[] = [
  ["chunk size that is one too large", "9110 15.5.14", `${CHUNKED}5\r\n`],
  ["chunk size that is far too large", "9110 15.5.14", `${CHUNKED}fffffffff\r\n`],
  ["chunk that is too large", "9110 15.5.14", `${CHUNKED}5\r\nabcde\r\n0\r\n\r\n`],
  ["chunks that are too large together", "9110 15.5.14", `${CHUNKED}3\r\nabc\r\n2\r\nde\r\n`],
  ["chunks of one octet", "9110 15.5.14", `${CHUNKED}${"1\r\nx\r\n".repeat(5)}0\r\n\r\n`],
  [
    "chunks that are too large, a request behind them",
    "9112 9.6",
    `${CHUNKED}5\r\nabcde\r\n0\r\n\r\n${NEXT}`,
  ],
  [
    "chunks that are too large of a client that expects 100",
    "9110 10.1.1",
    `${post("Transfer-Encoding: chunked\r\nExpect: 100-continue")}5\r\nabcde\r\n0\r\n\r\n`,
  ],
];

const FITTING: readonly Row[] = [
  ["length of the limit", "9110 15.5.14", `${post("Content-Length: 4")}abcd`],
  ["chunks of the limit together", "9110 15.5.14", `${CHUNKED}3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n`],
  [
    "chunk of the limit, extensions and trailers beside it",
    "9112 7.1",
    `${CHUNKED}4;long=extension\r\nabcd\r\n0\r\nA: long trailer\r\n\r\n`,
  ],
  [
    "length of the limit, with Expect",
    "9110 10.1.1",
    `${post("Content-Length: 4\r\nExpect: 100-continue")}abcd`,
  ],
];

/** All of them. */
export const LIMITED_BODIES: readonly StrictnessCase[] = [
  ...requestCases({ kind: "refused", status: 413 }, ANNOUNCED),
  ...requestCases({ kind: "body refused", status: 413 }, GROWING),
  ...requestCases({ kind: "passed", closes: false }, FITTING),
].map((one) => ({ ...one, maxBodyBytes: LIMIT_BYTES }));
