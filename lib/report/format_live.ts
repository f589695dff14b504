/**
 * Prints what a command is doing at this moment, as a small block of lines.
 *
 * Pure: a state and the time give the lines. The rule: one line says what goes on and since when, the
 * indented ones below how far it is; what waits is named before what is done.
 *
 * @module
 */
import { formatBytes } from "./format_bytes.ts";
import type { Activity, Job, LiveState, ReplicaProgress } from "./live_state.ts";
import { countLayers, type PullProgress } from "./pull_progress.ts";
import { cutLine, lineWidth, type Span, span, type StyledLine } from "./styled_line.ts";

/** How much is shown, and when. */
export interface LiveFormat {
  readonly nowMs: number;
  readonly columns: number;
}

/** Milliseconds that each frame of the moving sign is shown. */
export const FRAME_MS = 100;

const FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
/** Lines of a job below its first one. */
const MOST_DETAILS = 6;

/** The lines of everything that goes on. */
export function formatLive(state: LiveState, format: LiveFormat): readonly StyledLine[] {
  const servers = new Set(state.map(({ server }) => server));
  return state.filter((job) => !isBlocked(job, state)).flatMap((job) => [
    formatHead(job, servers.size > 1, format),
    ...formatDetails(job, format).map((line) => [span("  "), ...line]),
  ]);
}

/** An app that has not begun yet waits for the setup of its server, which tells more. */
function isBlocked({ server, app, activity }: Job, state: LiveState): boolean {
  return app !== undefined && activity.kind === "words" &&
    state.some((other) => other.server === server && other.app === undefined);
}

/** What goes on is cut where the terminal is narrow; since when, is not. */
function formatHead(job: Job, withServer: boolean, { nowMs, columns }: LiveFormat): StyledLine {
  const frame = FRAMES[Math.floor(nowMs / FRAME_MS) % FRAMES.length] ?? "";
  const where = withServer ? ` on ${job.server}` : "";
  const start = [
    span(`${frame} `, "accent"),
    span(job.app === undefined ? `${job.server}: ` : `${job.app}${where}: `, "bold"),
  ];
  const end = span(` · ${seconds(nowMs - job.sinceMs)}`, "dim");
  const room = columns - 1 - lineWidth([...start, end]);
  return [...start, ...cutLine([span(describeActivity(job, nowMs))], Math.max(1, room)), end];
}

function describeActivity({ activity, heardMs }: Job, nowMs: number): string {
  switch (activity.kind) {
    case "words":
      return activity.text;
    case "building":
      return "building the image";
    case "pulling":
      return `pulling ${activity.image}`;
    case "sending":
      return `sending ${activity.image}`;
    case "checking":
      return describeChecking(activity.replicas);
    case "watching":
      return `watching the new version, ${left(activity.leftMs, nowMs - heardMs)}`;
    case "draining":
      return `draining the old version, ${describeWaiting(activity)}, ${
        left(activity.leftMs, nowMs - heardMs)
      }`;
    case "stopping": {
      const [first, ...others] = activity.containers;
      return others.length === 0
        ? `stopping ${first?.name}`
        : `stopping ${others.length + 1} containers`;
    }
  }
}

function describeChecking(replicas: readonly ReplicaProgress[]): string {
  if (replicas.length === 1) return "waiting until the new version is healthy";
  const healthy = replicas.filter(({ doneMs }) => doneMs !== undefined).length;
  return `waiting until all are healthy, ${healthy} of ${replicas.length}`;
}

function describeWaiting(
  { inFlight, streams }: Extract<Activity, { readonly kind: "draining" }>,
): string {
  const parts = [
    ...(inFlight > 0 || streams === 0 ? [count(inFlight, "request")] : []),
    ...(streams > 0 ? [count(streams, "stream")] : []),
  ];
  return parts.join(", ");
}

function formatDetails(job: Job, format: LiveFormat): readonly StyledLine[] {
  const { activity, sinceMs, heardMs } = job;
  const sinceMsAgo = format.nowMs - sinceMs;
  switch (activity.kind) {
    case "words":
      return [];
    case "building":
      return activity.line === "" ? [] : [[span(activity.line, "dim")]];
    case "pulling":
      return [formatPull(activity.progress, format)];
    case "sending":
      return [formatSending(activity, sinceMsAgo, format)];
    case "checking":
      return formatReplicas(activity.replicas, (replica) => [
        span("waiting", "warn"),
        span(replica.reason === undefined ? "" : `: ${replica.reason}`),
        span(`, ${left(activity.budgetMs, sinceMsAgo)}`, "dim"),
      ]);
    case "watching": {
      const { requests, failed } = activity;
      const style = failed === 0 ? "plain" : "bad";
      return [[span(`${count(requests, "request")}, `), span(`${failed} failed`, style)]];
    }
    case "draining":
      return formatOldest(activity, format.nowMs - heardMs);
    case "stopping":
      return formatReplicas(activity.containers, ({ budgetMs = 0 }) => [
        span(`got SIGTERM, ${left(budgetMs, sinceMsAgo)}`, "dim"),
      ]);
  }
}

function formatPull(progress: PullProgress, { columns }: LiveFormat): StyledLine {
  const { total, downloaded, done } = countLayers(progress);
  if (total === 0) return [span(progress.line, "dim")];
  const unpacking = downloaded > done ? `, ${downloaded - done} to unpack` : "";
  // Half of a layer's work is to bring it, half to unpack it.
  const share = (downloaded + done) / (2 * total);
  return [...formatBar(share, columns), span(` ${done} of ${count(total, "layer")}${unpacking}`)];
}

function formatSending(
  { sentBytes, totalBytes }: Extract<Activity, { readonly kind: "sending" }>,
  sinceMs: number,
  { columns }: LiveFormat,
): StyledLine {
  const share = totalBytes > 0 ? Math.min(1, sentBytes / totalBytes) : 0;
  const perSecond = sinceMs > 0 ? sentBytes / (sinceMs / 1000) : 0;
  // The first second tells nothing of the next ones.
  const rate = sinceMs < 1_000 || perSecond === 0
    ? ""
    : `, ${formatBytes(perSecond)}/s, ${left((totalBytes - sentBytes) / perSecond * 1000, 0)}`;
  return [
    ...formatBar(share, columns),
    span(` ${Math.floor(share * 100)} % `),
    span(`${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}${rate}`, "dim"),
  ];
}

/** @param share 0 to 1. */
function formatBar(share: number, columns: number): readonly Span[] {
  const width = Math.max(8, Math.min(24, columns - 50));
  const full = Math.round(share * width);
  return [span("█".repeat(full), "accent"), span("░".repeat(width - full), "dim")];
}

/** Those that wait by name; those that are done by name where there is room for them. */
function formatReplicas(
  replicas: readonly ReplicaProgress[],
  describe: (replica: ReplicaProgress) => StyledLine,
): readonly StyledLine[] {
  const nameWidth = Math.max(...replicas.map(({ name }) => name.length));
  const line = (replica: ReplicaProgress): StyledLine => [
    span(`${replica.name.padEnd(nameWidth)}  `),
    ...(replica.doneMs === undefined
      ? describe(replica)
      : [span("✓", "good"), span(` ${seconds(replica.doneMs)}`, "dim")]),
  ];
  if (replicas.length <= MOST_DETAILS) return replicas.map(line);
  const done = replicas.filter(({ doneMs }) => doneMs !== undefined);
  // Those that told why they wait say more than those that were only started.
  const waiting = replicas.filter(({ doneMs }) => doneMs === undefined)
    .sort((a, b) => Number(a.reason === undefined) - Number(b.reason === undefined));
  const room = MOST_DETAILS - (done.length > 0 ? 1 : 0);
  const shown = waiting.length > room ? room - 1 : waiting.length;
  const more = waiting.length - shown;
  return [
    ...(done.length > 0 ? [[span(`✓ ${done.length} of ${replicas.length}`, "good")]] : []),
    ...waiting.slice(0, shown).map(line),
    ...(more > 0 ? [[span(`… and ${more} more`, "dim")]] : []),
  ];
}

function formatOldest(
  { oldest, inFlight, streams }: Extract<Activity, { readonly kind: "draining" }>,
  sinceMs: number,
): readonly StyledLine[] {
  const shown = oldest.slice(0, MOST_DETAILS - 1);
  const more = inFlight + streams - shown.length;
  const lines: readonly StyledLine[] = shown.map(({ method, path, ageMs, kind }) => [
    span(`${wholeSeconds(ageMs + sinceMs).padStart(6)}  `, "dim"),
    span(`${method} ${path}`),
    span(kind === "request" ? "" : `  ${kind}`, "dim"),
  ]);
  return more > 0 && shown.length > 0
    ? [...lines, [span(`        … and ${more} more`, "dim")]]
    : lines;
}

/** `2 s left`, of a time that was told `agoMs` ago. */
function left(leftMs: number, agoMs: number): string {
  return `${Math.ceil(Math.max(0, leftMs - agoMs) / 1000)} s left`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function wholeSeconds(ms: number): string {
  return `${Math.floor(ms / 1000)} s`;
}
