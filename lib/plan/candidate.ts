/**
 * Decides what the new color is: which of the two, its replicas' names and their addresses.
 *
 * Pure. The rule: addresses are chosen in the lower half of the network's subnet, where Docker never
 * hands one out; those of stopped containers are taken, for they will come back with them.
 *
 * @module
 */
import type { Color } from "../../proxy/api.ts";
import { chooseAddresses } from "../docker/address_plan.ts";
import type { AliasChange } from "../docker/types.ts";
import { LumaError } from "../error.ts";
import type { ResolvedApp } from "../resolve/resolve_app.ts";
import { networkName, temporaryAlias } from "../state/app_state.ts";
import { otherColor } from "../state/active_color.ts";
import type { ServerState } from "../state/types.ts";
import { nameReplicas } from "./container_names.ts";
import { requireAddressPlan } from "./require_address_plan.ts";

/** A replica that the plan makes. */
export interface PlannedReplica {
  readonly name: string;
  readonly address: string;
  readonly replica: number;
}

/** The new color, decided. */
export interface Candidate {
  readonly app: ResolvedApp;
  readonly color: Color;
  readonly deployment: string;
  readonly replicas: readonly PlannedReplica[];
  readonly cause: string;
}

/** What a candidate is chosen for. */
export interface CandidateOptions {
  /** The color in use. */
  readonly active?: Color;
  readonly deployment: string;
  readonly cause: string;
  /** Where in the network addresses are chosen first, so that deployments of several apps rarely meet. */
  readonly addressSeed?: string;
}

/**
 * The new color of an app.
 *
 * @throws {LumaError} When the project's network has no address left, or no address plan.
 */
export function chooseCandidate(
  app: ResolvedApp,
  server: ServerState,
  options: CandidateOptions,
): Candidate {
  const { project, config } = app;
  const { active, deployment, cause } = options;
  const color = active === undefined ? "blue" : otherColor(active);
  const names = nameReplicas(
    server,
    { project, name: config.name, replicas: config.replicas },
    color,
  );
  const addresses = freeAddresses(server, project, {
    count: names.length,
    startAt: options.addressSeed === undefined ? 0 : hashText(options.addressSeed),
  });
  const replicas = names.map((name, index) => ({
    name,
    address: addresses[index] ?? "",
    replica: index + 1,
  }));
  return { app, color, deployment, cause, replicas };
}

/** Addresses that no container of the network has or keeps, stopped ones and leftovers included. */
function freeAddresses(
  server: ServerState,
  project: string,
  choice: { readonly count: number; readonly startAt: number },
): readonly string[] {
  const { network } = server;
  requireAddressPlan(server, project);
  if (network?.subnet === undefined || network.ipRange === undefined) {
    throw new LumaError(
      `Cannot choose addresses in "${networkName(project)}" on ${server.server}: ` +
        "the network does not exist",
      { hint: "luma setup makes it" },
    );
  }
  const taken = server.containers.flatMap(({ networks }) => {
    const attached = networks[networkName(project)];
    return [attached?.configuredAddress, attached?.address].filter((address) =>
      address !== undefined
    );
  });
  return chooseAddresses({
    subnet: network.subnet,
    ipRange: network.ipRange,
    ...(network.gateway === undefined ? {} : { gateway: network.gateway }),
    taken: [...taken, ...network.attached.map(({ address }) => address)],
    ...choice,
  });
}

/** FNV-1a, 32 bits: spreads texts that differ little. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const unit of text) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}

/** The aliases of a color that is in use, and of one that is not. */
export function aliasChange(candidate: Candidate, inUse: boolean): AliasChange {
  const { app, color, replicas } = candidate;
  const aliases = [inUse ? app.config.name : temporaryAlias(app.config.name, color)];
  return {
    network: networkName(app.project),
    containers: replicas.map(({ name, address }) => ({ name, address, aliases })),
  };
}
