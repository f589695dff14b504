/**
 * Finds out who listens on ports of a server: containers of anybody, and other programs.
 *
 * The rule: a port that a container publishes is the container's, whatever program of Docker holds it.
 *
 * @module
 */
import type { PortConfig } from "../config/types.ts";
import type { Docker } from "../docker/types.ts";
import type { Runner } from "../ssh/runner.ts";
import type { PortHolder } from "./types.ts";

/** Asks for those of `wanted` that are ports of the server; nothing where there are none. */
export async function observePortHolders(
  { runner, docker }: { readonly runner: Runner; readonly docker: Docker },
  wanted: readonly PortConfig[],
  signal: AbortSignal,
): Promise<readonly PortHolder[]> {
  const ports = wanted.flatMap(({ hostPort }) => hostPort === undefined ? [] : [hostPort]);
  if (ports.length === 0) return [];
  const ask = async (protocol: PortHolder["protocol"]): Promise<readonly PortHolder[]> => {
    const argv = ["ss", protocol === "tcp" ? "-Hltnp" : "-Hlunp"];
    const { status, stdout } = await runner.run({ argv, timeoutMs: 10_000, signal });
    // A server without ss tells it when the port is bound.
    return status === 0 ? parseSockets(stdout, protocol) : [];
  };
  const [containers, ...sockets] = await Promise.all([
    docker.findPublishers(ports, signal),
    ask("tcp"),
    ask("udp"),
  ]);
  const published = containers.flatMap(({ id, name, publishedPorts }) =>
    publishedPorts.map(({ hostPort, protocol, hostAddress }): PortHolder => ({
      port: hostPort,
      protocol,
      name: `container ${name}`,
      container: id,
      ...(hostAddress === undefined ? {} : { address: hostAddress }),
    }))
  );
  const programs = sockets.flat().filter((one) =>
    !published.some(({ port, protocol }) => port === one.port && protocol === one.protocol)
  );
  return [...published, ...programs].filter(({ port }) => ports.includes(port));
}

/** Reads the lines of `ss -Hltnp` or `ss -Hlunp`; a program is named only to those who may know it. */
export function parseSockets(
  text: string,
  protocol: PortHolder["protocol"],
): readonly PortHolder[] {
  return text.split("\n").flatMap((line) => {
    const [, local = "", digits] = /^\S+\s+\S+\s+\S+\s+(\S*):(\d+)\s/.exec(line) ?? [];
    if (digits === undefined) return [];
    const [, program, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(line) ?? [];
    const address = local.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
    return [{
      port: Number(digits),
      protocol,
      name: program === undefined ? "a program" : `${program} (process ${pid})`,
      ...(["*", "0.0.0.0", "::"].includes(address) ? {} : { address }),
    }];
  });
}
