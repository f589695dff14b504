/**
 * The header fields that the proxy itself acts on.
 *
 * The rule: a name is compared here and nowhere else; the rest of the engine asks for its number.
 *
 * @module
 */
import { startsIgnoringCase } from "./octets.ts";

/** The numbers of the fields that matter; `other` is everything else. */
export const Field = {
  other: 0,
  host: 1,
  contentLength: 2,
  transferEncoding: 3,
  connection: 4,
  upgrade: 5,
  contentType: 6,
  keepAlive: 7,
  requestId: 8,
  requestStart: 9,
  forwardedFor: 10,
  forwardedProto: 11,
  forwardedHost: 12,
  /** `Forwarded`, and what else begins with `X-Forwarded-`. */
  forwarded: 13,
  /** For this connection alone, and of no use to the proxy: TE, Proxy-Connection, … */
  hopByHop: 14,
  expect: 15,
  /** `Content_Length` and `Transfer_Encoding`. */
  misspeltFraming: 16,
  maxForwards: 17,
  date: 18,
} as const;

/** Names that are sent on even if `Connection` lists them: without them a message changes its meaning. */
export const ESSENTIAL: ReadonlySet<number> = new Set([
  Field.host,
  Field.contentLength,
  Field.requestId,
  Field.requestStart,
  Field.forwardedFor,
  Field.forwardedProto,
  Field.forwardedHost,
  Field.forwarded,
]);

/** Every known name by its length, which tells most of them apart. */
const NAMES: readonly (readonly (readonly [string, number])[])[] = byLength([
  ["host", Field.host],
  ["date", Field.date],
  ["content-length", Field.contentLength],
  ["transfer-encoding", Field.transferEncoding],
  ["connection", Field.connection],
  ["upgrade", Field.upgrade],
  ["content-type", Field.contentType],
  ["keep-alive", Field.keepAlive],
  ["x-request-id", Field.requestId],
  ["x-request-start", Field.requestStart],
  ["forwarded", Field.forwarded],
  ["expect", Field.expect],
  ["max-forwards", Field.maxForwards],
  // Gateways that hand fields to programs as variables make one name of both spellings.
  ["content_length", Field.misspeltFraming],
  ["transfer_encoding", Field.misspeltFraming],
  ["te", Field.hopByHop],
  ["proxy-connection", Field.hopByHop],
  ["proxy-authorization", Field.hopByHop],
  ["proxy-authenticate", Field.hopByHop],
]);

function byLength(
  names: readonly (readonly [string, number])[],
): readonly (readonly (readonly [string, number])[])[] {
  const rows: (readonly [string, number])[][] = Array.from({ length: 32 }, () => []);
  for (const entry of names) rows[entry[0].length]!.push(entry);
  return rows;
}

const X_FORWARDED = "x-forwarded-";

/** The number of the field whose name is `bytes` from `start` to `end`. */
export function identifyField(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length > X_FORWARDED.length && isForwarded(bytes, start)) {
    return identifyForwarded(bytes, start + X_FORWARDED.length, end);
  }
  const row = NAMES[length];
  if (row === undefined) return Field.other;
  for (let index = 0; index < row.length; index++) {
    const known = row[index]!;
    if (startsIgnoringCase(bytes, start, known[0])) return known[1];
  }
  return Field.other;
}

/**
 * `X_Forwarded_For` counts as well: gateways that hand fields to programs as variables (CGI, WSGI)
 * make one name of both spellings, so the underscore must not be a way around the proxy.
 */
function isForwarded(bytes: Uint8Array, start: number): boolean {
  if ((bytes[start]! | 0x20) !== 0x78) return false;
  for (let index = 1; index < X_FORWARDED.length; index++) {
    const octet = bytes[start + index]!;
    const folded = octet === 0x5f ? 0x2d : octet | 0x20;
    if (folded !== X_FORWARDED.charCodeAt(index)) return false;
  }
  return true;
}

function identifyForwarded(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 3 && startsIgnoringCase(bytes, start, "for")) return Field.forwardedFor;
  if (length === 5 && startsIgnoringCase(bytes, start, "proto")) return Field.forwardedProto;
  if (length === 4 && startsIgnoringCase(bytes, start, "host")) return Field.forwardedHost;
  return Field.forwarded;
}
