/**
 * Looks from this machine at what visitors need: addresses of host names, ports that answer.
 *
 * The rule: nothing is sent; what takes too long counts as not there.
 *
 * @module
 */
import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import type { PortProbe } from "./types.ts";

const LOOKUP_MS = 5_000;
const CONNECT_MS = 3_000;

/** The addresses of a host name; none where it has none. Of `*.example.com`, those of any name below. */
export async function resolveHost(host: string): Promise<readonly string[]> {
  const timer = new AbortController();
  const late = new Promise<readonly string[]>((resolve) => {
    const timeout = setTimeout(() => resolve([]), LOOKUP_MS);
    timer.signal.addEventListener("abort", () => clearTimeout(timeout), { once: true });
  });
  const found = lookup(host.replace(/^\*/, "luma-doctor"), { all: true })
    .then((all) => [...new Set(all.map(({ address }) => address))], () => []);
  try {
    return await Promise.race([found, late]);
  } finally {
    timer.abort();
  }
}

/** Whether a port takes connections from this machine. */
export function probePort(address: string, port: number): Promise<PortProbe> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (probe: PortProbe) => {
      socket.destroy();
      resolve(probe);
    };
    socket.setTimeout(
      CONNECT_MS,
      () => end({ port, error: `no answer within ${CONNECT_MS / 1000} s` }),
    );
    socket.once("connect", () => end({ port }));
    socket.once(
      "error",
      (error: NodeJS.ErrnoException) =>
        end({ port, error: error.code === "ECONNREFUSED" ? "refused" : error.message }),
    );
  });
}

/** This machine's own addresses. */
export function listOwnAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).map(({ address }) => address)
  );
}
