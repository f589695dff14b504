/**
 * Asks a server what setting it up has to know, before it has Docker.
 *
 * The rule: one round trip, plain POSIX sh, and nothing is changed.
 *
 * @module
 */
import {
  DOCKER_PROBE,
  type DockerPresence,
  parseDockerPresence,
  parsePublisher,
  type Publisher,
} from "../docker/probe_script.ts";
import { LumaError } from "../error.ts";
import type { Runner } from "../ssh/runner.ts";
import { type Listener, parseListener } from "./port_users.ts";

/** How the user of a server becomes root: is it, may by `sudo`, only with a password, or not at all. */
export type Privilege = "root" | "sudo" | "password" | "none";

/** What starts services there. */
export type ServiceManager = "systemd" | "service" | "none";

/** A server, as far as it matters for installing Docker. */
export interface MachineState {
  /** The server's name. */
  readonly server: string;
  /** The user that luma logs in as. */
  readonly user: string;
  /** How that user becomes root. */
  readonly privilege: Privilege;
  /** `Linux`. */
  readonly system: string;
  readonly distribution: Distribution;
  /** There is `apt-get`. */
  readonly hasApt: boolean;
  /** Kernel release. */
  readonly kernel: string;
  readonly manager: ServiceManager;
  readonly docker: DockerPresence;
  /** Whether Docker starts with the server; none where that was not told. */
  readonly isDockerEnabled?: boolean;
  /** There is a daemon.json. */
  readonly hasDaemonConfig: boolean;
  readonly listeners: readonly Listener[];
  readonly containers: readonly Publisher[];
}

/** Of os-release(5). */
export interface Distribution {
  /** `debian`; empty where there is no such file. */
  readonly id: string;
  /** Those that it is made from. */
  readonly like: readonly string[];
  /** For people. */
  readonly name: string;
}

const SCRIPT = `
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
root=
echo "user=$(id -un)"
if [ "$(id -u)" = 0 ]; then echo privilege=root
elif ! command -v sudo >/dev/null 2>&1; then echo privilege=none
elif sudo -n true >/dev/null 2>&1; then echo privilege=sudo; root='sudo -n'
else echo privilege=password
fi
echo "system=$(uname -s)"
echo "kernel=$(uname -r)"
[ -r /etc/os-release ] && sed -n -e 's/^ID=/id=/p' -e 's/^ID_LIKE=/like=/p' \
  -e 's/^PRETTY_NAME=/name=/p' /etc/os-release
command -v apt-get >/dev/null 2>&1 && echo apt=yes
if [ -d /run/systemd/system ]; then echo manager=systemd
elif command -v service >/dev/null 2>&1; then echo manager=service
fi
# With another address of Docker than the usual one, the service is not the one that answers.
if [ -z "$DOCKER_HOST" ] && [ -d /run/systemd/system ]; then
  echo "enabled=$(systemctl is-enabled docker 2>/dev/null)"
fi
[ -e /etc/docker/daemon.json ] && echo daemon-config=yes
# A Docker elsewhere publishes its ports elsewhere.
case $DOCKER_HOST in
  '' | unix://*) $root ss -Hltnp 2>/dev/null | sed 's/^/listener=/' ;;
esac
${DOCKER_PROBE}
exit 0
`;

/**
 * What the runner's server is.
 *
 * @throws {LumaError} When its shell does not answer as a POSIX one does.
 */
export async function observeMachine(runner: Runner, signal?: AbortSignal): Promise<MachineState> {
  const output = await runner.run({
    argv: ["sh", "-c", SCRIPT],
    timeoutMs: 60_000,
    ...(signal === undefined ? {} : { signal }),
  });
  const machine = output.status === 0 ? parseMachine(runner.server, output.stdout) : undefined;
  if (machine !== undefined) return machine;
  const said = output.stderr.trim() || `its shell answered ${output.status}`;
  throw new LumaError(`Cannot look at ${runner.server}: ${said}`, {
    hint: "luma needs a POSIX shell on the server",
  });
}

/** Reads `name=value` lines; none where they do not begin as they should. */
export function parseMachine(server: string, text: string): MachineState | undefined {
  const lines = text.split("\n").map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)] as const;
  });
  const all = (name: string) => lines.filter(([key]) => key === name).map(([, value]) => value);
  const one = (name: string) => all(name)[0];
  const user = one("user");
  const system = one("system");
  if (user === undefined || system === undefined) return undefined;
  const enabled = one("enabled");
  return {
    server,
    user,
    privilege: (one("privilege") ?? "none") as Privilege,
    system,
    distribution: {
      id: unquote(one("id")),
      like: unquote(one("like")).split(" ").filter((word) => word !== ""),
      name: unquote(one("name")) || unquote(one("id")) || system,
    },
    hasApt: one("apt") === "yes",
    kernel: one("kernel") ?? "",
    manager: (one("manager") ?? "none") as ServiceManager,
    docker: parseDockerPresence({
      status: one("docker-status"),
      words: one("docker"),
      packageStatus: one("docker-package"),
    }),
    ...(enabled === "enabled" || enabled === "disabled"
      ? { isDockerEnabled: enabled === "enabled" }
      : {}),
    hasDaemonConfig: one("daemon-config") === "yes",
    listeners: all("listener").flatMap(parseListener),
    containers: all("container").map(parsePublisher),
  };
}

/** A value of os-release(5) may stand in quotes. */
function unquote(text: string | undefined): string {
  return (text ?? "").replace(/^(["'])(.*)\1$/, "$2");
}
