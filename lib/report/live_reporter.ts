/**
 * Shows on a terminal what is happening now, in one line of standard error below the plain ones.
 *
 * The rule: it adds nothing that the plain lines need; when it ends, it leaves no trace.
 *
 * @module
 */
import type { StepKind } from "../plan/types.ts";
import { formatBytes } from "./format_bytes.ts";
import type { Event, Report } from "./events.ts";

const FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const EVERY_MS = 100;
const CLEAR = "\r\u001b[2K";

/** The terminal, and the reporter of the lines that stay. */
export interface LiveOptions {
  readonly write: (text: string) => void;
  readonly columns: () => number;
  readonly now: () => number;
}

/** A reporter with a live line. */
export interface LiveReporter {
  readonly report: Report;
  /** Clears the live line, prints, and shows it again below. */
  readonly around: (print: () => void) => void;
  /** Ends the live display. */
  stop(): void;
}

/** Shows the live line of the newest event. */
export function createLiveReporter({ write, columns, now }: LiveOptions): LiveReporter {
  let text = "";
  let sinceMs = now();
  const draw = () => {
    if (text === "") return;
    const frame = FRAMES[Math.floor(now() / EVERY_MS) % FRAMES.length] ?? "";
    const line = `${frame} ${text} (${((now() - sinceMs) / 1000).toFixed(1)} s)`;
    write(CLEAR + line.slice(0, Math.max(10, columns() - 1)));
  };
  const timer = setInterval(draw, EVERY_MS);
  timer.unref?.();
  return {
    report(event) {
      const next = describeNow(event);
      if (next === undefined) return;
      if (text === "" || !isProgress(event)) sinceMs = now();
      text = next;
      if (text === "") write(CLEAR);
      else draw();
    },
    around(print) {
      if (text !== "") write(CLEAR);
      print();
      draw();
    },
    stop() {
      clearInterval(timer);
      write(CLEAR);
    },
  };
}

/** Whether an event tells more of what was going on already. */
function isProgress({ kind }: Event): boolean {
  return kind === "pulling" || kind === "building" || kind === "sending" ||
    kind === "replica healthy" || kind === "watching" ||
    kind === "draining";
}

/** What the steps do, while they do it. */
const STEPS: Readonly<Record<StepKind, string>> = {
  "create-replica": "creating the new replicas",
  "start-replica": "starting the new replicas",
  "check-health": "waiting until they are healthy",
  "set-restart-policy": "preparing the switch",
  "add-alias": "preparing the switch",
  "hold": "holding new requests off",
  "switch": "switching",
  "watch": "watching the new version",
  "confirm": "confirming",
  "switch-back": "going back to the old version",
  "drop-alias": "taking the old version out of use",
  "drain": "waiting for requests to the old version",
  "stop-container": "stopping the old version",
  "start-again": "starting the old version again",
  "remove-container": "clearing away",
  "create-service": "creating its container",
  "start-service": "starting",
  "remove-service": "clearing away",
  "rename-service": "clearing away",
  "put-back": "starting the former container",
  "remove-route": "clearing away",
  "tag-image": "clearing away",
  "prune": "clearing away",
};

/** What happens from this event on; empty: nothing; none: the event changes nothing. */
export function describeNow(event: Event): string | undefined {
  switch (event.kind) {
    case "deploying":
      return `${event.app}: looking at ${event.server}`;
    case "setup":
      return event.message;
    case "step":
      return `${event.app}: ${STEPS[event.step]}`;
    case "restarting":
      return `${event.app}: restarting`;
    case "removing":
      return `${event.app}: removing`;
    case "undoing":
      return `${event.app}: putting everything back as it was`;
    case "waiting for lock":
      return `${event.app}: waiting for a deployment by ${event.owner} on ${event.host}`;
    case "replica healthy":
      return `${event.app}: ${event.healthy} of ${event.total} replicas healthy`;
    case "watching":
      return `${event.app}: watching the new version, ${
        Math.ceil(event.leftMs / 1000)
      } s left: ${event.requests} requests, ${event.failed} failed`;
    case "draining":
      return describeDraining(event);
    case "service":
      return `${event.service}: ${event.causes.join(", ")}`;
    case "service done":
    case "service unchanged":
    case "deployed":
    case "restarted":
    case "removed":
    case "unchanged":
    case "error":
    case "setup done":
      return "";
    default:
      return describeImage(event);
  }
}

/** What happens to the image. */
function describeImage(event: Event): string | undefined {
  switch (event.kind) {
    case "pulling":
      return `${event.app}: ${event.line}`;
    case "building":
      return [`${event.app}: building`, event.line?.trim() ?? []].flat().join(": ");
    case "sending":
      return `${event.app}: sending the image, ${formatBytes(event.sentBytes)} of ${
        formatBytes(event.totalBytes)
      }`;
    case "sent":
      return `${event.app}: preparing`;
    default:
      return undefined;
  }
}

function describeDraining(event: Extract<Event, { readonly kind: "draining" }>): string {
  const [oldest] = event.oldest;
  const first = oldest === undefined
    ? ""
    : `, oldest ${oldest.method} ${oldest.path}, ${Math.round(oldest.ageMs / 1000)} s`;
  return `${event.app}: draining ${event.inFlight} requests, ${event.streams} streams${first}`;
}
