/**
 * Reads the ports of a container.
 *
 * Pure. The grammar is `[[address:]host:]container[/tcp|udp]`, without ranges.
 *
 * @module
 */
import { isIP } from "node:net";
import { omitUndefined } from "./omit_undefined.ts";
import { type Parsed, parsed, quote, unparsed } from "./parsed.ts";
import type { PortConfig } from "./types.ts";

/** `[[address:]host:]container[/tcp|udp]`. */
export const PORT = /^(?:(?:(\[[^\]]*\]|[^:[\]]*):)?(\d+):)?(\d+)(?:\/(tcp|udp))?$/;
const RANGE = /\d-\d/;

/** The port that `text` says: `80`, `53:53/udp`, `127.0.0.1:8080:80`. */
export function parsePort(text: string): Parsed<PortConfig> {
  const match = PORT.exec(text);
  const [, address, host, container, protocol] = match ?? [];
  const hostAddress = address?.replaceAll(/[[\]]/g, "");
  const hostPort = host === undefined ? undefined : Number(host);
  const containerPort = Number(container ?? 0);
  if (match === null || (hostAddress !== undefined && isIP(hostAddress) === 0)) {
    return unparsed(
      `expected a port such as "80", "53:53/udp" or "127.0.0.1:8080:80", got ${quote(text)}`,
      RANGE.test(text) ? "write a line for each port of the range" : undefined,
    );
  }
  if (![containerPort, hostPort ?? 1].every((port) => port >= 1 && port <= 65_535)) {
    return unparsed(`expected ports from 1 to 65535, got ${quote(text)}`);
  }
  return parsed(
    omitUndefined({
      hostAddress,
      hostPort,
      containerPort,
      protocol: protocol === "udp" ? "udp" as const : "tcp" as const,
    }),
  );
}

/** The port as it is written. */
export function formatPort({ hostAddress, hostPort, containerPort, protocol }: PortConfig): string {
  const address = hostAddress === undefined
    ? ""
    : `${hostAddress.includes(":") ? `[${hostAddress}]` : hostAddress}:`;
  const host = hostPort === undefined ? "" : `${address}${hostPort}:`;
  return `${host}${containerPort}${protocol === "udp" ? "/udp" : ""}`;
}
