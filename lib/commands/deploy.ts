/**
 * `luma deploy [app…]`: brings new versions into use, without losing a request.
 *
 * The rule: apps one after the other in the order of the file; the first failure stops the rest.
 *
 * @module
 */
import type { AppConfig, ServerConfig } from "../config/types.ts";
import { findUnsupported } from "../config/find_unsupported.ts";
import { formatProblems } from "../config/format_problems.ts";
import type { DockerInfo } from "../docker/types.ts";
import { UsageError } from "../error.ts";
import { acquireLease } from "../lock/lease_lock.ts";
import { identifyProcess, isProcessAlive } from "../lock/this_process.ts";
import { observeServer } from "../state/observe_server.ts";
import { lockPath } from "../state/server_names.ts";
import { observeServerFacts } from "../state/server_facts.ts";
import type { ServerState } from "../state/types.ts";
import type { CommandContext } from "./context.ts";
import { deployApp } from "./deploy_app.ts";
import { prepareServer } from "./prepare_server.ts";
import {
  monotonicNow,
  openSession,
  selectApps,
  serverOf,
  type Session,
  sessionOver,
} from "./session.ts";

/** What is deployed, and how. */
export interface DeployOptions {
  /** None: all apps. */
  readonly apps: readonly string[];
  /** Deploy also where nothing changed. */
  readonly force: boolean;
}

/** Deploys the named apps. */
export async function deploy(options: DeployOptions, context: CommandContext): Promise<void> {
  const { config } = context;
  const apps = selectApps(config, options.apps);
  if (apps.length === 0) {
    throw new UsageError(`Nothing to deploy: ${config.file} has no apps`, "Add one under `apps:`");
  }
  refuseUnsupported(apps, context);
  for (const app of apps) await deployToServer(app, options, context);
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

async function deployToServer(
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
  const { config, report, signal } = context;
  const { session, server } = options;
  const startedAtMs = monotonicNow();
  const base = { server: server.name, app: app.name };
  report({ kind: "deploying", ...base, replicas: app.replicas });
  const [docker, facts] = await Promise.all([
    session.docker.info(signal),
    observeServerFacts(session.runner, { mode: "write", signal }),
  ]);
  const lock = await acquireLease(session.runner, {
    ...identifyProcess(),
    file: lockPath(facts.home, config.name, app.name),
    subject: app.name,
    isAlive: isProcessAlive,
    onWait: ({ owner, host, sinceS }) =>
      report({ kind: "waiting for lock", ...base, owner, host, sinceMs: sinceS * 1000 }),
    signal,
  });
  const held = { ...context, signal: AbortSignal.any([signal, lock.lost]) };
  try {
    const guarded = sessionOver(lock.runner);
    const state = await observePrepared({ session, guarded, docker, server }, held);
    const { force } = options;
    await deployApp(app, { session: guarded, state, force, startedAtMs }, held);
  } finally {
    await lock.release();
  }
}

interface Prepared {
  readonly server: ServerConfig;
  /** Setting up has a lock of its own. */
  readonly session: Session;
  readonly guarded: Session;
  readonly docker: DockerInfo;
}

/** The server as it is once network and proxy are there. */
async function observePrepared(
  { server, session, guarded, docker }: Prepared,
  { config, report, signal }: CommandContext,
): Promise<ServerState> {
  const observe = { project: config.name, mode: "write", docker, signal } as const;
  const state = await observeServer(guarded, observe);
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
  return await observeServer(guarded, observe);
}
