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

/** Remembers the host of a client's last request, which its next one mostly names again. */
export class HostMemory {
  #literal = "";
  #host = "";

  /** As {@linkcode parseHost}. */
  read(bytes: Buffer, start: number, end: number): string | undefined {
    const literal = this.#literal;
    if (literal !== "" && end - start === literal.length && startsWith(bytes, start, literal)) {
      return this.#host;
    }
    const host = parseHost(bytes, start, end);
    if (host === undefined) return undefined;
    this.#literal = bytes.toString("latin1", start, end);
    this.#host = host;
    return host;
  }
}
