/**
 * Prints events as the lines that people know and scripts read.
 *
 * The rule: what a deployment does goes to standard output, plain; warnings and errors, and how long
 * it took, go to standard error.
 *
 * @module
 */
import { formatDurations } from "./format_durations.ts";
import type { Event, Report } from "./events.ts";
import { formatImageNotice } from "./format_image_notice.ts";
import { formatServiceEvent } from "./format_service_event.ts";

/** Where lines go, and how much is said. */
export interface ReporterOptions {
  /** Takes a line for standard output. */
  readonly out: (line: string) => void;
  /** Takes a line for standard error. */
  readonly err: (line: string) => void;
  /** Errors and warnings alone. */
  readonly quiet: boolean;
  /** Every step, too. */
  readonly verbose: boolean;
  /** Colors words of warnings and errors. */
  readonly color: boolean;
}

/**
 * A reporter for people and scripts.
 *
 * @example
 * ```ts
 * import { createPlainReporter, openProject } from "@luma/cli";
 *
 * const report = createPlainReporter({
 *   out: console.log,
 *   err: console.error,
 *   quiet: false,
 *   verbose: true,
 *   color: false,
 * });
 * const project = await openProject({ report });
 * await project.deploy();
 * ```
 */
export function createPlainReporter(options: ReporterOptions): Report {
  const replicas = new Map<string, number>();
  return (event) => {
    if (event.kind === "deploying") replicas.set(event.app, event.replicas);
    const count = "app" in event && event.app !== undefined ? replicas.get(event.app) ?? 1 : 1;
    if (!options.quiet) formatResult(event, options.verbose || count > 1).forEach(options.out);
    formatNotice(event, options).forEach(options.err);
  };
}

/** What is away, for a moment or for good. */
function formatAbsence(event: Event): readonly string[] {
  switch (event.kind) {
    case "restarting":
      return [`[${event.server}] Restarting ${event.app}: it is away for a moment...`];
    case "restarted":
      return [
        `[${event.server}] ${event.app} is back after ${(event.awayMs / 1000).toFixed(1)} s ✅`,
      ];
    case "removing":
      return [`[${event.server}] Removing ${event.app}...`];
    case "removed":
      return [`[${event.server}] Removed ${event.app} ✅`];
    default:
      return [];
  }
}

/** The lines of an event for standard output. `full`: also those of the change of colors. */
function formatResult(event: Event, full: boolean): readonly string[] {
  if ("service" in event) return [`[${event.server}] ${formatServiceEvent(event)}`];
  switch (event.kind) {
    case "deploying":
      return [
        `[${event.server}] Deploying ${event.app}${
          event.replicas === 1 ? "" : ` (${event.replicas} replicas)`
        }...`,
      ];
    case "unchanged":
      return [`[${event.server}] ${event.app} is up to date`];
    case "colors":
      return full && event.from !== undefined
        ? [`[${event.server}] Current active: ${event.from}, deploying: ${event.to}`]
        : [];
    case "repairing":
      return [`[${event.server}] Repairing ${event.app}: ${event.causes.join(", ")}`];
    case "healthy":
      return [`[${event.server}] ${formatHealthy(event)}`];
    case "switching":
      return full ? [`[${event.server}] Switching traffic to ${event.to} containers...`] : [];
    case "serves again":
    case "gap":
      return [formatInPlace(event)];
    case "deployed":
      return [`[${event.server}] Deployment complete ✅`];
    case "redeployed":
      return [formatRedeployed(event)];
    case "left alone":
      return [`[${event.server}] ${event.app} is left alone: ${event.reason}`];
    case "setup":
      return [`[${event.server}] ${event.message}`];
    case "setup done":
      return [`[${event.server}] ${event.changed ? "Ready ✅" : "Ready ✅ (nothing to do)"}`];
    default:
      return formatAbsence(event);
  }
}

function formatInPlace(
  event: Extract<Event, { readonly kind: "gap" | "serves again" }>,
): string {
  const { server, app } = event;
  if (event.kind === "serves again") return `[${server}] The old version of ${app} serves again`;
  const seconds = (event.tookMs / 1000).toFixed(1);
  return `[${server}] Gap: ${seconds} s, in which nothing of ${app} served (deploy.strategy: in-place)`;
}

function formatHealthy(
  { healthy, total }: Extract<Event, { readonly kind: "healthy" }>,
): string {
  return total === 1
    ? "Health check: ✓ Healthy"
    : `Health checks: ✓ ${healthy}/${total} replicas healthy`;
}

function formatUndone({ app, from }: Extract<Event, { readonly kind: "undone" }>): string {
  return from === undefined
    ? `Nothing of ${app} is left: it was not deployed before`
    : `The old version of ${app} (${from}) is in use, as before`;
}

function formatRedeployed(
  { server, app, causes, fromImage, toImage }: Extract<Event, { readonly kind: "redeployed" }>,
): string {
  const images = `image changed (${shortId(fromImage)} → ${shortId(toImage)})`;
  const others = causes.filter((cause) => cause !== "image changed");
  return `[${server}] Redeployed ${app}: ${[images, ...others].join(", ")}`;
}

/** An image's id as far as people compare it: `sha256:3f9a1c04be77…`. */
function shortId(id: string): string {
  return id.length > 20 ? `${id.slice(0, 19)}…` : id;
}

/** The lines of an event for standard error. */
function formatNotice(event: Event, { quiet, verbose, color }: ReporterOptions): readonly string[] {
  switch (event.kind) {
    case "warning": {
      const where = event.server === undefined ? "" : `[${event.server}] `;
      return [
        `${where}${paint("Warning:", 33, color)} ${event.message}`,
        ...hintLines(event.hint, color),
      ];
    }
    case "error": {
      const where = event.server === undefined ? "" : `[${event.server}] `;
      const details = event.details.map((line) => `    ${line}`);
      return [
        `${where}${paint("Error:", 31, color)} ${event.message}`,
        ...details,
        ...hintLines(event.hint, color),
      ];
    }
    case "switched back":
      return [`[${event.server}] Switched back to the old version: ${event.reason}`];
    case "undoing":
      return quiet ? [] : [`[${event.server}] Putting everything back as it was...`];
    case "undone":
      return quiet ? [] : [`[${event.server}] ${formatUndone(event)}`];
    case "waiting for lock":
      return quiet
        ? []
        : [`[${event.server}] Waiting for a deployment by ${event.owner} on ${event.host}...`];
    case "watched":
      return verbose || (!event.judged && !quiet) ? [formatWatched(event)] : [];
    case "deployed":
      return quiet ? [] : [`[${event.server}] ${formatDurations(event.receipt.durations)}`];
    case "step":
      return verbose ? [`[${event.server}] ${event.phase}: ${event.step} (${event.cause})`] : [];
    default:
      return formatImageNotice(event, { quiet, verbose });
  }
}

function formatWatched(
  { server, requests, failed, judged }: Extract<Event, { readonly kind: "watched" }>,
): string {
  const what = requests === 1 ? "request" : "requests";
  const counted = `${requests} ${what} to the new version, ${failed} failed`;
  return `[${server}] ${judged ? `Watched: ${counted}` : `Watched: ${counted}; too few to judge`}`;
}

function hintLines(hint: string | undefined, color: boolean): readonly string[] {
  return hint === undefined
    ? []
    : hint.split("\n").map((line) => `  ${paint("→", 36, color)} ${line}`);
}

function paint(text: string, code: number, color: boolean): string {
  return color ? `\u001b[${code}m${text}\u001b[0m` : text;
}
