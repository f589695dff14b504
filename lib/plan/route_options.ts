/**
 * Says how the proxy shall treat an app: its route's options, endpoints and health check.
 *
 * Pure. The rule: a health check looks like real traffic, with the app's first host.
 *
 * @module
 */
import type { Endpoint, HealthOptions, RouteOptions, WatchOptions } from "../../proxy/api.ts";
import type { Image } from "../docker/types.ts";
import type { ResolvedApp } from "../resolve/resolve_app.ts";
import type { CheckedReplica, Phase, PlannedHealth, Step } from "./types.ts";

/** How long an app that nothing else can check has to run without an exit, in milliseconds. */
const RUNNING_MS = 5_000;

/** The options of the app's route. */
export function routeOptions(app: ResolvedApp): RouteOptions {
  const { proxy } = app.config;
  return {
    hosts: proxy?.hosts ?? [],
    path: proxy?.path ?? "/",
    forwardHeaders: proxy?.forwardHeaders ?? false,
    health: healthOptions(app),
    ...(proxy?.responseTimeoutMs === undefined
      ? {}
      : { responseTimeoutMs: proxy.responseTimeoutMs }),
    ...(proxy?.maxBodyBytes === undefined ? {} : { maxBodyBytes: proxy.maxBodyBytes }),
  };
}

/** How the app's replicas are checked over HTTP. */
export function healthOptions(
  app: Pick<ResolvedApp, "config" | "port" | "healthPort">,
): HealthOptions {
  const { healthCheck, proxy } = app.config;
  const host = proxy?.hosts.find((name) => !name.startsWith("*"));
  return {
    // Beside a command, the proxy asks for a path only where one is given.
    ...(healthCheck.command === undefined || healthCheck.explicit
      ? { path: healthCheck.path }
      : {}),
    intervalMs: healthCheck.intervalMs,
    timeoutMs: healthCheck.timeoutMs,
    retries: healthCheck.retries,
    proto: "http",
    ...(app.healthPort === undefined || app.healthPort === app.port
      ? {}
      : { port: app.healthPort }),
    ...(host === undefined ? {} : { host }),
  };
}

/** How a deployment finds out that the replicas are healthy. */
export function plannedHealth(app: ResolvedApp): PlannedHealth {
  const { command, timeoutMs } = app.config.healthCheck;
  if (command !== undefined) {
    const connect = app.healthPort === undefined ? {} : { connect: healthOptions(app) };
    return { by: "command", command, timeoutMs, ...connect };
  }
  if (app.healthPort !== undefined) return { by: "proxy", options: healthOptions(app) };
  return imageHealth(app.image);
}

/** How a container that nothing asks over HTTP is found to be healthy. */
export function imageHealth(image: Image): PlannedHealth {
  return image.hasHealthCheck ? { by: "docker" } : { by: "running", forMs: RUNNING_MS };
}

/** How long that may take since the start; Docker's first HEALTHCHECK comes after one interval. */
export function healthBudgetMs(app: ResolvedApp): number {
  const { healthTimeoutMs } = app.config.deploy;
  return plannedHealth(app).by === "docker"
    ? healthTimeoutMs + (app.image.healthCheckIntervalMs ?? 0)
    : healthTimeoutMs;
}

/** Which replicas are checked, when and why. */
export interface CheckOptions {
  readonly phase: Phase;
  readonly cause: string;
  readonly deployment: string;
  readonly replicas: readonly { readonly name: string; readonly address: string }[];
}

/** The step that waits until replicas are healthy. */
export function planCheckHealth(
  app: ResolvedApp,
  options: CheckOptions,
): Extract<Step, { readonly kind: "check-health" }> {
  const { replicas, ...base } = options;
  return {
    ...base,
    kind: "check-health",
    replicas: replicas.map(({ name, address }) => checkedReplica(app, name, address)),
    health: plannedHealth(app),
    budgetMs: healthBudgetMs(app),
  };
}

/** A replica to wait for, with the endpoint where it is checked over HTTP. */
function checkedReplica(
  app: ResolvedApp,
  container: string,
  address: string,
): CheckedReplica {
  const port = app.port ?? app.healthPort;
  return port === undefined
    ? { container }
    : { container, endpoint: { address, port, name: container } };
}

/** The endpoint of a replica that requests go to. */
export function routedEndpoint(port: number, container: string, address: string): Endpoint {
  return { address, port, name: container };
}

/** When the app's next generation counts as failed. */
export function watchOptions(app: ResolvedApp): WatchOptions {
  const { watchMs, watchMinFailures, watchMinShare } = app.config.deploy;
  return { durationMs: watchMs, minFailures: watchMinFailures, minShare: watchMinShare };
}
