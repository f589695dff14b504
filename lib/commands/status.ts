/**
 * `luma status [app…]`: what runs, as it is now. It changes nothing.
 *
 * The rule: the replicas' health is asked of the proxy at this moment.
 *
 * @module
 */
import type { CheckEvent } from "../../proxy/api.ts";
import { omitUndefined } from "../config/omit_undefined.ts";
import type { AppConfig } from "../config/types.ts";
import { type AppStatus, describeApp } from "../status/app_status.ts";
import { formatStatus } from "../status/format_status.ts";
import { defaultPort } from "../resolve/resolve_app.ts";
import { healthOptions, routedEndpoint } from "../plan/route_options.ts";
import { readNewestReceipt, receiptFolder } from "../receipt/store_receipts.ts";
import { describeProxyWarnings } from "../state/proxy_warnings.ts";
import { readAppState } from "../state/app_state.ts";
import { observeServer } from "../state/observe_server.ts";
import type { AppState, ServerState } from "../state/types.ts";
import type { CommandContext } from "./context.ts";
import { findRemoved } from "./deploy_services.ts";
import { selectTargets } from "./select_targets.ts";
import { openSession, serverOf, type Session } from "./session.ts";
import { showServices } from "./show_services.ts";

/** Prints the status of the named apps and services; of all where no name is given. */
export async function status(names: readonly string[], context: CommandContext): Promise<void> {
  const { config, print, json, signal } = context;
  const targets = selectTargets(config, names);
  for (const server of config.servers) {
    const here = targets.apps.filter((app) => serverOf(config, app) === server);
    const services = targets.services.filter(({ servers }) => servers.includes(server.name));
    if (here.length === 0 && services.length === 0) continue;
    const session = openSession(server);
    try {
      const state = await observeServer(session, { project: config.name, mode: "read", signal });
      for (const app of here) {
        const found = await observeApp(app, { session, state }, context);
        print(json ? JSON.stringify(found) : formatStatus(found, state.facts.nowMs));
      }
      const removed = names.length === 0 ? findRemoved(server, state, config) : [];
      showServices({ state, services, removed }, context);
    } finally {
      await session.runner.close();
    }
  }
}

interface Observed {
  readonly session: Session;
  readonly state: ServerState;
}

async function observeApp(
  app: AppConfig,
  observed: Observed,
  { config, signal }: CommandContext,
): Promise<AppStatus> {
  const { state: server, session } = observed;
  const state = readAppState(server, config.name, app.name);
  const proxyProblem = describeProxyProblem(app, server);
  const checks = proxyProblem === undefined
    ? await checkReplicas(app, { state, session }, signal)
    : undefined;
  const folder = receiptFolder(server.facts.home, config.name, app.name);
  const receipt = await readNewestReceipt(session.runner, folder, signal);
  return describeApp({
    server: server.server,
    config: app,
    state,
    proxyWarnings: describeProxyWarnings(server),
    ...omitUndefined({ checks, receipt, proxyProblem }),
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
