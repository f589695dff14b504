/**
 * Writes the lines about an image that is built, pulled or sent.
 *
 * @module
 */
import type { Event } from "./events.ts";
import { formatBytes } from "./format_bytes.ts";

/** The lines of such an event for standard error; none of any other. The bytes on their way are for the live display. */
export function formatImageNotice(
  event: Event,
  { quiet, verbose }: { readonly quiet: boolean; readonly verbose: boolean },
): readonly string[] {
  switch (event.kind) {
    case "building":
      if (event.line === undefined) {
        return quiet ? [] : [`[${event.server}] Building ${event.app}...`];
      }
      return verbose ? [`[${event.server}] ${event.line}`] : [];
    case "pulling":
      return verbose ? [`[${event.server}] ${event.line}`] : [];
    case "built": {
      const seconds = (event.tookMs / 1000).toFixed(1);
      return quiet ? [] : [`[${event.server}] Built ${event.image} in ${seconds} s`];
    }
    case "sent":
      return quiet ? [] : [formatSent(event)];
    default:
      return [];
  }
}

function formatSent(
  { server, image, sentBytes, wireBytes, wholeBytes }: Extract<Event, { readonly kind: "sent" }>,
): string {
  const rest = sentBytes === wholeBytes
    ? ` of ${formatBytes(wholeBytes)}, compressed`
    : `; the server had the rest of its ${formatBytes(wholeBytes)}`;
  return `[${server}] Sent ${image}: ${formatBytes(wireBytes)}${rest}`;
}
