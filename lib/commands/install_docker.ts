/**
 * Gives a server a Docker that answers luma's user, where it has none.
 *
 * The rule: nothing is changed where something stands in the way of one of the steps.
 *
 * @module
 */
import type { ProxyConfig, ServerConfig } from "../config/types.ts";
import { LumaError } from "../error.ts";
import type { Obstacle } from "../plan/obstacle.ts";
import type { Report } from "../report/events.ts";
import { isRootStep } from "../setup/install_script.ts";
import { type MachineState, observeMachine } from "../setup/observe_machine.ts";
import { type InstallPlan, planInstall } from "../setup/plan_install.ts";
import { type InstallEffects, runInstall } from "../setup/run_install.ts";
import { formatLogin } from "../ssh/login_line.ts";
import { observeServerFacts } from "../state/server_facts.ts";
import { monotonicNow, openSession, type Session, wait } from "./session.ts";
import { withSetupLock } from "./setup_lock.ts";

/** What the server is wanted for. */
export interface InstallOptions {
  readonly server: ServerConfig;
  readonly proxy: ProxyConfig;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** A server as it was found, and what has to be done before Docker answers there. */
export interface Found extends InstallPlan {
  readonly machine: MachineState;
}

/**
 * Looks at a server that may have no Docker.
 *
 * @throws {LumaError} With everything that stands in the way.
 */
export async function lookAtMachine(
  session: Session,
  { server, proxy, signal }: Omit<InstallOptions, "report">,
): Promise<Found> {
  const machine = await observeMachine(session.runner, signal);
  const plan = planInstall(machine, {
    ports: [proxy.httpPort, proxy.httpsPort],
    ...(server.kind === "ssh" ? { login: formatLogin(server, { terminal: true }) } : {}),
  });
  refuse(server.name, plan.obstacles);
  return { machine, ...plan };
}

function refuse(server: string, obstacles: readonly Obstacle[]): void {
  if (obstacles.length === 0) return;
  throw new LumaError(
    `Cannot set up ${server}: ${obstacles.map(({ message }) => message).join("; ")}`,
    { hint: obstacles.map(({ hint }) => hint).join("\n") },
  );
}

/**
 * Carries the plan out.
 *
 * @returns The connection that is to be used from now on; the former one is closed where it is another.
 */
export async function installDocker(
  session: Session,
  { machine, steps }: Found,
  options: InstallOptions,
): Promise<Session> {
  if (steps.length === 0) return session;
  const { server, report, signal } = options;
  report({ kind: "setup", server: server.name, message: describeMachine(machine) });
  const { home } = await observeServerFacts(session.runner, { mode: "write", signal });
  const effects = (over: Session): InstallEffects<Session> => ({
    session: over,
    sudo: machine.privilege === "sudo",
    now: monotonicNow,
    wait,
    report,
    ...(server.kind === "ssh"
      ? {
        reconnect: async () => {
          await session.runner.close();
          return openSession(server);
        },
      }
      : {}),
  });
  // The lock goes over the connection: it is given back before that is ended.
  await withSetupLock(
    session,
    { home, signal },
    (held, whileHeld) => runInstall(steps.filter(isRootStep), effects(held), whileHeld),
  );
  return await runInstall(
    steps.filter((step) => !isRootStep(step)),
    effects(session),
    signal,
  );
}

/** `Debian GNU/Linux 12 (bookworm), as deploy with sudo: Docker is not installed`. */
export function describeMachine(machine: MachineState): string {
  const { distribution, user, privilege } = machine;
  const how = privilege === "sudo" ? `${user} with sudo` : user;
  return `${distribution.name}, as ${how}: ${describeDocker(machine)}`;
}

function describeDocker({ docker, user, isDockerEnabled }: MachineState): string {
  switch (docker.kind) {
    case "absent":
      return "Docker is not installed";
    case "unfinished":
      return "Docker is not installed to the end";
    case "down":
      return "Docker is installed, and does not run";
    case "forbidden":
      return `Docker runs, and ${user} may not use it`;
    case "running":
      return isDockerEnabled === false
        ? "Docker runs, and does not start with the server"
        : "Docker runs";
  }
}
