/**
 * Finds the addresses behind a target, once.
 *
 * The rule: an alias is looked up in its project's network first, because the bare name is ambiguous
 * where several networks have it.
 *
 * @module
 */
import { lookup } from "node:dns/promises";
import type { Endpoint } from "../api.ts";
import { formatAuthority } from "../health/check_health.ts";
import { failure, OperationError } from "./failure.ts";
import type { Target } from "./parse_request.ts";

/** Finds the endpoints of a target of a project. */
export type ResolveTarget = (target: Target, project: string) => Promise<readonly Endpoint[]>;

/** Finds all addresses of a name; throws where there are none. */
export type LookUp = (name: string) => Promise<readonly string[]>;

/** All IPv4 addresses that this machine's resolver knows for a name. */
export async function lookUpIpv4(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true, family: 4 });
  return found.map(({ address }) => address);
}

/**
 * Finds the endpoints of a target.
 *
 * @throws {OperationError} `unresolved`, when nothing knows the name.
 */
export async function resolveTarget(
  target: Target,
  project: string,
  lookUp: LookUp,
): Promise<readonly Endpoint[]> {
  const { host, port, isAddress } = target;
  if (isAddress) return [{ address: host, port, name: formatAuthority(host, port) }];
  const names = [`${host}.${project}-network`, host];
  for (const name of names) {
    const addresses = await lookUp(name).catch(() => []); // The next name, or the failure below.
    if (addresses.length === 0) continue;
    return addresses.toSorted().map((address) => ({
      address,
      port,
      name: formatAuthority(address, port),
    }));
  }
  throw new OperationError(
    failure("unresolved", `Cannot resolve "${host}": neither ${names.join(" nor ")} is known`, {
      hint: `is a container with that alias running, and the proxy on ${project}-network?`,
    }),
  );
}
