/**
 * What `luma status` tells of an app on a server.
 *
 * Pure. The rule: health is what the proxy saw just now; nothing is guessed from what a deployment wrote.
 *
 * @module
 */
import type { CheckEvent, Color } from "../../proxy/api.ts";
import type { AppConfig } from "../config/types.ts";
import { parseDeploymentTime } from "../plan/deployment_id.ts";
import { deploymentOf, otherColor } from "../state/active_color.ts";
import type { AppState, ReplicaState } from "../state/types.ts";

/** An app on a server, as `--json` prints it. */
export interface AppStatus {
  readonly kind: "status";
  readonly server: string;
  readonly project: string;
  readonly app: string;
  readonly status: "running" | "degraded" | "stopped" | "not deployed";
  readonly active?: Color;
  readonly image?: string;
  readonly replicas: { readonly running: number; readonly wanted: number };
  readonly colors: Readonly<Record<Color, number>>;
  /** None where nothing can be asked: no proxy, or an app that is not checked over HTTP. */
  readonly health?: {
    readonly healthy: number;
    readonly total: number;
    readonly errors: readonly string[];
  };
  /** Whether the proxy may still go back by itself. */
  readonly seal?: "watching" | "watched" | "confirmed";
  readonly deployment?: string;
  readonly deployedAtMs?: number;
  /** Containers of an interrupted deployment. */
  readonly leftovers: readonly string[];
  readonly notes: readonly string[];
}

/** What a status is made of. */
export interface AppStatusInput {
  readonly server: string;
  readonly config: AppConfig;
  readonly state: AppState;
  /** What the proxy said to a check of the active replicas; none where it was not asked. */
  readonly checks?: readonly CheckEvent[];
  /** Why the proxy could not be asked. */
  readonly proxyProblem?: string;
}

/** The status of an app. */
export function describeApp(
  { server, config, state, checks, proxyProblem }: AppStatusInput,
): AppStatus {
  const active = state.active === undefined ? [] : state[state.active];
  const running = active.filter(({ container }) => container.status === "running").length;
  const health = checks === undefined ? undefined : readHealth(checks, active.length);
  const deployment = deploymentOf(active);
  const deployedAtMs = parseDeploymentTime(deployment);
  const leftovers = state.active === undefined
    ? [...state.blue, ...state.green]
    : state[otherColor(state.active)];
  return {
    kind: "status",
    server,
    project: state.project,
    app: state.app,
    status: describeState({
      active,
      running,
      wanted: config.replicas,
      ...(health === undefined ? {} : { health }),
    }),
    replicas: { running, wanted: config.replicas },
    colors: { blue: state.blue.length, green: state.green.length },
    leftovers: leftovers.map(({ container }) => container.name),
    notes: describeNotes(config, state, proxyProblem),
    ...(state.active === undefined ? {} : { active: state.active }),
    ...(active[0] === undefined
      ? {}
      : { image: active[0].container.labels["luma.image"] ?? active[0].container.imageRef }),
    ...(health === undefined ? {} : { health }),
    ...(state.route === undefined ? {} : { seal: state.route.current.seal }),
    ...(deployment === "" ? {} : { deployment }),
    ...(deployedAtMs === undefined ? {} : { deployedAtMs }),
  };
}

function describeState({ active, running, wanted, health }: {
  readonly active: readonly ReplicaState[];
  readonly running: number;
  readonly wanted: number;
  readonly health?: NonNullable<AppStatus["health"]>;
}): AppStatus["status"] {
  if (active.length === 0) return "not deployed";
  if (running === 0) return "stopped";
  const sick = health !== undefined && health.healthy < health.total;
  return running < wanted || sick ? "degraded" : "running";
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

function describeNotes(
  config: AppConfig,
  state: AppState,
  proxyProblem: string | undefined,
): readonly string[] {
  const notes: string[] = [];
  if (proxyProblem !== undefined) notes.push(proxyProblem);
  if (
    config.proxy !== undefined && proxyProblem === undefined && state.active !== undefined &&
    state.route === undefined
  ) {
    notes.push("the proxy does not know the app; luma deploy tells it");
  }
  const back = state.route?.current.switchedBackFrom;
  if (back !== undefined) {
    notes.push(`deployment ${back.deployment} was switched back: ${back.reason}`);
  }
  if (state.route !== undefined && state.route.current.seal !== "confirmed") {
    notes.push("the newest deployment is not confirmed: it runs now, or was interrupted");
  }
  return notes;
}
