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
import { type HostMemory, parseHost } from "./host_name.ts";
import { MessageFault } from "./message_fault.ts";
import { parseRequestLine, type RequestLine } from "./request_line.ts";
import { isKeptAlive, joinValues, listHasToken, readConnection } from "./connection_field.ts";

/** A request that may be passed on. */
export interface RequestHead extends RequestLine {
  /** The host that routes are looked up by; `""` where the client named none. */
  readonly host: string;
  /** Where the host stands as the client wrote it, for X-Forwarded-Host; empty where there is none. */
  readonly hostStart: number;
  readonly hostEnd: number;
  readonly framing: BodyFraming;
  /** Whether the client waits for a 100 before it sends the body (RFC 9110, 10.1.1). */
  readonly expectsContinue: boolean;
  /** Whether it may be sent again, and could be: of a body nothing is kept (RFC 9110, 9.2.2). */
  readonly mayRepeat: boolean;
  /** Whether the client wants to go on using the connection (RFC 9112, 9.3). */
  readonly keepAlive: boolean;
  /** What the client asks to upgrade to, where that can be passed on. */
  readonly upgrade: string | undefined;
  /** How often it may still be passed on, where it says so and is of a method that heeds that. */
  readonly maxForwards: number | undefined;
  /** Names that `Connection` lists, in lower case. */
  readonly connectionNames: readonly string[];
}

/** How heads are read. */
export interface HeadReading {
  readonly maxTargetBytes: number;
  readonly hosts: HostMemory;
}

/**
 * Reads the head that `parser` found in `bytes`.
 *
 * @throws {MessageFault} 400, 414, 501 or 505.
 */
export function readRequestHead(
  bytes: Buffer,
  parser: HeadParser,
  { maxTargetBytes, hosts }: HeadReading,
): RequestHead {
  const line = parseRequestLine(bytes, parser.startLineEnd, maxTargetBytes);
  const framing = frameRequest(readFramingFields(bytes, parser, line.minor));
  if (framing !== NO_BODY && line.method === "TRACE") {
    throw new MessageFault(400, "TRACE with a body");
  }
  const { host, start: hostStart, end: hostEnd } = readHost({ bytes, parser }, line, hosts);
  const connectionNames = readConnection(bytes, parser);
  // Member by member: a spread would copy them one by one through the runtime.
  return {
    method: line.method,
    isHead: line.isHead,
    isIdempotent: line.isIdempotent,
    minor: line.minor,
    targetStart: line.targetStart,
    targetEnd: line.targetEnd,
    path: line.path,
    authority: line.authority,
    host,
    hostStart,
    hostEnd,
    framing,
    expectsContinue: framing !== NO_BODY && line.minor === 1 && expectsContinue(bytes, parser),
    mayRepeat: line.isIdempotent && framing === NO_BODY,
    connectionNames,
    keepAlive: isKeptAlive(line.minor, connectionNames),
    maxForwards: line.method === "OPTIONS" || line.method === "TRACE"
      ? readMaxForwards(bytes, parser)
      : undefined,
    upgrade: connectionNames.includes("upgrade")
      ? readUpgrade(bytes, parser, { line, framing })
      : undefined,
  };
}

/** RFC 9110, 10.1.1: the one expectation that there is; what else is asked for is the app's matter. */
function expectsContinue(bytes: Buffer, parser: HeadParser): boolean {
  if (!parser.fields.subarray(0, parser.count).includes(Field.expect)) return false;
  return listHasToken(joinValues(bytes, parser, Field.expect), "100-continue");
}

interface FoundHost {
  readonly host: string;
  /** Where it stands as it was written. */
  readonly start: number;
  readonly end: number;
}

/** RFC 9112, 3.2: exactly one Host in 1.1; 3.2.2: the authority of an absolute target wins. */
function readHost(
  { bytes, parser }: { readonly bytes: Buffer; readonly parser: HeadParser },
  line: RequestLine,
  hosts: HostMemory,
): FoundHost {
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
  const named = hosts.read(bytes, start, end);
  // RFC 9110, 4.2.1: an http URI without a host is invalid.
  if (named === undefined || (named === "" && found !== -1)) {
    throw new MessageFault(400, "invalid Host");
  }
  if (line.authority === undefined) return { host: named, start, end };
  const [authorityStart, authorityEnd] = line.authority;
  const host = parseHost(bytes, authorityStart, authorityEnd);
  if (host === undefined || host === "") throw new MessageFault(400, "invalid authority");
  return { host, start: authorityStart, end: authorityEnd };
}

/** RFC 9110, 7.6.2: at zero a request is not passed on; the proxy offers neither method itself. */
function readMaxForwards(bytes: Buffer, parser: HeadParser): number | undefined {
  const value = joinValues(bytes, parser, Field.maxForwards);
  if (value === "") return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new MessageFault(400, "invalid Max-Forwards");
  if (Number(value) === 0) throw new MessageFault(501, "Max-Forwards is used up");
  return Number(value);
}

interface UpgradeContext {
  readonly line: RequestLine;
  readonly framing: BodyFraming;
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
  if (context.line.minor === 0 || context.framing !== NO_BODY) return undefined;
  const value = joinValues(bytes, parser, Field.upgrade);
  return value === "" || listHasToken(value, "h2c") ? undefined : value;
}
