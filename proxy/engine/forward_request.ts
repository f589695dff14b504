/**
 * Makes the head that an upstream is sent out of the head that a client sent.
 *
 * The rule: what is for one hop alone is left out (RFC 9110, 7.6.1), what the proxy knows is added,
 * and the rest keeps its octets and its order. No `Via`: some programs stop compressing for it.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { Field } from "./field_names.ts";
import { type HeadBuilder, omissionTable } from "./head_builder.ts";
import type { HeadParser } from "./head_parser.ts";
import type { RequestHead } from "./request_head.ts";
import type { RequestId } from "./request_ids.ts";

/** What the proxy knows about a request beside its head. */
export interface Forwarding {
  readonly remoteAddress: string;
  readonly scheme: "http" | "https";
  /** Whether the client's own X-Forwarded-* and Forwarded are kept. */
  readonly trusted: boolean;
  /** The route's hosts: the first is sent for a client of HTTP/1.0 that named none. */
  readonly hosts: readonly string[];
  /** For a request that has none. */
  readonly requestId: RequestId;
  /** Milliseconds since the epoch. */
  readonly wallMs: number;
}

/** A request with the octets it was read from. */
export interface RequestSource {
  readonly bytes: Buffer;
  readonly parser: HeadParser;
  readonly request: RequestHead;
}

const HOP_BY_HOP = [
  Field.connection,
  Field.keepAlive,
  Field.transferEncoding,
  Field.upgrade,
  Field.hopByHop,
];
const TRUSTED = omissionTable([...HOP_BY_HOP, Field.forwardedFor]);
const UNTRUSTED = omissionTable([
  ...HOP_BY_HOP,
  Field.forwardedFor,
  Field.forwardedProto,
  Field.forwardedHost,
  Field.forwarded,
]);
const TRUSTED_NEW_HOST = withField(TRUSTED, Field.host);
const UNTRUSTED_NEW_HOST = withField(UNTRUSTED, Field.host);

function withField(table: Uint8Array, field: number): Uint8Array {
  const copy = table.slice();
  copy[field] = 1;
  return copy;
}

/** The head to send upstream for `request`, which `parser` found in `bytes`, left in `builder`. */
export function buildUpstreamHead(
  source: RequestSource,
  forwarding: Forwarding,
  builder: HeadBuilder,
): HeadBuilder {
  const { bytes, parser, request } = source;
  startLine(bytes, request, builder);
  const rewritten = request.authority !== undefined;
  if (rewritten) nameClientHost(builder.text("Host: "), source);
  const omitted = forwarding.trusted
    ? rewritten ? TRUSTED_NEW_HOST : TRUSTED
    : rewritten
    ? UNTRUSTED_NEW_HOST
    : UNTRUSTED;
  const { maxForwards } = request;
  const fields = maxForwards === undefined ? omitted : withField(omitted, Field.maxForwards);
  builder.fields(bytes, parser, { fields, names: request.connectionNames });
  if (maxForwards !== undefined) builder.text(`Max-Forwards: ${maxForwards - 1}\r\n`);
  const present = presentFields(parser);
  if (!rewritten && !has(present, Field.host)) builder.text(`Host: ${nameHost(forwarding)}\r\n`);
  if (request.framing.kind === "chunked") builder.text("Transfer-Encoding: chunked\r\n");
  if (request.upgrade !== undefined) {
    builder.text(`Connection: Upgrade\r\nUpgrade: ${request.upgrade}\r\n`);
  }
  addForwarded(source, { forwarding, present }, builder);
  if (!has(present, Field.requestId)) {
    const { bytes, start, end } = forwarding.requestId;
    builder.text("X-Request-Id: ").run(bytes, start, end).text("\r\n");
  }
  if (!has(present, Field.requestStart)) {
    builder.text("X-Request-Start: t=").decimal(forwarding.wallMs).text("\r\n");
  }
  return builder.text("\r\n");
}

function nameHost({ hosts }: Forwarding): string {
  return hosts.find((host) => !host.startsWith("*")) ?? "";
}

/** Method and target in origin form; `*` for OPTIONS without a path (RFC 9112, 3.2.4). */
function startLine(bytes: Buffer, request: RequestHead, builder: HeadBuilder): void {
  const { targetStart: start, targetEnd: end } = request;
  builder.start().text(request.method).text(" ");
  if (bytes[start] === 0x2f || request.path === "*") builder.run(bytes, start, end);
  else if (start === end) builder.text(request.method === "OPTIONS" ? "*" : "/");
  else builder.text("/").run(bytes, start, end);
  builder.text(" HTTP/1.1\r\n");
}

/** The numbers of the fields that are there, all below 32, as bits. */
function presentFields(parser: HeadParser): number {
  let bits = 0;
  for (let index = 0; index < parser.count; index++) bits |= 1 << parser.fields[index]!;
  return bits;
}

function has(bits: number, field: number): boolean {
  return (bits & (1 << field)) !== 0;
}

function addForwarded(
  source: RequestSource,
  { forwarding, present }: { readonly forwarding: Forwarding; readonly present: number },
  builder: HeadBuilder,
): void {
  const { bytes, parser, request } = source;
  const { trusted, remoteAddress } = forwarding;
  const before = trusted && has(present, Field.forwardedFor) ? formerAddresses(bytes, parser) : "";
  builder.text("X-Forwarded-For: ").text(before).text(remoteAddress).text("\r\n");
  if (!trusted || !has(present, Field.forwardedProto)) {
    builder.text("X-Forwarded-Proto: ").text(forwarding.scheme).text("\r\n");
  }
  const { hostStart, hostEnd } = request;
  if ((!trusted || !has(present, Field.forwardedHost)) && hostStart !== hostEnd) {
    nameClientHost(builder.text("X-Forwarded-Host: "), source);
  }
}

/** Ends a line with the host as the client wrote it. */
function nameClientHost(builder: HeadBuilder, { bytes, request }: RequestSource): void {
  builder.run(bytes, request.hostStart, request.hostEnd).text("\r\n");
}

/** All values of X-Forwarded-For as one list, because many programs read its first line alone. */
function formerAddresses(bytes: Buffer, parser: HeadParser): string {
  let list = "";
  for (let index = 0; index < parser.count; index++) {
    if (parser.fields[index] !== Field.forwardedFor) continue;
    const value = parser.valueOf(bytes, index);
    if (value !== "") list += `${value}, `;
  }
  return list;
}
