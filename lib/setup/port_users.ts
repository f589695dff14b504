/**
 * Says who uses the ports that the proxy needs.
 *
 * Pure. The rule: a container is named before the program of Docker that listens for it.
 *
 * @module
 */
import type { Publisher } from "../docker/probe_script.ts";

/** A socket that listens. */
export interface Listener {
  readonly port: number;
  /** Whose socket it is; none where only root may know. */
  readonly program?: string;
  readonly pid?: number;
}

/** Whoever has a port. */
export interface PortUser {
  readonly port: number;
  /** For people: `the container "traefik"`, `nginx (process 12)`. */
  readonly who: string;
  /** What to type there to get the port free. */
  readonly stop: string;
}

/** Reads one line of `ss -Hltnp`; nothing of another one. */
export function parseListener(line: string): readonly Listener[] {
  const port = /^\S+\s+\S+\s+\S+\s+\S*:(\d+)\s/.exec(line)?.[1];
  if (port === undefined) return [];
  const [, program, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(line) ?? [];
  return [
    program === undefined
      ? { port: Number(port) }
      : { port: Number(port), program, pid: Number(pid) },
  ];
}

/** What is known of a server's ports. */
export interface PortFacts {
  readonly listeners: readonly Listener[];
  readonly containers: readonly Publisher[];
}

/** Who has one of `ports`, each port once. */
export function findPortUsers(
  ports: readonly number[],
  { listeners, containers }: PortFacts,
): readonly PortUser[] {
  return ports.flatMap((port) => {
    const publisher = containers.find((each) => each.ports.includes(port));
    if (publisher !== undefined) return [{ port, ...describeContainer(publisher.container) }];
    const found = listeners.filter((each) => each.port === port);
    const listener = found.find(({ program }) => program !== undefined) ?? found[0];
    return listener === undefined ? [] : [{ port, ...describeListener(listener) }];
  });
}

function describeContainer(name: string): Omit<PortUser, "port"> {
  return { who: `the container "${name}"`, stop: `docker stop ${name}` };
}

function describeListener({ port, program, pid }: Listener): Omit<PortUser, "port"> {
  if (program === undefined) {
    return { who: "a program that only root can name", stop: `sudo ss -ltnp 'sport = :${port}'` };
  }
  return { who: `${program} (process ${pid})`, stop: `systemctl disable --now ${program}` };
}

/** What is in the way, and what to do, for an error. */
export function explainPortUsers(
  server: string,
  users: readonly PortUser[],
): { readonly reason: string; readonly hint: string } {
  const reason = users.map(({ port, who }) => `port ${port} is used by ${who}`).join("; ");
  const stop = [...new Set(users.map((user) => user.stop))].join("; ");
  return {
    reason,
    hint: `If it is not needed, stop it on ${server}, for instance: ${stop}\n` +
      "Or choose other ports with proxy.http_port and proxy.https_port in luma.yml",
  };
}
