/**
 * Finds what a server has too little of for an app or a service: disk, memory, and free ports.
 *
 * Pure. The rule: what the server did not tell stands in nobody's way.
 *
 * @module
 */
import type { PortConfig } from "../config/types.ts";
import { formatPort } from "../config/parse_port.ts";
import type { DockerInfo } from "../docker/types.ts";
import type { ResolvedApp } from "../resolve/resolve_app.ts";
import { HOLDER_CONTAINER } from "../setup/types.ts";
import { readAppState } from "../state/app_state.ts";
import type { AppState, PortHolder, ServerFacts, ServerState } from "../state/types.ts";
import type { Obstacle } from "./obstacle.ts";
import type { Plan } from "./types.ts";

const MEBIBYTE = 1024 * 1024;

/** What has to be left beside images, for logs and what containers write; a full disk ends them all. */
const DISK_RESERVE_BYTES = 200 * MEBIBYTE;

/** What is known of a server's disk. */
export interface DiskState {
  readonly server: string;
  readonly facts: Pick<ServerFacts, "diskFreeBytes">;
  readonly docker: Pick<DockerInfo, "rootDir">;
}

/**
 * Whether Docker's disk has room.
 *
 * `docker load` has what it reads as files before it makes layers of it, so that both are there: a moment
 * long in a folder beside the images, or for good with the containerd image store.
 *
 * @param missingBytes What the server lacks of an image that is about to be sent, before compression; 0 where
 *   none is sent.
 */
export function findDisk(
  { facts, server, docker }: DiskState,
  missingBytes = 0,
): readonly Obstacle[] {
  const free = facts.diskFreeBytes;
  const needed = missingBytes + Math.max(missingBytes, DISK_RESERVE_BYTES);
  if (free === undefined || free >= needed) return [];
  const what = missingBytes === 0
    ? "for logs and what apps write"
    : missingBytes > DISK_RESERVE_BYTES
    ? `for what it lacks of the image (${mebibytes(missingBytes)}), twice while it is loaded`
    : `for what it lacks of the image (${
      mebibytes(missingBytes)
    }) and for logs and what apps write`;
  return [{
    message:
      `The disk of ${server} is too full: ${docker.rootDir} has ${mebibytes(free)} left, and ` +
      `${mebibytes(needed)} are needed ${what}`,
    hint: `See on ${server} what takes the space: docker system df; then: docker image prune, ` +
      "docker builder prune",
  }];
}

/** Both colors are alive for a while: the new one needs its memory beside the old one's. */
export function findMemory(plan: Plan, app: ResolvedApp, state: ServerState): readonly Obstacle[] {
  if (plan.to === undefined) return [];
  const { memoryBytes, replicas } = app.config;
  const current = readAppState(state, plan.project, plan.app);
  const used = measureUse(current, state);
  const inPlace = plan.gap !== undefined;
  const who = replicas === 1 ? "The new replica" : `${replicas} new replicas`;
  return compareMemory({
    what: `${who} of "${plan.app}"`,
    neededBytes: (memoryBytes ?? used) * replicas,
    why: memoryBytes === undefined ? ", as much as the old version uses now" : "",
    freedBytes: inPlace ? used * countActive(current) : 0,
    hint: inPlace
      ? "Lower `memory` or `replicas`, or give the server more"
      : "Both colors run for a while: set `memory` to what a replica needs, lower `replicas`, give the " +
        "server more, or take deploy: { strategy: in-place }, which has a gap",
  }, state);
}

/** Containers that are about to be started. */
export interface MemoryNeed {
  /** For people: `The new replica of "blog"`. */
  readonly what: string;
  readonly neededBytes: number;
  /** Where no limit says so: `, as much as …`. */
  readonly why?: string;
  /** What is stopped before they start uses this. */
  readonly freedBytes: number;
  readonly hint: string;
}

/** Whether a server has the memory. */
export function compareMemory(
  { what, neededBytes, why = "", freedBytes, hint }: MemoryNeed,
  { facts, server }: Pick<ServerState, "facts" | "server">,
): readonly Obstacle[] {
  if (facts.memoryFreeBytes === undefined) return [];
  const free = facts.memoryFreeBytes + freedBytes;
  if (neededBytes <= free) return [];
  const needed = mebibytes(neededBytes);
  return [{
    message: `${what} may need ${needed}${why}, but ${server} has ${mebibytes(free)} free`,
    hint,
  }];
}

/** What one replica of the color in use takes; 0 where that is not known. */
function measureUse(app: AppState, { facts }: ServerState): number {
  const active = app.active === undefined ? [] : app[app.active];
  const uses = active.flatMap(({ container: { id } }) => facts.memoryUseBytes[id] ?? []);
  return uses.length === 0 ? 0 : uses.reduce((sum, bytes) => sum + bytes, 0) / uses.length;
}

function countActive(app: AppState): number {
  return app.active === undefined ? 0 : app[app.active].length;
}

/** A port that somebody else has would only be missed when the old color is stopped already. */
export function findPorts(plan: Plan, app: ResolvedApp, state: ServerState): readonly Obstacle[] {
  if (plan.to === undefined) return [];
  const { blue, green } = readAppState(state, plan.project, plan.app);
  const own = [...blue, ...green].map(({ container }) => container.id);
  return findTakenPorts({ name: plan.app, ports: app.config.ports, own }, state);
}

/** Who publishes ports. */
export interface Publisher {
  /** Of the app or the service. */
  readonly name: string;
  readonly ports: readonly PortConfig[];
  /** Ids of its containers, which may have them. */
  readonly own: readonly string[];
}

/** Ports of the server that somebody else has. */
export function findTakenPorts(
  { name, ports, own }: Publisher,
  { portHolders, server }: Pick<ServerState, "portHolders" | "server">,
): readonly Obstacle[] {
  const others = portHolders.filter(({ container }) =>
    container === undefined || !own.includes(container)
  );
  return ports.flatMap((port) => {
    const holder = others.find((one) => isClash(port, one));
    if (holder === undefined) return [];
    return [{
      message: `Port ${formatPort(port)} of "${name}" cannot be published on ${server}: ` +
        `${holder.name} has it`,
      hint: `${adviseOnHolder(holder, server)}choose another port under \`ports:\` of "${name}" ` +
        "in luma.yml",
    }];
  });
}

/** What to do about it before another port is chosen. */
function adviseOnHolder({ name, container }: PortHolder, server: string): string {
  if (name === `container ${HOLDER_CONTAINER}`) {
    return "Visitors come in through luma-proxy there, also to apps of others: ";
  }
  return container === undefined
    ? "Stop it, or "
    : `Stop it on ${server} (docker stop ${name.replace("container ", "")}), or `;
}

function isClash({ hostPort, hostAddress, protocol }: PortConfig, holder: PortHolder): boolean {
  if (holder.port !== hostPort || holder.protocol !== protocol) return false;
  return hostAddress === undefined || hostAddress === "0.0.0.0" || holder.address === undefined ||
    holder.address === hostAddress;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MEBIBYTE)} MiB`;
}
