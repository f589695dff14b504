/**
 * `luma deploy [app…]`: brings new versions into use, without losing a request.
 *
 * The rule: apps one after the other in the order of the file; the first failure stops the rest.
 *
 * @module
 */
import { chooseVersion } from "../config/choose_version.ts";
import type { AppConfig, Config, ServerConfig } from "../config/types.ts";
import { findUnsupported } from "../config/find_unsupported.ts";
import { formatProblems } from "../config/format_problems.ts";
import type { DockerInfo, Image } from "../docker/types.ts";
import { UsageError } from "../error.ts";
import { findHosts } from "../plan/find_obstacles.ts";
import { findDisk } from "../plan/find_shortages.ts";
import { refuseAll } from "../plan/obstacle.ts";
import { readAppState } from "../state/app_state.ts";
import { observeServer } from "../state/observe_server.ts";
import { describeProxyWarnings } from "../state/proxy_warnings.ts";
import { observeServerFacts } from "../state/server_facts.ts";
import type { ServerState } from "../state/types.ts";
import { build, checkBuild, isBuilt } from "./bring_build.ts";
import type { CommandContext } from "./context.ts";
import { deployApp, type DeployHooks } from "./deploy_app.ts";
import { deployServices, type DeployServicesOptions, reportRemoved } from "./deploy_services.ts";
import { withPartLocks } from "./part_lock.ts";
import { prepareServer } from "./prepare_server.ts";
import { selectTargets } from "./select_targets.ts";
import { monotonicNow, openSession, serverOf, type Session } from "./session.ts";

/** What is deployed, and how. */
export interface DeployOptions {
  /** Names of apps and services. None: all apps. */
  readonly apps: readonly string[];
  /** All services are brought to what luma.yml says, as if each were named. */
  readonly services?: boolean;
  /** Deploy also where nothing changed. */
  readonly force: boolean;
  /** Build nothing: apps that are built are deployed with the image that was built last. */
  readonly skipBuild?: boolean;
  /** The tag to deploy, instead of those of the apps' images in luma.yml. */
  readonly version?: string;
  /** Checks of a script that uses luma as a module. */
  readonly hooks?: DeployHooks;
  /** Decides what is deployed, if anything. */
  readonly look?: DeployLook;
  /** Takes each server as it was found, before it is changed. */
  readonly onState?: (state: ServerState, server: ServerConfig) => void;
  /** Whether an app whose lock is held is waited for; unless given, where nothing is to be decided. */
  readonly patient?: boolean;
}

/** Looks at a server, with the app's lock held. @returns The image to deploy; none: leave all as it is. */
export type DeployLook = (
  session: Session,
  state: ServerState,
  context: CommandContext,
) => Promise<Image | undefined>;

/** Deploys the named apps, when the services that they need are there; and the named services. */
export async function deploy(options: DeployOptions, context: CommandContext): Promise<void> {
  const selected = selectDeployed(options, context.config);
  const { apps, services } = selected;
  refuseUnsupported(apps, context);
  if (options.skipBuild !== true) await checkBuilds(selected, context);
  try {
    await deployServices(services, context);
  } catch (error) {
    reportNotDeployed(apps, context);
    throw error;
  }
  const told = new Set<string>();
  const onState = (state: ServerState, server: ServerConfig) => {
    if (!told.has(server.name)) reportRemoved(server, state, context);
    told.add(server.name);
  };
  for (const [index, app] of apps.entries()) {
    try {
      await deployToServer(app, { ...options, onState }, context);
    } catch (error) {
      reportNotDeployed(apps.slice(index + 1), context);
      throw error;
    }
  }
}

/**
 * What a build would miss is known before anything is contacted.
 *
 * Services that were not named are built only where they are missing, and looked at then.
 */
async function checkBuilds(
  { apps, services: { named } }: ReturnType<typeof selectDeployed>,
  context: CommandContext,
): Promise<void> {
  const services = context.config.services.filter(({ name }) => named.includes(name));
  for (const container of [...services, ...apps]) {
    if (isBuilt(container)) await checkBuild(container, context);
  }
}

/** The apps, and what is to be done with the services of the project. */
export function selectDeployed(
  { apps: names, services = false, force, version, skipBuild = false }: Omit<
    DeployOptions,
    "hooks" | "look"
  >,
  config: Config,
): { readonly apps: readonly AppConfig[]; readonly services: DeployServicesOptions } {
  const targets = selectTargets(config, names);
  const named = services ? config.services : names.length === 0 ? [] : targets.services;
  return {
    apps: version === undefined ? targets.apps : chooseVersion(targets.apps, version),
    services: {
      named: named.map(({ name }) => name),
      // Without a name everything of the project shall run, also where it has no apps.
      others: targets.apps.length > 0 || names.length === 0,
      force,
      ...(skipBuild && { skipBuild }),
    },
  };
}

/** The first failure stops the rest: a person has to know which ones that are. */
function reportNotDeployed(apps: readonly AppConfig[], { report }: CommandContext): void {
  const names = apps.map(({ name }) => name);
  if (names.length === 0) return;
  report({
    kind: "warning",
    message: `Not deployed, because what comes before failed: ${names.join(", ")}`,
    hint: `When that is mended: luma deploy ${names.join(" ")}`,
  });
}

/** Refuses what this version would do differently from what luma.yml says. */
export function refuseUnsupported(
  apps: readonly AppConfig[],
  { config, report }: CommandContext,
): void {
  const found = findUnsupported(config, apps.map(({ name }) => name));
  if (found.length > 0) {
    throw new UsageError(
      formatProblems(found),
      "Take it out of luma.yml, or wait for a version that has it",
    );
  }
  for (const { line, path, message, fix } of config.warnings) {
    report({
      kind: "warning",
      message: `luma.yml:${line} ${path}: ${message}`,
      ...(fix === undefined ? {} : { hint: fix }),
    });
  }
}

/**
 * Deploys one app on its server.
 *
 * @throws {LockHeldError} When another deployment holds the app's lock.
 */
export async function deployToServer(
  app: AppConfig,
  options: DeployOptions,
  context: CommandContext,
): Promise<void> {
  const server = serverOf(context.config, app);
  const session = openSession(server);
  try {
    await deployLocked(app, { ...options, server, session }, context);
  } finally {
    await session.runner.close();
  }
}

async function deployLocked(
  app: AppConfig,
  options: DeployOptions & { readonly server: ServerConfig; readonly session: Session },
  context: CommandContext,
): Promise<void> {
  const { report, signal } = context;
  const { session, server, force, hooks = {}, look, skipBuild = false } = options;
  const startedAtMs = monotonicNow();
  const begin = () =>
    report({ kind: "deploying", server: server.name, app: app.name, replicas: app.replicas });
  if (look === undefined) begin();
  const [docker, facts] = await Promise.all([
    session.docker.info(signal),
    observeServerFacts(session.runner, { mode: "write", signal }),
  ]);
  // Before the lock, so that nobody waits for it, and before anything is set up.
  const built = isBuilt(app) && look === undefined && !skipBuild
    ? await build(app, { server: server.name, engine: docker }, context)
    : undefined;
  const parts = [{ name: app.name, patient: options.patient ?? look === undefined }];
  await withPartLocks({ session, home: facts.home, parts }, context, async (guarded, held) => {
    const image = look &&
      await look(guarded, await observe({ session: guarded, docker, app }, held), held);
    if (look !== undefined && image === undefined) return;
    if (look !== undefined) begin();
    const { onState } = options;
    const state = await observePrepared({ app, session, guarded, docker, server, onState }, held);
    reportLoss(app, state, held);
    const known = { ...(image && { image }), ...(built && { built }), skipBuild };
    await deployApp(app, { session: guarded, state, force, startedAtMs, hooks, ...known }, held);
  });
}

/** What the proxy says of itself, where it has forgotten the app. `luma status` always tells it. */
function reportLoss(app: AppConfig, state: ServerState, { config, report }: CommandContext): void {
  const { active, route } = readAppState(state, config.name, app.name);
  if (active === undefined || route !== undefined) return;
  const base = { server: state.server, app: app.name };
  for (const message of describeProxyWarnings(state)) report({ kind: "warning", ...base, message });
}

interface Prepared {
  readonly app: AppConfig;
  readonly server: ServerConfig;
  /** Setting up has a lock of its own. */
  readonly session: Session;
  readonly guarded: Session;
  readonly docker: DockerInfo;
  readonly onState: DeployOptions["onState"];
}

/** The server as it is once network and proxy are there. */
async function observePrepared(
  { app, server, session, guarded, docker, onState }: Prepared,
  context: CommandContext,
): Promise<ServerState> {
  const { config, report, signal } = context;
  const state = await observe({ session: guarded, docker, app }, context);
  onState?.(state, server);
  // Before anything is made for an app that cannot be deployed.
  const hosts = findHosts({ project: config.name, config: app }, state);
  refuseAll([...hosts, ...findDisk(state)], { apps: [app.name], server: server.name });
  const setup = await prepareServer(session, state, {
    project: config.name,
    proxy: config.proxy,
    isLocal: server.kind === "local",
    upgrade: false,
    report,
    signal,
  });
  if (setup === undefined) return state;
  if (setup.length > 0) report({ kind: "setup done", server: server.name, changed: true });
  return await observe({ session: guarded, docker, app }, context);
}

interface Observed {
  readonly session: Session;
  readonly docker: DockerInfo;
  readonly app: AppConfig;
}

async function observe(
  { session, docker, app: { ports } }: Observed,
  { config: { name: project }, report, signal }: CommandContext,
): Promise<ServerState> {
  return await observeServer(session, { project, mode: "write", docker, ports, report, signal });
}
