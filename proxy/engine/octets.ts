/**
 * Which octets may stand where in a message of HTTP/1.1.
 *
 * The rule: tables alone, made once from the grammar of RFC 9110 and RFC 9112; a parser asks
 * `TABLE[octet] === 1`.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** Octets with names of their own (RFC 9110, 5.6). */
export const HTAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const COLON = 0x3a;

const ALPHANUMERIC = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const octet of Buffer.from(characters, "latin1")) table[octet] = 1;
  return table;
}

function rangeTable(ranges: readonly (readonly [number, number])[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const [first, last] of ranges) table.fill(1, first, last + 1);
  return table;
}

/** `tchar`: methods and field names (RFC 9110, 5.6.2). */
export const TOKEN: Uint8Array = tableOf(`!#$%&'*+-.^_\`|~${ALPHANUMERIC}`);

/** A field value with the white space inside it (RFC 9110, 5.5): no control octet but HTAB. */
export const FIELD_VALUE: Uint8Array = rangeTable([[HTAB, HTAB], [SP, 0x7e], [0x80, 0xff]]);

/**
 * A request target (RFC 9112, 3.2): visible ASCII without `"`, `#`, `<` and `>`.
 *
 * RFC 3986 also excludes `[ ] { } | \ ^` and the backtick, but browsers send them as they are in
 * queries (the URL Standard, "query percent-encode set"), and no two readers of a request line
 * disagree on where such a target ends.
 */
export const TARGET: Uint8Array = rangeTable([
  [0x21, 0x21],
  [0x24, 0x3b],
  [0x3d, 0x3d],
  [0x3f, 0x7e],
]);

/** A registered name or IPv4 address of a URI's authority (RFC 3986, 3.2.2). */
export const HOST_NAME: Uint8Array = tableOf(`-._~%!$&'()*+,;=${ALPHANUMERIC}`);

/** What stands between the brackets of an IPv6 address (RFC 3986, 3.2.2). */
export const HOST_LITERAL: Uint8Array = tableOf("0123456789abcdefABCDEF:.");

/** The value of a hexadecimal digit, 255 for any other octet. */
export const HEX_VALUE: Uint8Array = new Uint8Array(256).fill(255);
for (const [value, digit] of [..."0123456789abcdef"].entries()) {
  HEX_VALUE[digit.charCodeAt(0)] = value;
  HEX_VALUE[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Whether the octets of `bytes` from `start` on begin with `text`, which is in lower case.
 *
 * A caller that compares a whole word compares the lengths first.
 */
export function startsIgnoringCase(bytes: Uint8Array, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    let octet = bytes[start + index];
    if (octet === undefined) return false;
    if (octet >= 0x41 && octet <= 0x5a) octet |= 0x20;
    if (octet !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** Whether the octets of `bytes` from `start` on begin with `text`, as it is written. */
export function startsWith(bytes: Uint8Array, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[start + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
