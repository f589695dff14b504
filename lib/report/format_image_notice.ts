/**
 * Writes the lines about an image that is built, pulled or sent.
 *
 * @module
 */
import type { Event } from "./events.ts";
import { formatBytes } from "./format_bytes.ts";

/** The events that say how an image comes to its server. */
export type ImageEvent = Extract<
  Event,
  { readonly kind: "pulling" | "building" | "built" | "sending" | "sent" }
>;

/** The lines for standard error. `sending` has none: its bytes are the live display's. */
export function formatImageNotice(
  event: ImageEvent,
  { quiet, verbose }: { readonly quiet: boolean; readonly verbose: boolean },
): readonly string[] {
  switch (event.kind) {
    case "pulling":
    case "building":
      return verbose ? [`[${event.server}] ${event.line}`] : [];
    case "built": {
      const seconds = (event.tookMs / 1000).toFixed(1);
      return quiet ? [] : [`[${event.server}] Built ${event.image} in ${seconds} s`];
    }
    case "sent":
      return quiet ? [] : [formatSent(event)];
    case "sending":
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
