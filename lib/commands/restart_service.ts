/**
 * Restarts a service in place, and waits until it is back.
 *
 * The rule: a service has one container; that it is away for a moment is said before it is.
 *
 * @module
 */
import type { ServiceConfig } from "../config/types.ts";
import type { Container } from "../docker/types.ts";
import { describeEnd } from "../execute/collect_evidence.ts";
import { DeploymentError } from "../execute/types.ts";
import { acquireLease } from "../lock/lease_lock.ts";
import { identifyProcess, isProcessAlive } from "../lock/this_process.ts";
import { readServiceState } from "../service/service_state.ts";
import { observeServer } from "../state/observe_server.ts";
import { lockPath } from "../state/server_names.ts";
import type { ServerState } from "../state/types.ts";
import type { CommandContext } from "./context.ts";
import { nothingThere, type Part, serversOf } from "./select_containers.ts";
import { monotonicNow, openSession, type Session, sessionOver, wait } from "./session.ts";

/** One that runs for so long without a HEALTHCHECK is back. */
const STEADY_MS = 2_000;
const LOOK_EVERY_MS = 250;

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
  const { config, signal } = context;
  const { name } = service;
  const { current } = readServiceState(state, config.name, name);
  if (current === undefined) throw nothingThere({ kind: "service", name }, state);
  const lock = await acquireLease(session.runner, {
    ...identifyProcess(),
    file: lockPath(state.facts.home, config.name, name),
    subject: name,
    action: `restart "${name}" on`,
    isAlive: isProcessAlive,
    signal,
  });
  try {
    const held = { ...context, signal: AbortSignal.any([signal, lock.lost]) };
    await restartContainer(current.name, { service, session: sessionOver(lock.runner) }, held);
  } finally {
    await lock.release();
  }
}

async function restartContainer(
  name: string,
  { service, session: { docker } }: {
    readonly service: ServiceConfig;
    readonly session: Session;
  },
  { report, signal }: CommandContext,
): Promise<void> {
  const base = { server: docker.server, app: service.name };
  const { stopTimeoutMs, healthTimeoutMs } = service.deploy;
  report({ kind: "restarting", ...base });
  const startedMs = monotonicNow();
  const { killed } = await docker.gracefulShutdown(name, stopTimeoutMs, signal);
  // Once stopped it has to run again, whoever interrupts.
  await docker.startContainer(name);
  await waitUntilBack(name, { docker, withinMs: healthTimeoutMs }, signal);
  if (killed) {
    report({
      kind: "warning",
      ...base,
      message: `${name} did not end within ${stopTimeoutMs / 1000} s of SIGTERM and was killed`,
    });
  }
  report({ kind: "restarted", ...base, awayMs: monotonicNow() - startedMs });
}

async function waitUntilBack(
  name: string,
  { docker, withinMs }: { readonly docker: Session["docker"]; readonly withinMs: number },
  signal: AbortSignal,
): Promise<void> {
  const startedMs = monotonicNow();
  while (true) {
    const [now] = await docker.inspectContainers([name], signal);
    const sinceMs = monotonicNow() - startedMs;
    if (now?.status === "running") {
      if (now.health === "healthy") return;
      if (now.health === undefined && sinceMs >= STEADY_MS) return;
    }
    const isOver = now === undefined || now.status === "exited" || now.health === "unhealthy" ||
      sinceMs > Math.max(withinMs, STEADY_MS);
    if (isOver) throw await notBackError(name, now, docker);
    await wait(LOOK_EVERY_MS, signal);
  }
}

async function notBackError(
  name: string,
  now: Container | undefined,
  docker: Session["docker"],
): Promise<DeploymentError> {
  const lines = now === undefined ? [] : await docker.containerLogs(name, 20);
  const state = now?.health ?? now?.status ?? "gone";
  return new DeploymentError(`${name} did not come back on ${docker.server}: it is ${state}`, {
    hint: "Its last log lines are above",
    evidence: [
      ...(now === undefined ? [] : describeEnd(now)),
      ...lines.map((line) => `${name} | ${line}`),
    ],
  });
}
