/**
 * Understands a request's head: method, target, host, framing, persistence, upgrade.
 *
 * The rule: what it returns can be passed on; everything else is a {@linkcode MessageFault}.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { type BodyFraming, frameRequest, NO_BODY, readFramingFields } from "./body_framing.ts";
import { Field } from "./field_names.ts";
import type { HeadParser } from "./head_parser.ts";
import { parseHost } from "./host_name.ts";
import { MessageFault } from "./message_fault.ts";
import { parseRequestLine, type RequestLine } from "./request_line.ts";
import { isKeptAlive, listHasToken, readConnection } from "./connection_field.ts";

/** A request that may be passed on. */
export interface RequestHead extends RequestLine {
  /** The host that routes are looked up by; `""` where the client named none. */
  readonly host: string;
  /** The host as the client wrote it, for X-Forwarded-Host. */
  readonly literalHost: string;
  readonly framing: BodyFraming;
  /** Whether the client wants to go on using the connection (RFC 9112, 9.3). */
  readonly keepAlive: boolean;
  /** What the client asks to upgrade to, where that can be passed on. */
  readonly upgrade: string | undefined;
  /** Names that `Connection` lists, in lower case. */
  readonly connectionNames: readonly string[];
}

/**
 * Reads the head that `parser` found in `bytes`.
 *
 * @throws {MessageFault} 400, 414, 501 or 505.
 */
export function readRequestHead(
  bytes: Buffer,
  parser: HeadParser,
  limits: { readonly maxTargetBytes: number },
): RequestHead {
  const line = parseRequestLine(bytes, parser.startLineEnd, limits.maxTargetBytes);
  const framing = frameRequest(readFramingFields(bytes, parser, line.minor));
  const [host, literalHost] = readHost(bytes, parser, line);
  const connectionNames = readConnection(bytes, parser);
  return {
    ...line,
    host,
    literalHost,
    framing,
    connectionNames,
    keepAlive: isKeptAlive(line.minor, connectionNames),
    upgrade: readUpgrade(bytes, parser, { line, framing, connectionNames }),
  };
}

/** RFC 9112, 3.2: exactly one Host in 1.1; 3.2.2: the authority of an absolute target wins. */
function readHost(bytes: Buffer, parser: HeadParser, line: RequestLine): readonly [string, string] {
  let found = -1;
  for (let index = 0; index < parser.count; index++) {
    if (parser.fields[index] !== Field.host) continue;
    if (found !== -1) throw new MessageFault(400, "more than one Host");
    found = index;
  }
  if (found === -1 && line.minor === 1) throw new MessageFault(400, "no Host");
  let start = 0;
  let end = 0;
  if (found !== -1) {
    start = parser.offsets[found * 4 + 2]!;
    end = parser.offsets[found * 4 + 3]!;
  }
  const named = parseHost(bytes, start, end);
  if (named === undefined) throw new MessageFault(400, "invalid Host");
  if (line.authority === undefined) return [named, bytes.toString("latin1", start, end)];
  const [authorityStart, authorityEnd] = line.authority;
  const host = parseHost(bytes, authorityStart, authorityEnd);
  if (host === undefined || host === "") throw new MessageFault(400, "invalid authority");
  return [host, bytes.toString("latin1", authorityStart, authorityEnd)];
}

interface UpgradeContext {
  readonly line: RequestLine;
  readonly framing: BodyFraming;
  readonly connectionNames: readonly string[];
}

/**
 * RFC 9110, 7.8: a server may ignore an upgrade. It is passed on for a request without a body alone;
 * never h2c, behind which further requests would pass unread.
 */
function readUpgrade(
  bytes: Buffer,
  parser: HeadParser,
  context: UpgradeContext,
): string | undefined {
  if (!context.connectionNames.includes("upgrade")) return undefined;
  if (context.line.minor === 0 || context.framing !== NO_BODY) return undefined;
  const values: string[] = [];
  for (let index = 0; index < parser.count; index++) {
    if (parser.fields[index] !== Field.upgrade) continue;
    values.push(parser.valueOf(bytes, index));
  }
  const value = values.join(", ");
  return value === "" || listHasToken(value, "h2c") ? undefined : value;
}
