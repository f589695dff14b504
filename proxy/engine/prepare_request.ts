/**
 * Finds the route of a request, counts it, and makes the head that its upstream is sent.
 *
 * The rule: route and count belong to one synchronous step, in which no snapshot can change.
 *
 * @module
 */
import type { EngineContext } from "./engine_context.ts";
import type { PreparedRequest } from "./exchange.ts";
import { buildUpstreamHead, type RequestSource } from "./forward_request.ts";

/** Where a request came from. */
export interface RequestOrigin {
  readonly remoteAddress: string;
  readonly scheme: "http" | "https";
}

/** Prepares the request in `source`; undefined where no route claims it. */
export function prepareRequest(
  source: RequestSource,
  context: EngineContext,
  origin: RequestOrigin,
): PreparedRequest | undefined {
  const head = source.request;
  const route = context.routes.find(head.host, head.path);
  if (route === undefined) return undefined;
  const nowMs = context.now();
  const { hosts, forwardHeaders } = route.options;
  const forwarding = {
    remoteAddress: origin.remoteAddress,
    scheme: origin.scheme,
    nowMs,
    trusted: forwardHeaders,
    defaultHost: hosts.find((host) => !host.startsWith("*")) ?? "",
    requestId: context.requestId,
  };
  const upstreamHead = buildUpstreamHead(source, forwarding, context.builder);
  const inFlight = route.counters.begin({ method: head.method, path: head.path, nowMs });
  return { head, route, inFlight, upstreamHead };
}
