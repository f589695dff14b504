/**
 * Finds what listens inside a container: an app that listens elsewhere than it is asked is told so.
 *
 * The rule: it only looks, and an image without the program to look with is no failure.
 *
 * @module
 */
import { DockerError } from "../docker/docker_error.ts";
import type { Docker } from "../docker/types.ts";

/** A TCP socket that takes connections. */
export interface Listener {
  /** `127.0.0.1`, `::1`, `0.0.0.0` or another address of the container. */
  readonly address: string;
  readonly port: number;
  /** Only the container itself reaches it. */
  readonly loopback: boolean;
}

/** What listens in a running container; none where that cannot be seen. */
export async function findListeners(
  docker: Docker,
  container: string,
  signal: AbortSignal,
): Promise<readonly Listener[] | undefined> {
  try {
    // A container without IPv6 has no second file: what the first one holds is printed all the same.
    const argv = ["cat", "/proc/net/tcp", "/proc/net/tcp6"];
    const { stdout } = await docker.exec(container, { argv, signal });
    return stdout.includes("local_address") ? parseListeners(stdout) : undefined;
  } catch (error) {
    // It ended meanwhile: that is told by itself.
    if (error instanceof DockerError) return undefined;
    throw error;
  }
}

/** State of a socket that listens, in the kernel's numbers (include/net/tcp_states.h). */
const LISTEN = "0A";
/** Docker's own name server, which every container of a network has. */
const DOCKER_DNS = "127.0.0.11";
const LOOPBACK_6 = "00000000000000000000000001000000";
const ANY_6 = "0".repeat(32);
const MAPPED_4 = /^0{16}FFFF0000([0-9A-F]{8})$/;

/** Reads `/proc/net/tcp` and `tcp6`: addresses as hexadecimal words of the processor, little-endian. */
export function parseListeners(text: string): readonly Listener[] {
  const found = new Map<string, Listener>();
  for (const line of text.split("\n")) {
    const [, local = "", , state] = line.trim().split(/\s+/);
    const [, words, port] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local) ?? [];
    if (state !== LISTEN || words === undefined || port === undefined) continue;
    const address = readAddress(words);
    if (address === DOCKER_DNS) continue;
    const listener = {
      address,
      port: Number.parseInt(port, 16),
      loopback: address === "::1" || address.startsWith("127."),
    };
    found.set(`${address} ${port}`, listener);
  }
  return [...found.values()].toSorted((a, b) => a.port - b.port);
}

function readAddress(words: string): string {
  if (words === LOOPBACK_6) return "::1";
  if (words === ANY_6) return "0.0.0.0";
  const four = words.length === 8 ? words : MAPPED_4.exec(words)?.[1];
  if (four === undefined) return words.toLowerCase();
  return [6, 4, 2, 0].map((at) => Number.parseInt(four.slice(at, at + 2), 16)).join(".");
}
