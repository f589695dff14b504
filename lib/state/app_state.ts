/**
 * Reads one app out of a server's snapshot.
 *
 * Pure. The rule: containers belong to an app by their labels, never by their names.
 *
 * @module
 */
import type { Color } from "../../proxy/api.ts";
import type { Container } from "../docker/types.ts";
import { getCurrentActiveColor } from "./active_color.ts";
import { LABELS } from "./labels.ts";
import type { AppState, ReplicaState, ServerState } from "./types.ts";

/** The name of a project's network. */
export function networkName(project: string): string {
  return `${project}-network`;
}

/** The alias that a color has until it is in use. */
export function temporaryAlias(app: string, color: Color): string {
  return `${app}-${color}-temp`;
}

/** What stands on the server of `app`, and which color of it is in use. */
export function readAppState(state: ServerState, project: string, app: string): AppState {
  const replicas = state.containers
    .filter(({ labels }) => labels[LABELS.project] === project && labels[LABELS.app] === app)
    .map((container) => readReplica(container, project, app))
    .sort((a, b) => a.replica - b.replica);
  const blue = replicas.filter(({ color }) => color === "blue");
  const green = replicas.filter(({ color }) => color === "green");
  const route = findRoute(state, project, app);
  const active = getCurrentActiveColor({
    ...(route === undefined ? {} : { routed: route.current.color }),
    blue,
    green,
  });
  return {
    project,
    app,
    blue,
    green,
    ...(route === undefined ? {} : { route }),
    ...(active === undefined ? {} : { active }),
  };
}

/** What the proxy of a server knows of an app. */
export function findRoute(state: ServerState, project: string, app: string): AppState["route"] {
  if (state.proxy.kind !== "running") return undefined;
  return state.proxy.status.routes.find((route) => route.project === project && route.app === app);
}

function readReplica(container: Container, project: string, app: string): ReplicaState {
  const attached = container.networks[networkName(project)];
  const address = attached?.configuredAddress ?? attached?.address;
  return {
    container,
    color: container.labels[LABELS.color] === "green" ? "green" : "blue",
    replica: Number(container.labels[LABELS.replica] ?? "1"),
    deployment: container.labels[LABELS.deployment] ?? "",
    holdsAlias: attached?.aliases.includes(app) ?? false,
    ...(address === undefined ? {} : { address }),
  };
}
