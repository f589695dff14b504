/**
 * Plans how a server gets a Docker that answers luma's user.
 *
 * Pure. The rule: whatever would stop it is found before the first step, and told all at once.
 *
 * @module
 */
import type { Obstacle } from "../plan/obstacle.ts";
import { formatByHand } from "./install_script.ts";
import type { InstallStep } from "./install_step.ts";
import type { MachineState } from "./observe_machine.ts";
import { explainPortUsers, findPortUsers } from "./port_users.ts";
import { HOLDER_CONTAINER } from "./types.ts";

/** What an installation will do, or what stands in its way. */
export interface InstallPlan {
  /** None where Docker answers already. */
  readonly steps: readonly InstallStep[];
  /** None where it can be done. */
  readonly obstacles: readonly Obstacle[];
}

/** What the server is wanted for. */
export interface PlanInstallOptions {
  /** Those that the proxy will publish. */
  readonly ports: readonly number[];
  /** What a person types in front of a command that is to run there: `ssh -t root@web1`; none: it is this machine. */
  readonly login?: string;
}

/** The distribution's own, what HTTPS to a registry takes, and what Docker publishes ports with. */
const PACKAGES = ["docker.io", "ca-certificates", "iptables"] as const;

/** The steps of installing Docker, and what would stop them. */
export function planInstall(machine: MachineState, options: PlanInstallOptions): InstallPlan {
  const steps = planSteps(machine);
  return {
    steps,
    obstacles: [
      ...findSystem(machine),
      ...findPrivilege(machine, steps, options),
      ...findPorts(machine, options),
    ],
  };
}

function planSteps(machine: MachineState): readonly InstallStep[] {
  const { docker, manager, user, privilege, isDockerEnabled, hasDaemonConfig } = machine;
  const start: readonly InstallStep[] = manager === "none"
    ? []
    : [{ kind: "start-docker", manager }];
  const join: readonly InstallStep[] = privilege === "root"
    ? []
    : [{ kind: "join-group", user }, { kind: "log-in-again", user }];
  const wait: InstallStep = { kind: "wait-for-docker" };
  switch (docker.kind) {
    case "running":
      // Only who is root can mend that, and Docker is there all the same.
      return isDockerEnabled === false && canBeRoot(machine) ? start : [];
    case "forbidden":
      return [...join, wait];
    case "down":
      return [...start, ...join, wait];
    case "absent":
    case "unfinished":
      return [
        { kind: "refresh-packages" },
        ...(hasDaemonConfig ? [] : [{ kind: "limit-logs" } as const]),
        { kind: "install-packages", packages: PACKAGES },
        ...start,
        ...join,
        wait,
      ];
  }
}

/** Where luma does not know how Docker is installed, or started. */
function findSystem(machine: MachineState): readonly Obstacle[] {
  const { server, docker, distribution, system, manager, hasApt } = machine;
  if (docker.kind === "running" || docker.kind === "forbidden") return [];
  const byHand = `Install Docker by hand (https://docs.docker.com/engine/install/), then: ${
    again(server)
  }`;
  const isKnown = [distribution.id, ...distribution.like].some((id) =>
    id === "debian" || id === "ubuntu"
  );
  if (docker.kind === "absent" && !(system === "Linux" && isKnown && hasApt)) {
    const why =
      `${server} runs ${distribution.name}; luma installs Docker on Debian and Ubuntu alone`;
    return [{ message: why, hint: byHand }];
  }
  if (manager !== "none") return [];
  const message = "nothing there starts services: neither systemd nor `service`";
  return [{ message, hint: `Start dockerd there by hand, then: ${again(server)}` }];
}

function findPrivilege(
  machine: MachineState,
  steps: readonly InstallStep[],
  { login }: PlanInstallOptions,
): readonly Obstacle[] {
  const { privilege, user, server } = machine;
  if (steps.length === 0 || findSystem(machine).length > 0) return [];
  switch (privilege) {
    case "root":
    case "sudo":
      return [];
    case "password":
      return [{
        message: `that takes root, and sudo wants a password from ${user}`,
        hint: `Do it once by hand, then: ${again(server)}\n${
          formatByHand(steps, { login, sudo: true })
        }`,
      }];
    case "none":
      return [{
        message: `that takes root, which ${user} is not, and there is no sudo`,
        hint: `Let root do it once, then: ${again(server)}\n${
          formatByHand(steps, { sudo: false })
        }`,
      }];
  }
}

function findPorts(machine: MachineState, { ports }: PlanInstallOptions): readonly Obstacle[] {
  // They may be those of a proxy that the user may not see yet; Docker finds it out all the same.
  if (machine.docker.kind === "forbidden" && !canBeRoot(machine)) return [];
  // Where the proxy's ports were published before, they stay as they are.
  if (machine.containers.some(({ container }) => container === HOLDER_CONTAINER)) return [];
  const users = findPortUsers(ports, machine);
  if (users.length === 0) return [];
  const { reason, hint } = explainPortUsers(machine.server, users);
  return [{ message: reason, hint }];
}

function canBeRoot({ privilege }: MachineState): boolean {
  return privilege === "root" || privilege === "sudo";
}

function again(server: string): string {
  return `luma setup ${server}`;
}
