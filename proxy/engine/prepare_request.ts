/**
 * Finds the route of a request, counts it, and makes the head that its upstream is sent.
 *
 * The rule: route and count belong to one synchronous step, in which no snapshot can change.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { AccessEntry } from "./access_log.ts";
import type { BodyFraming } from "./body_framing.ts";
import type { ActiveRoute, EngineContext } from "./engine_context.ts";
import { buildUpstreamHead, type Forwarding, type RequestSource } from "./forward_request.ts";
import type { InFlight } from "./generation_counters.ts";
import type { RequestHead } from "./request_head.ts";

/** A request that was read, counted and made ready for an upstream. */
export interface PreparedRequest {
  readonly head: RequestHead;
  readonly route: ActiveRoute;
  readonly inFlight: InFlight;
  /** Begins with the head as the client sent it; none where the request is not sent again. */
  readonly bytes: Buffer | undefined;
  /** What the head was made with that the upstream is sent. */
  readonly forwarding: Forwarding;
}

/** Where a request came from. */
export interface RequestOrigin {
  /** Its line of the access log, if there is one. */
  readonly entry: AccessEntry | undefined;
  readonly remoteAddress: string;
  readonly scheme: "http" | "https";
  readonly nowMs: number;
}

/**
 * Prepares the request in `source`, or tells the status that it is refused with.
 *
 * @returns A request whose head stands in the context's builder, for whoever sends or takes it next.
 */
export function prepareRequest(
  source: RequestSource,
  context: EngineContext,
  origin: RequestOrigin,
): PreparedRequest | 404 | 413 {
  const head = source.request;
  const route = context.routes.find(head.host, head.path);
  if (route === undefined) {
    context.traffic.refuse("unrouted");
    return 404;
  }
  const { hosts, forwardHeaders, maxBodyBytes } = route.options;
  if (maxBodyBytes !== undefined && isLonger(head.framing, maxBodyBytes)) {
    context.traffic.refuse("body_size");
    return 413;
  }
  const { entry, nowMs } = origin;
  const forwarding = {
    remoteAddress: origin.remoteAddress,
    scheme: origin.scheme,
    wallMs: nowMs + context.wallOffsetMs,
    trusted: forwardHeaders,
    hosts,
    requestId: context.requestIds.next(),
  };
  buildUpstreamHead(source, forwarding, context.builder);
  const inFlight = route.counters.begin({ method: head.method, path: head.path, nowMs });
  if (entry !== undefined) {
    entry.inFlight = inFlight;
    if (entry.requestId === "") entry.requestId = forwarding.requestId.toString();
  }
  return { head, route, inFlight, bytes: keepHead(source), forwarding };
}

/** Octets behind a head that may be kept with it, instead of a copy of the head alone. */
const MAX_KEPT_BEHIND_BYTES = 4096;

/** The head for a repetition; what came behind it in one read, which can be much, is let go. */
function keepHead({ bytes, parser, request }: RequestSource): Buffer | undefined {
  if (!request.mayRepeat) return undefined;
  if (bytes.length - parser.length <= MAX_KEPT_BEHIND_BYTES) return bytes;
  return Buffer.from(bytes.subarray(0, parser.length));
}

/** The head of a request that has to be sent again, as it was sent before. */
export function rebuildUpstreamHead(request: PreparedRequest, context: EngineContext): Buffer {
  const { bytes, head, forwarding } = request;
  if (bytes === undefined) throw new Error("A request that may not be sent again was");
  const parser = context.takeParser();
  parser.parse(bytes);
  buildUpstreamHead({ bytes, parser, request: head }, forwarding, context.builder);
  context.returnParser(parser);
  return context.builder.take();
}

/** Whether a body is announced as longer; a chunked one shows its length while it comes. */
function isLonger(framing: BodyFraming, maxBytes: number): boolean {
  return framing.kind === "length" && framing.lengthBytes > maxBytes;
}
