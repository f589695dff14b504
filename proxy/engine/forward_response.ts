/**
 * Makes the head that a client is sent out of an upstream's answer.
 *
 * The rule: the client can always tell a whole answer from a cut one, whatever the upstream used to
 * mark its end: an answer until close becomes a chunked one.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { Field } from "./field_names.ts";
import { type HeadBuilder, omissionTable } from "./head_builder.ts";
import type { HeadParser } from "./head_parser.ts";
import { formatDate } from "./own_answer.ts";
import type { ResponseHead } from "./response_head.ts";

/** How the body is sent to the client. */
export type ClientFraming = "as is" | "chunked" | "until close";

/** What the client is, and what is to become of its connection. */
export interface ResponseTarget {
  readonly minor: 0 | 1;
  readonly keepAlive: boolean;
  /** Milliseconds since the epoch, asked for where the upstream did not tell the time. */
  readonly wallNow: () => number;
}

const HOP_BY_HOP = [
  Field.connection,
  Field.keepAlive,
  Field.transferEncoding,
  Field.upgrade,
  Field.hopByHop,
];
const OMITTED = omissionTable(HOP_BY_HOP);
/** A 1xx and a 204 must not have a Content-Length (RFC 9110, 8.6). */
const OMITTED_WITHOUT_LENGTH = omissionTable([...HOP_BY_HOP, Field.contentLength]);
/** A tunnel keeps the name of its protocol. */
const OMITTED_IN_UPGRADE = omissionTable(
  [...HOP_BY_HOP, Field.contentLength].filter((field) => field !== Field.upgrade),
);

const STATUS_START = 9;
const STATUS_END = 12;

/** A response with the octets it was read from. */
export interface ResponseSource {
  readonly bytes: Buffer;
  readonly parser: HeadParser;
  readonly response: ResponseHead;
}

/** How the body of `response` reaches a client of HTTP/1.`minor`. */
export function chooseClientFraming(response: ResponseHead, minor: 0 | 1): ClientFraming {
  const kind = response.framing.kind;
  if (kind === "none" || kind === "length") return "as is";
  return minor === 1 ? "chunked" : "until close";
}

/** The head of a final answer, left in `builder`. */
export function buildClientHead(
  source: ResponseSource,
  target: ResponseTarget,
  builder: HeadBuilder,
): HeadBuilder {
  const { bytes, parser, response } = source;
  startLine(source, builder);
  const fields = response.status === 204 ? OMITTED_WITHOUT_LENGTH : OMITTED;
  builder.fields(bytes, parser, { fields, names: response.connectionNames });
  if (!hasDate(parser)) builder.text(`Date: ${formatDate(target.wallNow())}\r\n`);
  const framing = chooseClientFraming(response, target.minor);
  const announced = response.framing.kind === "none" && response.fields.chunked;
  if (framing === "chunked" || (announced && target.minor === 1)) {
    builder.text("Transfer-Encoding: chunked\r\n");
  }
  if (!target.keepAlive) builder.text("Connection: close\r\n");
  else if (target.minor === 0) builder.text("Connection: keep-alive\r\n");
  return builder.text("\r\n");
}

/** RFC 9110, 6.6.1: an answer that was received without a Date is sent on with one. */
function hasDate(parser: HeadParser): boolean {
  for (let index = 0; index < parser.count; index++) {
    if (parser.fields[index] === Field.date) return true;
  }
  return false;
}

/** The head of an interim answer (RFC 9110, 15.2). */
export function buildInterimHead(source: ResponseSource, builder: HeadBuilder): Buffer {
  startLine(source, builder);
  const names = source.response.connectionNames;
  builder.fields(source.bytes, source.parser, { fields: OMITTED_WITHOUT_LENGTH, names });
  return builder.text("\r\n").take();
}

/** The head of a 101, which ends HTTP on the connection. */
export function buildUpgradeHead(source: ResponseSource, builder: HeadBuilder): Buffer {
  startLine(source, builder);
  const names = source.response.connectionNames.filter((name) => name !== "upgrade");
  builder.fields(source.bytes, source.parser, { fields: OMITTED_IN_UPGRADE, names });
  return builder.text("Connection: Upgrade\r\n\r\n").take();
}

/** The digits of a status line stand in every one at the same place (RFC 9112, 4). */
function startLine({ bytes, parser }: ResponseSource, builder: HeadBuilder): void {
  const end = parser.startLineEnd;
  builder.start().text("HTTP/1.1 ").run(bytes, STATUS_START, end);
  // The space belongs to it also where there is no reason behind it.
  if (end === STATUS_END) builder.text(" ");
  builder.text("\r\n");
}
