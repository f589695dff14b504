/**
 * Brings the services of a project to their servers, before the apps that need them.
 *
 * The rule: what is missing is started, and what stands still is started again; only a service that was
 * named is replaced. Servers one after the other, services in the order of the file.
 *
 * @module
 */
import type { Config, PortConfig, ServerConfig } from "../config/types.ts";
import { refuseAll } from "../plan/obstacle.ts";
import { findServiceObstacles } from "../service/find_service_obstacles.ts";
import { releasePorts } from "../service/release_ports.ts";
import { listServices, readServiceState } from "../service/service_state.ts";
import { observeServer } from "../state/observe_server.ts";
import type { ServerState } from "../state/types.ts";
import { checkBuild, isBuilt } from "./bring_build.ts";
import { bringService } from "./bring_service.ts";
import type { CommandContext } from "./context.ts";
import type { RequestedService } from "./plan_services.ts";
import { prepareServer } from "./prepare_server.ts";
import { openSession, type Session } from "./session.ts";

/** Which services are brought. */
export interface DeployServicesOptions {
  /** Those whose changes are applied. */
  readonly named: readonly string[];
  /** Also the others of the project, as far as they are missing or stand still. */
  readonly others: boolean;
  /** Replaces the named ones also where nothing changed. */
  readonly force: boolean;
  /** Build nothing: services that are built are brought with the image that was built last. */
  readonly skipBuild?: boolean;
}

/** Brings services to every server that has one of them. */
export async function deployServices(
  options: DeployServicesOptions,
  context: CommandContext,
): Promise<void> {
  for (const server of context.config.servers) {
    const requests = requestsOn(server, options, context.config);
    if (requests.length === 0) continue;
    const session = openSession(server);
    try {
      const state = await observe(session, requests, context);
      // Where apps are, it is said when they are deployed.
      if (!hasApps(server, context.config)) reportRemoved(server, state, context);
      await bringServices(requests, { server, session, state }, context);
    } finally {
      await session.runner.close();
    }
  }
}

/** What is asked for on a server, in the order of the file. */
export function requestsOn(
  server: ServerConfig,
  { named, others, force, skipBuild = false }: DeployServicesOptions,
  { services }: Config,
): readonly RequestedService[] {
  return services
    .filter((service) => service.servers.includes(server.name))
    .filter(({ name }) => others || named.includes(name))
    .map((config) => {
      const apply = named.includes(config.name);
      return { config, apply, force: apply && force, skipBuild };
    });
}

/** A server that is reached. */
export interface ReachedServer {
  readonly server: ServerConfig;
  readonly session: Session;
  readonly state: ServerState;
}

/** Brings services to one server. */
export async function bringServices(
  requests: readonly RequestedService[],
  { server, session, state }: ReachedServer,
  context: CommandContext,
): Promise<void> {
  const { config, report, signal } = context;
  await refuseMissing(requests, state, context);
  const setup = await prepareServer(session, state, {
    project: config.name,
    proxy: config.proxy,
    isLocal: server.kind === "local",
    upgrade: false,
    networkOnly: !hasApps(server, config),
    report,
    signal,
  });
  if (setup !== undefined && setup.length > 0) {
    report({ kind: "setup done", server: server.name, changed: true });
  }
  const now = setup === undefined ? state : await observe(session, requests, context);
  for (const [index, request] of requests.entries()) {
    const free = releasePorts(now, requests.slice(0, index), config.name);
    await bringService(request, { session, state: free }, context);
  }
}

/** Before anything is made for services that cannot be started. */
async function refuseMissing(
  requests: readonly RequestedService[],
  state: ServerState,
  context: CommandContext,
): Promise<void> {
  const { name: project } = context.config;
  const missing = requests.map(({ config }) => readServiceState(state, project, config.name))
    .map(({ current, next }) => current === undefined && next === undefined);
  for (const [index, { config, skipBuild = false }] of requests.entries()) {
    if (missing[index] && isBuilt(config) && !skipBuild) await checkBuild(config, context);
  }
  const refused = requests.flatMap(({ config }, index) => {
    if (!missing[index]) return [];
    const create = { action: "create", causes: [] } as const;
    const free = releasePorts(state, requests.slice(0, index), project);
    const obstacles = findServiceObstacles(create, config, free);
    return obstacles.length === 0 ? [] : [{ name: config.name, obstacles }];
  });
  refuseAll(refused.flatMap(({ obstacles }) => obstacles), {
    apps: refused.map(({ name }) => name),
    server: state.server,
  });
}

/** Whether something of the project is there that visitors reach. */
export function hasApps(server: ServerConfig, { apps }: Pick<Config, "apps">): boolean {
  return apps.some(({ servers }) => servers.includes(server.name));
}

/** A service that luma.yml does not have any more goes on running, for it holds data. */
export function reportRemoved(
  server: ServerConfig,
  state: ServerState,
  { config, report }: CommandContext,
): void {
  for (const service of findRemoved(server, state, config)) {
    report({
      kind: "warning",
      server: server.name,
      message: `Service ${service} is not in luma.yml any more, and still there`,
      hint: `To remove it, and keep its volumes: luma remove ${service}`,
    });
  }
}

/** Services that the server has, and that luma.yml does not have there any more. */
export function findRemoved(
  server: ServerConfig,
  state: ServerState,
  { name, services }: Config,
): readonly string[] {
  const wanted = services.filter((service) => service.servers.includes(server.name));
  return listServices(state, name).filter((found) => !wanted.some((one) => one.name === found));
}

async function observe(
  session: Session,
  requests: readonly RequestedService[],
  { config: { name: project }, report, signal }: CommandContext,
): Promise<ServerState> {
  const ports = portsOf(requests);
  return await observeServer(session, { project, mode: "write", ports, report, signal });
}

/** The ports that services publish, whose holders are looked for. */
export function portsOf(requests: readonly RequestedService[]): readonly PortConfig[] {
  return requests.flatMap(({ config }) => config.ports);
}
