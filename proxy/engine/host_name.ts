/**
 * Reads the host of a request and brings it into the one form that routes are looked up by.
 *
 * The rule: lower case, no port, no trailing dot; what RFC 3986 does not allow is no host.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { COLON, HOST_LITERAL, HOST_NAME, startsWith } from "./octets.ts";

/**
 * Reads `uri-host [ ":" port ]` (RFC 9110, 7.2) in `bytes` from `start` to `end`.
 *
 * @returns The host as routes know it, `""` for an empty one, undefined for an invalid one.
 */
export function parseHost(bytes: Buffer, start: number, end: number): string | undefined {
  if (start === end) return "";
  const hostEnd = bytes[start] === 0x5b
    ? skipLiteral(bytes, start, end)
    : skipName(bytes, start, end);
  if (hostEnd === undefined || hostEnd === start || !isPort(bytes, hostEnd, end)) return undefined;
  const nameEnd = bytes[hostEnd - 1] === 0x2e && hostEnd - start > 1 ? hostEnd - 1 : hostEnd;
  return bytes.toString("latin1", start, nameEnd).toLowerCase();
}

function skipName(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && HOST_NAME[bytes[at]!] === 1) at++;
  return at;
}

function skipLiteral(bytes: Buffer, start: number, end: number): number | undefined {
  let at = start + 1;
  while (at < end && HOST_LITERAL[bytes[at]!] === 1) at++;
  return at < end && bytes[at] === 0x5d && at > start + 1 ? at + 1 : undefined;
}

/** Nothing, or a colon and up to five digits; the port may be empty (RFC 3986, 3.2.3). */
function isPort(bytes: Buffer, start: number, end: number): boolean {
  if (start === end) return true;
  if (bytes[start] !== COLON || end - start > 6) return false;
  for (let at = start + 1; at < end; at++) {
    if (bytes[at]! < 0x30 || bytes[at]! > 0x39) return false;
  }
  return true;
}

/** Places of the memory; a power of two. */
const PLACES = 64;
/** Longer names than a host may have (RFC 1035, 2.3.4, with a port) are not remembered. */
const MAX_REMEMBERED_BYTES = 261;

interface Remembered {
  readonly literal: string;
  readonly host: string;
}

/** Remembers hosts of former requests, which most others name again in the same octets. */
export class HostMemory {
  readonly #places: (Remembered | undefined)[] = Array.from({ length: PLACES }, () => undefined);

  /** As {@linkcode parseHost}. */
  read(bytes: Buffer, start: number, end: number): string | undefined {
    const length = end - start;
    if (length === 0 || length > MAX_REMEMBERED_BYTES) return parseHost(bytes, start, end);
    // Names of one server differ in front and in length; those that share a place take turns.
    const place = (length + bytes[start]! * 7 + bytes[start + (length >> 2)]! * 31) % PLACES;
    const known = this.#places[place];
    if (known?.literal.length === length && startsWith(bytes, start, known.literal)) {
      return known.host;
    }
    const host = parseHost(bytes, start, end);
    if (host === undefined) return undefined;
    this.#places[place] = { literal: bytes.toString("latin1", start, end), host };
    return host;
  }
}
