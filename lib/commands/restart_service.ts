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
import { observeServer } from "../state/observe_server.ts";
import { lockPath } from "../state/server_names.ts";
import type { ServerState } from "../state/types.ts";
import type { CommandContext } from "./context.ts";
import { findContainers, nothingThere, type Part, serversOf } from "./select_containers.ts";
import { monotonicNow, openSession, type Session, sessionOver, wait } from "./session.ts";

/** How long a service has for SIGTERM; a database writes what it has in memory. */
const STOP_MS = 60_000;
/** How long it may take to run, or to be healthy where its image has a HEALTHCHECK. */
const BACK_MS = 120_000;
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
      await restartLocked(part, { session, state }, context);
    } finally {
      await session.runner.close();
    }
  }
}

async function restartLocked(
  part: Part,
  { session, state }: { readonly session: Session; readonly state: ServerState },
  context: CommandContext,
): Promise<void> {
  const { config, signal } = context;
  const containers = findContainers(part, { state, project: config.name });
  if (containers.length === 0) throw nothingThere(part, { server: state.server });
  const lock = await acquireLease(session.runner, {
    ...identifyProcess(),
    file: lockPath(state.facts.home, config.name, part.name),
    subject: part.name,
    action: `restart "${part.name}" on`,
    isAlive: isProcessAlive,
    signal,
  });
  try {
    const held = { ...context, signal: AbortSignal.any([signal, lock.lost]) };
    for (const container of containers) {
      await restartContainer(container, sessionOver(lock.runner), held);
    }
  } finally {
    await lock.release();
  }
}

async function restartContainer(
  { name, labels }: Container,
  { docker }: Session,
  { report, signal }: CommandContext,
): Promise<void> {
  const server = docker.server;
  const service = labels["luma.service"] ?? name;
  report({ kind: "restarting", server, app: service });
  const startedMs = monotonicNow();
  const { killed } = await docker.gracefulShutdown(name, STOP_MS, signal);
  // Once stopped it has to run again, whoever interrupts.
  await docker.startContainer(name);
  await waitUntilBack(name, docker, signal);
  if (killed) {
    report({
      kind: "warning",
      server,
      app: service,
      message: `${name} did not end within ${STOP_MS / 1000} s of SIGTERM and was killed`,
    });
  }
  report({ kind: "restarted", server, app: service, awayMs: monotonicNow() - startedMs });
}

async function waitUntilBack(
  name: string,
  docker: Session["docker"],
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
      sinceMs > BACK_MS;
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
