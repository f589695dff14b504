/**
 * Looks at everything about one server that the doctor's checks are about.
 *
 * The rule: it changes nothing, and what cannot be looked at is an observation, too.
 *
 * @module
 */
import process from "node:process";
import type { AppConfig, Config, ServerConfig } from "../config/types.ts";
import { inspectEngine } from "../docker/inspect_engine.ts";
import { inspectProcesses } from "../docker/inspect_processes.ts";
import { observeReach } from "../doctor/observe_reach.ts";
import { listOwnAddresses, probePort, resolveHost } from "../doctor/probe_network.ts";
import type { Inside, Observation, Trouble } from "../doctor/types.ts";
import { LumaError } from "../error.ts";
import { listLeases } from "../lock/list_leases.ts";
import { HOLDER_CONTAINER } from "../setup/types.ts";
import { resolveSshHost } from "../ssh/resolve_host.ts";
import { RunnerError } from "../ssh/runner_error.ts";
import { observeServer } from "../state/observe_server.ts";
import { observeApp } from "./observe_apps.ts";
import type { ServerTarget } from "./server_targets.ts";
import { openSession, serverOf, type Session } from "./session.ts";

/** Everything about a server. */
export async function observeForDoctor(
  target: ServerTarget,
  signal: AbortSignal,
): Promise<Observation> {
  const { server, proxy, config } = target;
  const session = openSession(server);
  const base = {
    server,
    proxy,
    ...(config === undefined ? {} : { project: config.name }),
  };
  try {
    const [known, hosts] = await Promise.all([findAddresses(server, signal), findHosts(target)]);
    const reached = await orTrouble(
      observeReach(session.runner, { known, now: Date.now, signal }),
      signal,
    );
    if ("message" in reached) return { ...base, reached, hosts };
    const [address] = known;
    const [inside, ports] = await Promise.all([
      orTrouble(lookInside(session, target, signal), signal),
      address === undefined || server.kind === "local"
        ? undefined
        : Promise.all([probePort(address, proxy.httpPort)]),
    ]);
    return { ...base, reached, hosts, inside, ...(ports === undefined ? {} : { ports }) };
  } finally {
    await session.runner.close();
  }
}

/** What `looked` found, or what went wrong; a bug stays one. */
async function orTrouble<Found>(
  looked: Promise<Found>,
  signal: AbortSignal,
): Promise<Found | Trouble> {
  try {
    return await looked;
  } catch (error) {
    if (!(error instanceof LumaError) || signal.aborted) throw error;
    const { message, hint } = error;
    return hint === undefined ? { message } : { message, hint };
  }
}

async function findAddresses(
  server: ServerConfig,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (server.kind === "local") return listOwnAddresses();
  try {
    const configFile = process.env["LUMA_SSH_CONFIG"];
    return await resolveHost(await resolveSshHost(server, { configFile, signal }));
  } catch (error) {
    // The connection itself tells why ssh cannot be used, better than this.
    if (error instanceof RunnerError || !signal.aborted) return [];
    throw error;
  }
}

async function findHosts({ server, config }: ServerTarget): Promise<Observation["hosts"]> {
  const own = appsOn(server, config).flatMap(({ name: app, proxy }) =>
    (proxy?.hosts ?? []).map((host) => ({ app, host }))
  );
  return await Promise.all(
    own.map(async (each) => ({ ...each, addresses: await resolveHost(each.host) })),
  );
}

function appsOn(server: ServerConfig, config: Config | undefined): readonly AppConfig[] {
  return config === undefined
    ? []
    : config.apps.filter((app) => serverOf(config, app).name === server.name);
}

async function lookInside(
  session: Session,
  { server, config }: ServerTarget,
  signal: AbortSignal,
): Promise<Inside> {
  const { runner } = session;
  const [engine, state] = await Promise.all([
    inspectEngine(runner, signal),
    // No project is called so: nothing of one is looked at then.
    observeServer(session, { project: config?.name ?? "", mode: "read", signal }),
  ]);
  const names = [...state.containers, ...state.proxyContainers]
    .filter(({ status, name }) => status === "running" || name === HOLDER_CONTAINER)
    .map(({ name }) => name);
  const [leases, processes, apps] = await Promise.all([
    listLeases(runner, state.facts.home, signal),
    inspectProcesses(runner, names, signal),
    Promise.all(
      appsOn(server, config).map(async (app) => ({
        config: app,
        status: config === undefined
          ? undefined
          : await observeApp(app, { session, state }, { config, signal }),
      })),
    ),
  ]);
  return {
    engine,
    state,
    leases,
    processes,
    apps: apps.flatMap(({ config: app, status }) =>
      status === undefined ? [] : [{ config: app, status }]
    ),
  };
}
