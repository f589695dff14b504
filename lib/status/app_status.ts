/**
 * What `luma status` tells of an app on a server.
 *
 * Pure. The rule: health is what the proxy saw just now; nothing is guessed from what a deployment wrote.
 *
 * @module
 */
import type { CheckEvent, Color, Counters } from "../../proxy/api.ts";
import { omitUndefined } from "../config/omit_undefined.ts";
import type { AppConfig } from "../config/types.ts";
import { describeEnd } from "../execute/collect_evidence.ts";
import type { Lease } from "../lock/lease_script.ts";
import { parseDeploymentTime } from "../plan/deployment_id.ts";
import type { Receipt } from "../receipt/receipt.ts";
import { LABELS } from "../state/labels.ts";
import { deploymentOf, otherColor } from "../state/active_color.ts";
import type { AppState, ReplicaState } from "../state/types.ts";
import { describeRepair } from "./describe_repair.ts";

/** An app on a server, as `--json` prints it. */
export interface AppStatus {
  /** What it is, among other lines of JSON. */
  readonly kind: "status";
  /** The server's name. */
  readonly server: string;
  /** The project's name. */
  readonly project: string;
  /** The app's name. */
  readonly app: string;
  /** `degraded`: fewer replicas than wanted, or not healthy; `unreachable`: nobody can tell. */
  readonly status: "running" | "degraded" | "stopped" | "not deployed" | "unreachable";
  /** The color in use. */
  readonly active?: Color;
  /** The image that runs, as luma.yml named it. */
  readonly image?: string;
  /** Those of the color in use. */
  readonly replicas: { readonly running: number; readonly wanted: number };
  /** How many replicas each color has. */
  readonly colors: Readonly<Record<Color, number>>;
  /** None where nothing can be asked: no proxy, or an app that is not checked over HTTP. */
  readonly health?: {
    readonly healthy: number;
    readonly total: number;
    readonly errors: readonly string[];
  };
  /** Whether the proxy may still go back by itself. */
  readonly seal?: "watching" | "watched" | "confirmed";
  /** The id of the deployment that runs. */
  readonly deployment?: string;
  /** When that began, in milliseconds since the epoch. */
  readonly deployedAtMs?: number;
  /** The deployment that is under way. */
  readonly deploying?: {
    readonly owner: string;
    readonly host: string;
    readonly pid: number;
    readonly sinceMs: number;
  };
  /** What the proxy counts, of both colors; requests and failures since the last switch to each. */
  readonly traffic?: Counters;
  /** Containers of a deployment that is under way, or was interrupted. */
  readonly leftovers: readonly string[];
  /** What the next deployment does with what an interrupted one left. */
  readonly repairs: readonly string[];
  /** What a person should know. */
  readonly notes: readonly string[];
}

/** What a status is made of. */
export interface AppStatusInput {
  readonly server: string;
  readonly config: AppConfig;
  readonly state: AppState;
  /** What the proxy said to a check of the active replicas; none where it was not asked. */
  readonly checks?: readonly CheckEvent[];
  /** The newest receipt of the app, where there is one. */
  readonly receipt?: Receipt;
  /** Why the proxy could not be asked. */
  readonly proxyProblem?: string;
  /** Who holds the app's lock. */
  readonly lease?: Lease;
  /** What the proxy says of itself. */
  readonly proxyWarnings?: readonly string[];
}

/** The status of an app. */
export function describeApp(input: AppStatusInput): AppStatus {
  const { server, config, state, checks } = input;
  const active = state.active === undefined ? [] : state[state.active];
  const running = active.filter(({ container }) => container.status === "running").length;
  const health = checks === undefined ? undefined : readHealth(checks, active.length);
  const deployment = deploymentOf(active) || undefined;
  const replicas = { running, wanted: config.replicas };
  return {
    kind: "status",
    server,
    project: state.project,
    app: state.app,
    status: describeState(active.length, replicas, isReachable(input, health)),
    replicas,
    colors: { blue: state.blue.length, green: state.green.length },
    leftovers: findLeftovers(state),
    repairs: input.lease === undefined ? describeRepair(state, config) : [],
    notes: [...describeNotes(input, deployment), ...(input.proxyWarnings ?? [])],
    ...omitUndefined({
      deploying: input.lease && readLease(input.lease),
      traffic: state.route && sumTraffic(Object.values(state.route.byColor)),
      active: state.active,
      image: active[0]?.container.labels[LABELS.image],
      health,
      seal: state.route?.current.seal,
      deployment,
      deployedAtMs: deployment === undefined ? undefined : parseDeploymentTime(deployment),
    }),
  };
}

/** The status of an app on a server that could not be looked at. */
export function describeUnreachable(
  { server, project, config, reasons }: {
    readonly server: string;
    readonly project: string;
    readonly config: AppConfig;
    /** What went wrong, and what to do. */
    readonly reasons: readonly string[];
  },
): AppStatus {
  return {
    kind: "status",
    server,
    project,
    app: config.name,
    status: "unreachable",
    replicas: { running: 0, wanted: config.replicas },
    colors: { blue: 0, green: 0 },
    leftovers: [],
    repairs: [],
    notes: reasons,
  };
}

function readLease({ owner, host, pid, sinceS }: Lease): NonNullable<AppStatus["deploying"]> {
  return { owner, host, pid, sinceMs: sinceS * 1000 };
}

function sumTraffic(colors: readonly Counters[]): Counters {
  const sum = (name: keyof Counters) => colors.reduce((all, color) => all + color[name], 0);
  return {
    requests: sum("requests"),
    failed: sum("failed"),
    inFlight: sum("inFlight"),
    streams: sum("streams"),
  };
}

function findLeftovers(state: AppState): readonly string[] {
  const left = state.active === undefined
    ? [...state.blue, ...state.green]
    : state[otherColor(state.active)];
  return left.map(({ container }) => container.name);
}

function describeState(
  count: number,
  { running, wanted }: AppStatus["replicas"],
  isReachable: boolean,
): AppStatus["status"] {
  if (count === 0) return "not deployed";
  if (running === 0) return "stopped";
  return running < wanted || !isReachable ? "degraded" : "running";
}

/** Whether visitors get answers, as far as it is known. */
function isReachable(input: AppStatusInput, health: AppStatus["health"]): boolean {
  if (input.config.proxy !== undefined && input.proxyProblem !== undefined) return false;
  if (isUnknownToProxy(input)) return false;
  return health === undefined || health.healthy === health.total;
}

function readHealth(
  checks: readonly CheckEvent[],
  total: number,
): NonNullable<AppStatus["health"]> {
  const healthy = checks.filter(({ kind }) => kind === "healthy").length;
  const errors = checks.flatMap((event) =>
    event.kind === "unhealthy" ? [`${event.name}: ${event.error}`] : []
  );
  return { healthy, total, errors };
}

/** An app that shall be served, and that the proxy has no route for. */
function isUnknownToProxy({ config, state, proxyProblem }: AppStatusInput): boolean {
  return config.proxy !== undefined && proxyProblem === undefined && state.active !== undefined &&
    state.route === undefined;
}

function describeNotes(input: AppStatusInput, deployment = ""): readonly string[] {
  const { state, proxyProblem, receipt, lease } = input;
  const active = state.active === undefined ? [] : state[state.active];
  const notes = [
    ...active.flatMap(describeStop),
    ...(proxyProblem === undefined ? [] : [proxyProblem]),
  ];
  if (isUnknownToProxy(input)) {
    notes.push("the proxy does not know the app; luma deploy tells it");
  }
  const isUnsealed = state.route !== undefined && state.route.current.seal !== "confirmed";
  if (isUnsealed && lease === undefined) {
    notes.push("the newest deployment was interrupted before it was confirmed");
  }
  const back = state.route?.current.switchedBackFrom;
  // What luma itself went back for stands in its receipt.
  const isTold = receipt?.deployment === back?.deployment && receipt?.outcome === "failed";
  if (back !== undefined && !isTold) {
    notes.push(`deployment ${back.deployment} was switched back: ${back.reason}`);
  } else if (receipt?.error !== undefined && receipt.deployment > deployment) {
    notes.push(`deployment ${receipt.deployment} ${receipt.outcome}: ${receipt.error}`);
  }
  return notes;
}

/** How a replica that shall run does not. */
function describeStop({ container }: ReplicaState): readonly string[] {
  if (container.status === "running") return [];
  const end = describeEnd(container);
  return end.length > 0 ? end : [`${container.name} is ${container.status}`];
}
