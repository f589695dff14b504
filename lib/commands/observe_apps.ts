/**
 * Looks at apps on their servers, as often as is asked, over connections that are kept.
 *
 * The rule: all servers at once; one that cannot be reached keeps nothing back that others tell.
 *
 * @module
 */
import type { CheckEvent } from "../../proxy/api.ts";
import { omitUndefined } from "../config/omit_undefined.ts";
import type { AppConfig, ServerConfig, ServiceConfig } from "../config/types.ts";
import { LumaError } from "../error.ts";
import { readLease } from "../lock/read_lease.ts";
import { healthOptions, routedEndpoint } from "../plan/route_options.ts";
import { readNewestReceipt, receiptFolder } from "../receipt/store_receipts.ts";
import { defaultPort } from "../resolve/resolve_app.ts";
import { readAppState } from "../state/app_state.ts";
import { observeServer } from "../state/observe_server.ts";
import { describeProxyWarnings } from "../state/proxy_warnings.ts";
import { lockPath } from "../state/server_names.ts";
import type { AppState, ServerState } from "../state/types.ts";
import { type AppStatus, describeApp, describeUnreachable } from "../status/app_status.ts";
import { describeUnreachableService, type ServiceStatus } from "../status/service_status.ts";
import type { CommandContext } from "./context.ts";
import { findRemoved } from "./deploy_services.ts";
import { describeServices } from "./describe_services.ts";
import { selectTargets } from "./select_targets.ts";
import { openSession, serverOf, type Session } from "./session.ts";

/** What was seen of the apps of one server. */
export interface ServerLook {
  readonly server: string;
  /** In the order of the file. */
  readonly apps: readonly AppStatus[];
  /** In the order of the file. */
  readonly services: readonly ServiceStatus[];
  /** The server's clock; this machine's where the server cannot be reached. */
  readonly nowMs: number;
  /** Why it cannot be looked at. */
  readonly error?: LumaError;
}

/** Servers with connections that are kept. */
export interface Lookout {
  look(signal: AbortSignal): Promise<readonly ServerLook[]>;
  close(): Promise<void>;
}

/** Opens the servers of what `names` mean, all of the project where there is none; nothing is sent yet. */
export function openLookout(names: readonly string[], context: CommandContext): Lookout {
  const { config } = context;
  const targets = selectTargets(config, names);
  const here = config.servers.flatMap((server): readonly Here[] => {
    const apps = targets.apps.filter((app) => serverOf(config, app) === server);
    const services = targets.services.filter(({ servers }) => servers.includes(server.name));
    if (apps.length === 0 && services.length === 0) return [];
    return [{ server, apps, services, isWhole: names.length === 0, session: openSession(server) }];
  });
  return {
    look: (signal) => Promise.all(here.map((one) => lookAt(one, { ...context, signal }))),
    close: async () => void await Promise.all(here.map(({ session }) => session.runner.close())),
  };
}

interface Here {
  readonly server: ServerConfig;
  readonly apps: readonly AppConfig[];
  readonly services: readonly ServiceConfig[];
  /** Everything was asked for, also what luma.yml does not have any more. */
  readonly isWhole: boolean;
  readonly session: Session;
}

async function lookAt(here: Here, context: CommandContext): Promise<ServerLook> {
  const { config, signal } = context;
  const project = config.name;
  const server = here.server.name;
  try {
    const state = await observeServer(here.session, { project, mode: "read", signal });
    const observed = { session: here.session, state };
    const apps = await Promise.all(here.apps.map((app) => observeApp(app, observed, context)));
    const removed = here.isWhole ? findRemoved(here.server, state, config) : [];
    const services = describeServices({ state, services: here.services, removed }, config);
    return { server, apps, services, nowMs: state.facts.nowMs };
  } catch (error) {
    if (!(error instanceof LumaError) || signal.aborted) throw error;
    const hints = (error.hint ?? "").split("\n").filter((hint) => hint !== "");
    const reasons = [error.message, ...hints.map((hint) => `→ ${hint}`)];
    const base = { server, project, reasons };
    const apps = here.apps.map((app) => describeUnreachable({ ...base, config: app }));
    const services = here.services.map(({ name: service }) =>
      describeUnreachableService({ ...base, service })
    );
    return { server, apps, services, nowMs: Date.now(), error };
  }
}

interface Observed {
  readonly session: Session;
  readonly state: ServerState;
}

/** One app as it is now. */
export async function observeApp(
  app: AppConfig,
  { state: server, session }: Observed,
  { config, signal }: Pick<CommandContext, "config" | "signal">,
): Promise<AppStatus> {
  const state = readAppState(server, config.name, app.name);
  const proxyProblem = describeProxyProblem(app, server);
  const { home, nowMs } = server.facts;
  const folder = receiptFolder(home, config.name, app.name);
  const [checks, receipt, lease] = await Promise.all([
    proxyProblem === undefined ? checkReplicas(app, { state, session }, signal) : undefined,
    readNewestReceipt(session.runner, folder, signal),
    readLease(session.runner, lockPath(home, config.name, app.name), { nowMs, signal }),
  ]);
  return describeApp({
    server: server.server,
    config: app,
    state,
    proxyWarnings: describeProxyWarnings(server),
    ...omitUndefined({ checks, receipt, proxyProblem, lease }),
  });
}

function describeProxyProblem(app: AppConfig, { proxy }: ServerState): string | undefined {
  const needsProxy = app.proxy !== undefined || app.healthCheck.explicit;
  if (!needsProxy || proxy.kind === "running") return undefined;
  return proxy.kind === "absent"
    ? "luma-proxy is not there; luma setup brings it"
    : `luma-proxy does not answer: ${proxy.reason}; luma setup mends it`;
}

/** What the proxy says of each active replica; none where it is not checked over HTTP. */
async function checkReplicas(
  app: AppConfig,
  { state, session }: { readonly state: AppState; readonly session: Session },
  signal: AbortSignal,
): Promise<readonly CheckEvent[] | undefined> {
  const active = state.active === undefined ? [] : state[state.active];
  const [first] = active;
  if (first === undefined || (app.proxy === undefined && !app.healthCheck.explicit)) {
    return undefined;
  }
  const image = await session.docker.inspectImage(first.container.imageId, signal);
  const port = app.proxy?.appPort ?? app.healthCheck.port ??
    (image === undefined ? 80 : defaultPort(image));
  const events: CheckEvent[] = [];
  const endpoints = active.flatMap(({ container, address }) =>
    address === undefined ? [] : [routedEndpoint(port, container.name, address)]
  );
  const health = healthOptions({ config: app, port, healthPort: app.healthCheck.port ?? port });
  await session.proxy.call("check", { endpoints, health, budgetMs: 0, everyMs: 250 }, {
    onLine: (event) => events.push(event),
    signal,
  });
  return events;
}
