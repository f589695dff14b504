/**
 * Reads what `Connection` says: the names of fields and options that are for this hop alone.
 *
 * The rule: names are in lower case, and none is invented; an unreadable list is a fault.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { Field } from "./field_names.ts";
import type { HeadParser } from "./head_parser.ts";
import { MessageFault } from "./message_fault.ts";
import { startsIgnoringCase, TOKEN } from "./octets.ts";

const NONE: readonly string[] = [];

/** What a head lists that says no more than `Connection: keep-alive`; the only value of that kind. */
export const KEEP_ALIVE: readonly string[] = ["keep-alive"];

/**
 * The names in all `Connection` fields of a head (RFC 9110, 7.6.1).
 *
 * @throws {MessageFault} 400 where a name is not a token.
 */
export function readConnection(bytes: Buffer, parser: HeadParser): readonly string[] {
  let names: readonly string[] | undefined;
  for (let index = 0; index < parser.count; index++) {
    if (parser.fields[index] !== Field.connection) continue;
    if (names === undefined && isKeepAlive(bytes, parser, index)) {
      names = KEEP_ALIVE;
      continue;
    }
    const value = parser.valueOf(bytes, index);
    const items = splitList(value);
    if (!items.every(isToken)) throw new MessageFault(400, "invalid Connection");
    names = names === undefined ? items : [...names, ...items];
  }
  return names ?? NONE;
}

/** What most heads with a `Connection` say, found without making a string of it. */
function isKeepAlive(bytes: Buffer, parser: HeadParser, index: number): boolean {
  const start = parser.offsets[index * 4 + 2]!;
  const [text] = KEEP_ALIVE as readonly [string];
  return parser.offsets[index * 4 + 3]! - start === text.length &&
    startsIgnoringCase(bytes, start, text);
}

/**
 * Whether the sender of a message goes on using the connection (RFC 9112, 9.3).
 *
 * @param names What its `Connection` lists.
 */
export function isKeptAlive(minor: 0 | 1, names: readonly string[]): boolean {
  if (names.length === 0) return minor === 1;
  if (names.includes("close")) return false;
  return minor === 1 || names.includes("keep-alive");
}

/** The non-empty items of a comma-separated list (RFC 9110, 5.6.1), in lower case. */
export function splitList(value: string): readonly string[] {
  const lower = value.toLowerCase();
  if (!lower.includes(",")) return lower === "" ? NONE : [lower];
  return lower.split(",").map((item) => item.trim()).filter((item) => item !== "");
}

/** The values of all fields of number `field` as one list (RFC 9110, 5.3). */
export function joinValues(bytes: Buffer, parser: HeadParser, field: number): string {
  const values: string[] = [];
  for (let index = 0; index < parser.count; index++) {
    if (parser.fields[index] === field) values.push(parser.valueOf(bytes, index));
  }
  return values.join(", ");
}

/** Whether `token`, in lower case, is one of the items of `value`. */
export function listHasToken(value: string, token: string): boolean {
  return splitList(value).includes(token);
}

function isToken(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (TOKEN[text.charCodeAt(index)] !== 1) return false;
  }
  return true;
}
