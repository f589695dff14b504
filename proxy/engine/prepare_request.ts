/**
 * Finds the route of a request, counts it, and makes the head that its upstream is sent.
 *
 * The rule: route and count belong to one synchronous step, in which no snapshot can change.
 *
 * @module
 */
import type { AccessEntry } from "./access_log.ts";
import type { BodyFraming } from "./body_framing.ts";
import type { EngineContext } from "./engine_context.ts";
import type { PreparedRequest } from "./exchange.ts";
import { buildUpstreamHead, type RequestSource } from "./forward_request.ts";

/** Where a request came from. */
export interface RequestOrigin {
  /** Its line of the access log, if there is one. */
  readonly entry: AccessEntry | undefined;
  readonly remoteAddress: string;
  readonly scheme: "http" | "https";
}

/** Prepares the request in `source`, or tells the status that it is refused with. */
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
  const nowMs = context.now();
  const { entry } = origin;
  const forwarding = {
    remoteAddress: origin.remoteAddress,
    scheme: origin.scheme,
    nowMs,
    trusted: forwardHeaders,
    defaultHost: hosts.find((host) => !host.startsWith("*")) ?? "",
    requestId: entry === undefined ? context.requestId : () => entry.takeId(context.requestId),
  };
  const upstreamHead = buildUpstreamHead(source, forwarding, context.builder);
  const inFlight = route.counters.begin({ method: head.method, path: head.path, nowMs });
  if (entry !== undefined) entry.inFlight = inFlight;
  return { head, route, inFlight, upstreamHead };
}

/** Whether a body is announced as longer; a chunked one shows its length while it comes. */
function isLonger(framing: BodyFraming, maxBytes: number): boolean {
  return framing.kind === "length" && framing.lengthBytes > maxBytes;
}
