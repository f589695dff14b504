/**
 * What a command is doing at this moment, made of the events that it reported.
 *
 * Pure: a state and an event give the next state. The rule: one job for each app on a server; an
 * event that ends a job takes it away, and one that tells nothing of it leaves it as it is.
 *
 * @module
 */
import type { DrainingRequest } from "../../proxy/api.ts";
import type { StepKind } from "../plan/types.ts";
import type { Event } from "./events.ts";
import { NO_PULL, type PullProgress, readPullLine } from "./pull_progress.ts";

/** A replica that is asked for its health, or told to end. */
export interface ReplicaProgress {
  readonly name: string;
  /** Milliseconds that it took; none: it is waited for. */
  readonly doneMs?: number;
  /** Why it is waited for. */
  readonly reason?: string;
  /** Milliseconds that it has. */
  readonly budgetMs?: number;
}

/** What a job does, with what is known of its progress. */
export type Activity =
  | { readonly kind: "words"; readonly text: string }
  /** `line`: the newest of the builder. */
  | { readonly kind: "building"; readonly line: string }
  | { readonly kind: "pulling"; readonly image: string; readonly progress: PullProgress }
  | {
    readonly kind: "sending";
    readonly image: string;
    readonly sentBytes: number;
    readonly totalBytes: number;
  }
  | {
    readonly kind: "checking";
    readonly replicas: readonly ReplicaProgress[];
    readonly budgetMs: number;
  }
  | {
    readonly kind: "watching";
    readonly leftMs: number;
    readonly requests: number;
    readonly failed: number;
  }
  | {
    readonly kind: "draining";
    readonly leftMs: number;
    readonly inFlight: number;
    readonly streams: number;
    readonly oldest: readonly DrainingRequest[];
  }
  | { readonly kind: "stopping"; readonly containers: readonly ReplicaProgress[] };

/** One thing that goes on. */
export interface Job {
  readonly server: string;
  /** An app, or a service; none: the server itself is set up. */
  readonly app?: string;
  readonly activity: Activity;
  /** When the activity began. */
  readonly sinceMs: number;
  /** When the newest event of it came. */
  readonly heardMs: number;
}

/** Everything that goes on, in the order in which it began. */
export type LiveState = readonly Job[];

/** What the steps do, while they do it. */
const STEPS: Readonly<Record<StepKind, string>> = {
  "create-replica": "creating the new replicas",
  "start-replica": "starting the new replicas",
  "check-health": "waiting until the new replicas are healthy",
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

/** The state after an event. */
export function applyEvent(state: LiveState, event: Event, nowMs: number): LiveState {
  if (event.kind === "error") return [];
  if (!("server" in event) || event.server === undefined) return state;
  const app = "app" in event ? event.app : "service" in event ? event.service : undefined;
  const { server } = event;
  const job = state.find((known) => known.server === server && known.app === app);
  const next = nextActivity(event, job?.activity);
  if (next === undefined) return state;
  const others = state.filter((known) => known !== job);
  if (next === "ended") return others;
  const isSame = job !== undefined && job.activity.kind === next.kind &&
    (next.kind !== "words" || JSON.stringify(job.activity) === JSON.stringify(next));
  const changed: Job = {
    server,
    activity: next,
    sinceMs: isSame ? job.sinceMs : nowMs,
    heardMs: nowMs,
    ...(app === undefined ? {} : { app }),
  };
  return job === undefined
    ? [...state, changed]
    : state.map((known) => known === job ? changed : known);
}

/** What goes on from this event on; none: as before. */
function nextActivity(event: Event, former: Activity | undefined): Activity | "ended" | undefined {
  switch (event.kind) {
    case "deploying":
      return words(`looking at ${event.server}`);
    case "setup":
      return words(event.message);
    case "service":
      return words(event.causes.join(", "));
    case "built":
    case "sent":
      return words("looking at what has to change");
    case "step":
      return words(STEPS[event.step]);
    case "repairing":
      return words("putting in order what an interrupted deployment left");
    case "restarting":
      return words("restarting");
    case "removing":
      return words("removing");
    case "undoing":
      return words("putting everything back as it was");
    case "waiting for lock":
      return words(`waiting for a deployment by ${event.owner} on ${event.host}`);
    case "deployed":
    case "restarted":
    case "removed":
    case "unchanged":
    case "left alone":
    case "setup done":
    case "service done":
    case "service unchanged":
    case "service put back":
      return "ended";
    default:
      return readProgress(event, former);
  }
}

/** The activity of an event that tells how far something is. */
function readProgress(event: Event, former: Activity | undefined): Activity | undefined {
  switch (event.kind) {
    case "building":
      return { kind: "building", line: event.line?.trim() ?? "" };
    case "pulling":
      return pulling(event, former);
    case "sending":
    case "watching":
    case "draining":
      return event;
    case "checking": {
      const replicas = event.containers.map((name) => ({ name }));
      return { kind: "checking", replicas, budgetMs: event.budgetMs };
    }
    case "replica waiting":
      return changeReplica(former, { name: event.container, reason: event.reason });
    case "replica healthy":
      return changeReplica(former, { name: event.container, doneMs: event.afterMs });
    case "stopping": {
      const { container: name, timeoutMs: budgetMs } = event;
      const others = former?.kind === "stopping" ? former.containers : [];
      return { kind: "stopping", containers: [...others, { name, budgetMs }] };
    }
    case "stopped":
      return changeReplica(former, { name: event.container, doneMs: event.tookMs });
    default:
      return undefined;
  }
}

function words(text: string): Activity {
  return { kind: "words", text };
}

function pulling(
  { image, line }: Extract<Event, { readonly kind: "pulling" }>,
  former: Activity | undefined,
): Activity {
  const isSame = former?.kind === "pulling" && former.image === image;
  return {
    kind: "pulling",
    image,
    progress: readPullLine(isSame ? former.progress : NO_PULL, line),
  };
}

function changeReplica(
  former: Activity | undefined,
  changed: ReplicaProgress,
): Activity | undefined {
  const change = (replicas: readonly ReplicaProgress[]) =>
    replicas.map((known) => known.name === changed.name ? { ...known, ...changed } : known);
  switch (former?.kind) {
    case "checking":
      return { ...former, replicas: change(former.replicas) };
    case "stopping":
      return { ...former, containers: change(former.containers) };
    default:
      return undefined;
  }
}
