/**
 * Exchanges in which what one side says depends on the other, or a FIN is a part of the message.
 *
 * The rule: both messages of a case are valid.
 *
 * @module
 */
import { GET, OK, type StrictnessCase } from "./strictness_case.ts";

const H = "Host: a.example\r\n";
const HEAD = `HEAD / HTTP/1.1\r\n${H}\r\n`;
const OLD = `GET / HTTP/1.0\r\n${H}\r\n`;
const UPLOAD = `POST / HTTP/1.1\r\n${H}Content-Length: 9\r\n\r\nabc`;
const CHUNKED_UPLOAD = `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`;
const CHUNKED_OK = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
const UNTIL_CLOSE = "HTTP/1.1 200 OK\r\n\r\nok";

type Exchange = Omit<StrictnessCase, "outcome" | "subject">;

const KEPT: readonly Exchange[] = [
  {
    name: "HEAD, answered with a length and no body",
    section: "9110 9.3.2",
    request: HEAD,
    answer: "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n",
  },
  {
    name: "HEAD, answered with a coding and no body",
    section: "9112 6.1",
    request: HEAD,
    answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
  },
  {
    name: "answer that ends with a FIN",
    section: "9112 6.3",
    request: GET,
    answer: UNTIL_CLOSE,
    answerEnds: true,
  },
  {
    name: "answer of HTTP/1.0 that ends with a FIN",
    section: "9112 6.3",
    request: GET,
    answer: UNTIL_CLOSE.replace("1.1", "1.0"),
    answerEnds: true,
  },
  {
    name: "100 for a client that expects it",
    section: "9110 10.1.1",
    request: `POST / HTTP/1.1\r\n${H}Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc`,
    answer: `HTTP/1.1 100 Continue\r\n\r\n${OK}`,
  },
  {
    name: "OPTIONS, absolute target without a path",
    section: "9112 3.2.4",
    request: `OPTIONS http://a.example HTTP/1.1\r\n${H}\r\n`,
    answer: OK,
  },
];

const CLOSED: readonly Exchange[] = [
  {
    name: "chunks for a client of HTTP/1.0",
    section: "9112 7.1",
    request: OLD,
    answer: CHUNKED_OK,
  },
  {
    name: "answer that ends with a FIN, for a client of HTTP/1.0",
    section: "9112 6.3",
    request: OLD,
    answer: UNTIL_CLOSE,
    answerEnds: true,
  },
  {
    name: "client that closes its direction behind the request",
    section: "9112 9.6",
    request: GET,
    requestEnds: true,
    answer: OK,
  },
  {
    name: "client that closes its direction behind a body",
    section: "9112 9.6",
    request: `${CHUNKED_UPLOAD}0\r\n\r\n`,
    requestEnds: true,
    answer: OK,
  },
];

const EARLY: readonly Exchange[] = [
  {
    name: "answer before the body is whole",
    section: "9112 9.5",
    request: UPLOAD,
    answer: OK,
  },
  {
    name: "answer before the last chunk",
    section: "9112 9.5",
    request: CHUNKED_UPLOAD,
    answer: OK,
  },
  {
    name: "chunked answer before the body is whole",
    section: "9112 9.5",
    request: UPLOAD,
    answer: CHUNKED_OK,
  },
];

function casesOf(
  outcome: StrictnessCase["outcome"],
  exchanges: readonly Exchange[],
): readonly StrictnessCase[] {
  return exchanges.map((exchange) => ({ ...exchange, outcome, subject: "both" }));
}

/** All of them. */
export const PASSED_EXCHANGES: readonly StrictnessCase[] = [
  ...casesOf({ kind: "passed", closes: false }, KEPT),
  ...casesOf({ kind: "passed", closes: true }, CLOSED),
  ...casesOf({ kind: "answered early" }, EARLY),
];
