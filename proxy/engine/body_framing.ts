/**
 * Decides how the end of a message's body is found (RFC 9112, 6).
 *
 * The rule: a message that could be read in two ways is a fault, even if both would give the same.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { Field } from "./field_names.ts";
import type { HeadParser } from "./head_parser.ts";
import { MessageFault } from "./message_fault.ts";
import { startsIgnoringCase } from "./octets.ts";

/** How a body ends; `close` is for responses alone. */
export type BodyFraming =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly lengthBytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "close" };

/** The framing of a message without a body; the only value of that kind. */
export const NO_BODY: BodyFraming = { kind: "none" };
const CHUNKED: BodyFraming = { kind: "chunked" };
const UNTIL_CLOSE: BodyFraming = { kind: "close" };

/** What the two framing fields of a head say, checked for contradictions. */
export interface FramingFields {
  readonly chunked: boolean;
  /** None: there is no Content-Length. */
  readonly lengthBytes: number | undefined;
}

/** The one transfer coding that is understood. */
const CODING = "chunked";

const NO_FRAMING: FramingFields = { chunked: false, lengthBytes: undefined };

/**
 * Reads Content-Length and Transfer-Encoding.
 *
 * @param minor The message's minor version; 1.0 knows no transfer codings (RFC 9112, 6.1).
 * @throws {MessageFault} 400 where they contradict each other or cannot be read, 501 for a transfer
 * coding other than `chunked`.
 */
export function readFramingFields(bytes: Buffer, head: HeadParser, minor: number): FramingFields {
  let lengthBytes: number | undefined;
  let chunked = false;
  for (let index = 0; index < head.count; index++) {
    const field = head.fields[index]!;
    if (field === Field.misspeltFraming) throw new MessageFault(400, "misspelt framing field");
    if (field !== Field.contentLength && field !== Field.transferEncoding) continue;
    if (chunked || lengthBytes !== undefined) {
      throw new MessageFault(400, "more than one Content-Length or Transfer-Encoding");
    }
    const start = head.offsets[index * 4 + 2]!;
    const end = head.offsets[index * 4 + 3]!;
    if (field === Field.contentLength) {
      lengthBytes = parseLength(bytes, start, end);
      continue;
    }
    if (start === end) throw new MessageFault(400, "empty Transfer-Encoding");
    if (end - start !== CODING.length || !startsIgnoringCase(bytes, start, CODING)) {
      throw new MessageFault(501, "transfer coding other than chunked");
    }
    if (minor === 0) throw new MessageFault(400, "Transfer-Encoding in HTTP/1.0");
    chunked = true;
  }
  if (!chunked && lengthBytes === undefined) return NO_FRAMING;
  return { chunked, lengthBytes };
}

/** How a request's body ends: without either field there is none (RFC 9112, 6.3, 7). */
export function frameRequest(fields: FramingFields): BodyFraming {
  if (fields.chunked) return CHUNKED;
  if (fields.lengthBytes === undefined || fields.lengthBytes === 0) return NO_BODY;
  return { kind: "length", lengthBytes: fields.lengthBytes };
}

/** How a response's body ends (RFC 9112, 6.3). */
export function frameResponse(
  fields: FramingFields,
  answer: { readonly status: number; readonly isHead: boolean },
): BodyFraming {
  if (answer.isHead || answer.status === 204 || answer.status === 304) return NO_BODY;
  if (fields.chunked) return CHUNKED;
  if (fields.lengthBytes === undefined) return UNTIL_CLOSE;
  if (fields.lengthBytes === 0) return NO_BODY;
  return { kind: "length", lengthBytes: fields.lengthBytes };
}

/** `1*DIGIT` and nothing else (RFC 9112, 6.2), as long as it can be counted exactly. */
function parseLength(bytes: Buffer, start: number, end: number): number {
  if (start === end || end - start > 16) throw new MessageFault(400, "invalid Content-Length");
  let length = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) throw new MessageFault(400, "invalid Content-Length");
    length = length * 10 + digit;
  }
  if (length > Number.MAX_SAFE_INTEGER) throw new MessageFault(400, "Content-Length too large");
  return length;
}
