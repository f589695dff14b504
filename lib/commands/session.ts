/**
 * A command's connection to one server: its runner, Docker and proxy.
 *
 * The rule: every command gets its server here, so that all treat it the same.
 *
 * @module
 */
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { AppConfig, Config, ServerConfig } from "../config/types.ts";
import { suggestName } from "../config/suggest.ts";
import { createDocker } from "../docker/create_docker.ts";
import type { Docker } from "../docker/types.ts";
import { LumaError, UsageError } from "../error.ts";
import { createProxyClient, type ProxyClient } from "../proxy_client/proxy_client.ts";
import { createLocalRunner } from "../ssh/local_runner.ts";
import type { AttachingRunner, Runner } from "../ssh/runner.ts";
import { createSshRunner } from "../ssh/ssh_runner.ts";

/** A server that a command works on. */
export interface Session {
  readonly runner: Runner;
  readonly docker: Docker;
  readonly proxy: ProxyClient;
}

/** One of its own: a command can be given this process's streams there. */
export interface OpenSession extends Session {
  readonly runner: AttachingRunner;
}

/** Connects to a server; nothing is sent yet. `LUMA_SSH_CONFIG` names a file to use for `~/.ssh/config`. */
export function openSession(server: ServerConfig, env: Environment = process.env): OpenSession {
  const runner = openRunner(server, env["LUMA_SSH_CONFIG"]);
  return { ...sessionOver(runner), runner };
}

function openRunner(server: ServerConfig, configFile: string | undefined): AttachingRunner {
  if (server.kind === "local") return createLocalRunner({ server: server.name });
  return createSshRunner({ server, ...(configFile === undefined ? {} : { configFile }) });
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The same server through another runner, as one that checks a lock first. */
export function sessionOver(runner: Runner): Session {
  const docker = createDocker(runner);
  return { runner, docker, proxy: createProxyClient({ docker }) };
}

/** The server of an app. */
export function serverOf(config: Config, app: AppConfig): ServerConfig {
  const server = config.servers.find(({ name }) => app.servers.includes(name));
  if (server !== undefined) return server;
  throw new LumaError(`Cannot find the server of "${app.name}" in ${config.file}`, { exitCode: 1 });
}

/**
 * The named apps in the order of the file; all of them where no name is given.
 *
 * @throws {UsageError} For a name that no app has.
 */
export function selectApps(config: Config, names: readonly string[]): readonly AppConfig[] {
  const known = config.apps.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const closest = suggestName(unknown, known);
    throw new UsageError(
      `Unknown app "${unknown}" in ${config.file}`,
      closest === undefined
        ? `Its apps are: ${known.join(", ") || "none"}`
        : `Did you mean "${closest}"?`,
    );
  }
  return names.length === 0 ? config.apps : config.apps.filter(({ name }) => names.includes(name));
}

/** Waits, and is rejected with the signal's reason when that is aborted. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** A clock that only goes forward, in milliseconds. */
export function monotonicNow(): number {
  return performance.now();
}
