/**
 * Reads a request line: method, target in its four forms, version (RFC 9112, 3).
 *
 * The rule: one space between the parts and nothing else; a version other than 1.0 and 1.1 is a 505.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { MessageFault } from "./message_fault.ts";
import { SP, startsIgnoringCase, startsWith, TARGET, TOKEN } from "./octets.ts";

const ASTERISK = 0x2a;
const SLASH = 0x2f;
const QUESTION = 0x3f;

/** The longest method; all registered ones are shorter. */
const MAX_METHOD_BYTES = 32;

/** Methods that may be sent again when nothing of an answer came (RFC 9110, 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "PUT",
  "DELETE",
  "TRACE",
]);

/** A request line, understood. Offsets are into the head's octets. */
export interface RequestLine {
  readonly method: string;
  readonly isHead: boolean;
  readonly isIdempotent: boolean;
  readonly minor: 0 | 1;
  /** Where path and query stand as they are sent on; empty for an absolute target without a path. */
  readonly targetStart: number;
  readonly targetEnd: number;
  /** The target's path without its query, never empty. */
  readonly path: string;
  /** Where the authority of an absolute target stands. */
  readonly authority: readonly [number, number] | undefined;
}

/**
 * Reads the request line in `bytes` up to `end`.
 *
 * @throws {MessageFault} 400, 414, 501 (CONNECT, too long a method) or 505.
 */
export function parseRequestLine(bytes: Buffer, end: number, maxTargetBytes: number): RequestLine {
  const methodEnd = skipMethod(bytes, end);
  const method = nameMethod(bytes, methodEnd);
  const targetStart = methodEnd + 1;
  let targetEnd = targetStart;
  while (targetEnd < end && TARGET[bytes[targetEnd]!] === 1) targetEnd++;
  if (targetEnd - targetStart > maxTargetBytes) throw new MessageFault(414, "target too long");
  if (targetEnd === targetStart || bytes[targetEnd] !== SP) {
    throw new MessageFault(400, "invalid request target");
  }
  const minor = parseVersion(bytes, targetEnd + 1, end);
  if (method === "CONNECT") throw new MessageFault(501, "CONNECT is not offered");
  const isOrigin = bytes[targetStart] === SLASH;
  const authority = isOrigin ? undefined : findAuthority(bytes, [targetStart, targetEnd], method);
  const pathStart = authority === undefined ? targetStart : authority[1];
  return {
    method,
    isHead: method === "HEAD",
    isIdempotent: method === "GET" || IDEMPOTENT.has(method),
    minor,
    targetStart: pathStart,
    targetEnd,
    path: isAsterisk(bytes, pathStart, targetEnd) ? "*" : pathOf(bytes, pathStart, targetEnd),
    authority,
  };
}

function skipMethod(bytes: Buffer, end: number): number {
  let at = 0;
  while (at < end && TOKEN[bytes[at]!] === 1) at++;
  if (at === 0 || bytes[at] !== SP) throw new MessageFault(400, "invalid method");
  if (at > MAX_METHOD_BYTES) throw new MessageFault(501, "method too long");
  return at;
}

function nameMethod(bytes: Buffer, end: number): string {
  if (end === 3 && bytes[0] === 0x47 && bytes[1] === 0x45 && bytes[2] === 0x54) return "GET";
  return bytes.toString("latin1", 0, end);
}

/** `HTTP/1.0` or `HTTP/1.1`; 505 for another version in the right form (RFC 9112, 2.3). */
function parseVersion(bytes: Buffer, start: number, end: number): 0 | 1 {
  const isVersion = end - start === 8 && startsWith(bytes, start, "HTTP/") &&
    isDigit(bytes[start + 5]) && bytes[start + 6] === 0x2e && isDigit(bytes[start + 7]);
  if (!isVersion) throw new MessageFault(400, "invalid version");
  const minor = bytes[start + 7]! - 0x30;
  if (bytes[start + 5] !== 0x31 || minor > 1) throw new MessageFault(505, "unknown version");
  return minor === 1 ? 1 : 0;
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39;
}

/**
 * RFC 9112, 3.2: where the authority of an absolute target stands; none for the asterisk of OPTIONS.
 *
 * @throws {MessageFault} 400, where the target has no form that the method may have.
 */
function findAuthority(
  bytes: Buffer,
  [start, end]: readonly [number, number],
  method: string,
): readonly [number, number] | undefined {
  if (method === "OPTIONS" && isAsterisk(bytes, start, end)) return undefined;
  const schemeBytes = startsIgnoringCase(bytes, start, "http://")
    ? 7
    : startsIgnoringCase(bytes, start, "https://")
    ? 8
    : 0;
  if (schemeBytes === 0) throw new MessageFault(400, "invalid request target");
  const authorityStart = start + schemeBytes;
  let at = authorityStart;
  while (at < end && bytes[at] !== SLASH && bytes[at] !== QUESTION) at++;
  return [authorityStart, at];
}

function isAsterisk(bytes: Buffer, start: number, end: number): boolean {
  return end - start === 1 && bytes[start] === ASTERISK;
}

function pathOf(bytes: Buffer, start: number, end: number): string {
  let at = start;
  while (at < end && bytes[at] !== QUESTION) at++;
  return at - start <= 1 ? "/" : bytes.toString("latin1", start, at);
}
