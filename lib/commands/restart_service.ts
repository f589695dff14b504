/**
 * Restarts a service in place, and waits until it is back.
 *
 * The rule: a service has one container; that it is away for a moment is said before it is, and what
 * was stopped is started again, whoever interrupts.
 *
 * @module
 */
import { hideSecrets } from "../config/hide_secrets.ts";
import type { ServiceConfig } from "../config/types.ts";
import type { Container, Docker } from "../docker/types.ts";
import { describeEnd } from "../execute/collect_evidence.ts";
import { LumaError } from "../error.ts";
import { DeploymentError } from "../execute/types.ts";
import { readServiceState } from "../service/service_state.ts";
import { observeServer } from "../state/observe_server.ts";
import type { ServerState } from "../state/types.ts";
import type { CommandContext } from "./context.ts";
import { withPartLocks } from "./part_lock.ts";
import { nothingThere, type Part, serversOf } from "./select_containers.ts";
import { monotonicNow, openSession, type Session, wait } from "./session.ts";

/** One that runs for so long without a HEALTHCHECK is back. */
const STEADY_MS = 2_000;
const LOOK_EVERY_MS = 250;
const LOG_LINES = 20;

/** Restarts the containers of `service` on all its servers. */
export async function restartService(
  service: ServiceConfig,
  context: CommandContext,
): Promise<void> {
  const part: Part = { kind: "service", name: service.name };
  for (const server of serversOf(context.config, [part])) {
    const session = openSession(server);
    try {
      const state = await observeServer(session, {
        project: context.config.name,
        mode: "write",
        report: context.report,
        signal: context.signal,
      });
      await restartLocked(service, { session, state }, context);
    } finally {
      await session.runner.close();
    }
  }
}

async function restartLocked(
  service: ServiceConfig,
  { session, state }: { readonly session: Session; readonly state: ServerState },
  context: CommandContext,
): Promise<void> {
  const { name } = service;
  const parts = [{ name, action: `restart "${name}" on` }];
  const { facts: { home }, docker } = state;
  await withPartLocks({ session, home, parts }, context, async (locked, inner) => {
    const project = inner.config.name;
    // Another run may have replaced it while the lock was waited for.
    const now = await observeServer(locked, {
      project,
      mode: "write",
      docker,
      report: inner.report,
      signal: inner.signal,
    });
    const container = findRestartable(name, now, project);
    await restartContainer(container.name, { service, docker: locked.docker }, inner);
  });
}

/**
 * The container of a service that can be restarted.
 *
 * @throws {LumaError} When there is none, or a replacement of it was interrupted.
 */
export function findRestartable(name: string, state: ServerState, project: string): Container {
  const { current, next } = readServiceState(state, project, name);
  // Which of the two may run is what a deployment finds out: both write to the same volumes.
  if (next !== undefined) {
    throw new LumaError(
      `Cannot restart "${name}" on ${state.server}: a replacement of it was interrupted, ` +
        `which left ${next.name}`,
      { hint: `Put it in order with: luma deploy ${name}` },
    );
  }
  if (current === undefined) throw nothingThere({ kind: "service", name }, state);
  return current;
}

/** Stops the container called `name` and starts it again, and waits until it is back. */
export async function restartContainer(
  name: string,
  { service, docker }: { readonly service: ServiceConfig; readonly docker: Docker },
  { report, signal }: Pick<CommandContext, "report" | "signal">,
): Promise<void> {
  const base = { server: docker.server, app: service.name };
  const { stopTimeoutMs } = service.deploy;
  signal.throwIfAborted();
  report({ kind: "restarting", ...base });
  const startedMs = monotonicNow();
  const killed = await stopAndStart(name, docker, stopTimeoutMs);
  await waitUntilBack(name, { service, docker }, signal);
  if (killed) {
    report({
      kind: "warning",
      ...base,
      message: `${name} did not end within ${stopTimeoutMs / 1000} s of SIGTERM and was killed`,
    });
  }
  report({ kind: "restarted", ...base, awayMs: monotonicNow() - startedMs });
}

/** Without a signal: from SIGTERM on it has to run again. @returns Whether it had to be killed. */
async function stopAndStart(name: string, docker: Docker, timeoutMs: number): Promise<boolean> {
  try {
    return (await docker.gracefulShutdown(name, timeoutMs)).killed;
  } finally {
    await docker.startContainer(name);
  }
}

async function waitUntilBack(
  name: string,
  { service, docker }: { readonly service: ServiceConfig; readonly docker: Docker },
  signal: AbortSignal,
): Promise<void> {
  const { healthTimeoutMs } = service.deploy;
  const startedMs = monotonicNow();
  while (true) {
    signal.throwIfAborted();
    const [now] = await docker.inspectContainers([name], signal);
    const sinceMs = monotonicNow() - startedMs;
    if (now?.status === "running") {
      if (now.health === "healthy") return;
      if (now.health === undefined && sinceMs >= STEADY_MS) return;
    }
    const isOver = now === undefined || now.status === "exited" || now.health === "unhealthy" ||
      sinceMs > Math.max(healthTimeoutMs, STEADY_MS);
    if (isOver) throw await notBackError(name, now, { service, docker });
    await wait(LOOK_EVERY_MS, signal);
  }
}

async function notBackError(
  name: string,
  now: Container | undefined,
  { service, docker }: { readonly service: ServiceConfig; readonly docker: Docker },
): Promise<DeploymentError> {
  const logs = now === undefined ? [] : await docker.containerLogs(name, LOG_LINES);
  const state = now?.health ?? now?.status ?? "gone";
  const secrets = Object.values(service.secrets).map((secret) => secret.reveal());
  const evidence = [
    ...(now === undefined ? [] : describeEnd(now)),
    ...logs.map((line) => `${name} | ${line}`),
  ];
  return new DeploymentError(`${name} did not come back on ${docker.server}: it is ${state}`, {
    hint: "Its last log lines are above",
    evidence: evidence.map((line) => hideSecrets(line, secrets)),
  });
}
