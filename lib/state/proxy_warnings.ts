/**
 * What the proxy of a server says of itself that a person should know.
 *
 * Pure. The rule: its own words, with its name before them.
 *
 * @module
 */
import type { ServerState } from "./types.ts";

/** Its warnings, such as of a damaged state file; none while it does not answer. */
export function describeProxyWarnings({ proxy }: Pick<ServerState, "proxy">): readonly string[] {
  if (proxy.kind !== "running") return [];
  return proxy.status.warnings.map((warning) => `luma-proxy: ${warning}`);
}
