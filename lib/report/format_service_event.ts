/**
 * Says what happens to a service, in one line.
 *
 * Pure. The rule: that a service is away, and for how long, is never left out.
 *
 * @module
 */
import type { Event } from "./events.ts";

type ServiceEvent = Extract<Event, { readonly service: string }>;

/** The line of an event of a service, without its server. */
export function formatServiceEvent(event: ServiceEvent): string {
  switch (event.kind) {
    case "service":
      return formatBegin(event);
    case "service done":
      return formatDone(event);
    case "service unchanged":
      return `Service ${event.service} is up to date`;
    case "service put back":
      return `Its former container runs again, with its data; ${event.service} was away for ${
        seconds(event.gapMs)
      }`;
  }
}

function formatBegin(
  { action, service, image, causes }: Extract<Event, { readonly kind: "service" }>,
): string {
  const why = causes.join(", ");
  switch (action) {
    case "create":
      return `Starting service ${service} (${image})...`;
    case "start":
      return `Starting service ${service} again: ${why}...`;
    case "replace":
      return `Replacing service ${service}: ${why}; it is away for a moment...`;
    case "repair":
      return `Repairing service ${service}: ${why}...`;
  }
}

function formatDone(
  { action, service, gapMs }: Extract<Event, { readonly kind: "service done" }>,
): string {
  const gap = gapMs === undefined ? "" : ` (it was away for ${seconds(gapMs)})`;
  switch (action) {
    case "create":
    case "start":
      return `Service ${service} runs ✅`;
    case "replace":
      return `Service ${service} is replaced ✅${gap}`;
    case "repair":
      return `Service ${service} is repaired ✅${gap}`;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
