/**
 * Understands the head of an upstream's answer: status, framing, persistence.
 *
 * The rule: as strict as with requests; what cannot be read in one way alone becomes a 502.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import {
  type BodyFraming,
  frameResponse,
  type FramingFields,
  readFramingFields,
} from "./body_framing.ts";
import { isKeptAlive, readConnection } from "./connection_field.ts";
import { Field } from "./field_names.ts";
import type { HeadParser } from "./head_parser.ts";
import { MessageFault } from "./message_fault.ts";
import { HTAB, SP, startsIgnoringCase, startsWith } from "./octets.ts";

/** An answer that may be passed on. */
export interface ResponseHead {
  readonly status: number;
  readonly minor: 0 | 1;
  readonly fields: FramingFields;
  readonly framing: BodyFraming;
  /** Whether the upstream keeps the connection open after the answer. */
  readonly keepAlive: boolean;
  /** Milliseconds that the upstream says it keeps an idle connection. */
  readonly keepAliveMs: number | undefined;
  readonly isEventStream: boolean;
  readonly connectionNames: readonly string[];
}

/**
 * Reads the head that `parser` found in `bytes`.
 *
 * @throws {MessageFault} Where it is not a valid answer; its status has no meaning here.
 */
export function readResponseHead(
  bytes: Buffer,
  parser: HeadParser,
  request: { readonly isHead: boolean },
): ResponseHead {
  const { status, minor } = parseStatusLine(bytes, parser.startLineEnd);
  const fields = readFramingFields(bytes, parser, minor);
  if (status < 200 && (fields.chunked || fields.lengthBytes !== undefined)) {
    throw new MessageFault(502, `framing fields in a ${status}`);
  }
  if (status === 204 && fields.chunked) throw new MessageFault(502, "Transfer-Encoding in a 204");
  const connectionNames = readConnection(bytes, parser);
  const framing = frameResponse(fields, { status, isHead: request.isHead });
  return {
    status,
    minor,
    fields,
    framing,
    connectionNames,
    keepAlive: framing.kind !== "close" && isKeptAlive(minor, connectionNames) &&
      !promisesContent(status, fields),
    keepAliveMs: readKeepAliveMs(bytes, parser),
    isEventStream: isEventStream(bytes, parser),
  };
}

/**
 * A 204 has no content and must not have a length (RFC 9110, 8.6). One with a length above 0 comes from
 * an app that may send the octets anyway, later than its head: the next answer would begin with them.
 * The lengths of a 304 and of the answer to a HEAD are those of another answer, and promise nothing.
 */
function promisesContent(status: number, { lengthBytes }: FramingFields): boolean {
  return status === 204 && lengthBytes !== undefined && lengthBytes > 0;
}

interface StatusLine {
  readonly status: number;
  readonly minor: 0 | 1;
}

/** `HTTP/1.1 SP 3DIGIT [SP reason]` (RFC 9112, 4); a missing second space changes no meaning. */
function parseStatusLine(bytes: Buffer, end: number): StatusLine {
  const minor = end < 9 ? NaN : bytes[7]! - 0x30;
  if ((minor !== 0 && minor !== 1) || bytes[8] !== SP || !startsWith(bytes, 0, "HTTP/1.")) {
    throw new MessageFault(502, "invalid status line");
  }
  const status = end < 12 ? NaN : parseStatus(bytes);
  if (!(status >= 100 && status <= 599) || (end > 12 && bytes[12] !== SP)) {
    throw new MessageFault(502, "invalid status code");
  }
  return { status, minor };
}

/** Three digits; not a number where one of them is none. */
function parseStatus(bytes: Buffer): number {
  let status = 0;
  for (let at = 9; at < 12; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    status = status * 10 + digit;
  }
  return status;
}

/** `Keep-Alive: timeout=N`, in seconds: what Node, Apache and others say they wait. */
function readKeepAliveMs(bytes: Buffer, parser: HeadParser): number | undefined {
  for (let index = 0; index < parser.count; index++) {
    if (parser.fields[index] !== Field.keepAlive) continue;
    const seconds = /(?:^|[,;\s])timeout=(\d{1,6})/i.exec(parser.valueOf(bytes, index))?.[1];
    if (seconds !== undefined) return Number(seconds) * 1000;
  }
  return undefined;
}

function isEventStream(bytes: Buffer, parser: HeadParser): boolean {
  for (let index = 0; index < parser.count; index++) {
    if (parser.fields[index] !== Field.contentType) continue;
    const start = parser.offsets[index * 4 + 2]!;
    const end = parser.offsets[index * 4 + 3]!;
    const typeEnd = start + EVENT_STREAM.length;
    if (!startsIgnoringCase(bytes, start, EVENT_STREAM)) return false;
    return typeEnd >= end || bytes[typeEnd] === 0x3b || bytes[typeEnd] === SP ||
      bytes[typeEnd] === HTAB;
  }
  return false;
}

const EVENT_STREAM = "text/event-stream";
