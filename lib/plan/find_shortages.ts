/**
 * Finds what a server has too little of for a deployment: disk, memory, and free ports.
 *
 * Pure. The rule: what the server did not tell stands in nobody's way.
 *
 * @module
 */
import type { PortConfig } from "../config/types.ts";
import { formatPort } from "../config/parse_port.ts";
import type { ResolvedApp } from "../resolve/resolve_app.ts";
import { readAppState } from "../state/app_state.ts";
import type { AppState, PortHolder, ServerState } from "../state/types.ts";
import type { Obstacle } from "./obstacle.ts";
import type { Plan } from "./types.ts";

const MEBIBYTE = 1024 * 1024;

/** What has to be left beside images, for logs and what containers write; a full disk ends them all. */
const DISK_RESERVE_BYTES = 200 * MEBIBYTE;

/**
 * Whether Docker's disk has room.
 *
 * @param imageBytes What is still to be brought; 0 where everything is there, or its size is not known.
 */
export function findDisk(
  { facts, server, docker }: ServerState,
  imageBytes = 0,
): readonly Obstacle[] {
  const free = facts.diskFreeBytes;
  const needed = imageBytes + DISK_RESERVE_BYTES;
  if (free === undefined || free >= needed) return [];
  const image = imageBytes === 0 ? "" : ` for the image (${mebibytes(imageBytes)}) and`;
  return [{
    message:
      `The disk of ${server} is too full: ${docker.rootDir} has ${mebibytes(free)} left, and ` +
      `${mebibytes(needed)} are needed${image} for logs and what apps write`,
    hint: `See on ${server} what takes the space: docker system df; then: docker image prune, ` +
      "docker builder prune",
  }];
}

/** Both colors are alive for a while: the new one needs its memory beside the old one's. */
export function findMemory(plan: Plan, app: ResolvedApp, state: ServerState): readonly Obstacle[] {
  const { facts, server } = state;
  const { memoryBytes, replicas } = app.config;
  const current = readAppState(state, plan.project, plan.app);
  const used = measureUse(current, state);
  const needed = memoryBytes === undefined ? used * replicas : memoryBytes * replicas;
  if (plan.to === undefined || facts.memoryFreeBytes === undefined) return [];
  const inPlace = plan.gap !== undefined;
  const free = facts.memoryFreeBytes + (inPlace ? used * countActive(current) : 0);
  if (needed <= free) return [];
  const what = replicas === 1 ? "The new replica" : `${replicas} new replicas`;
  const why = memoryBytes === undefined ? ", as much as the old version uses now" : "";
  return [{
    message: `${what} of "${plan.app}" may need ${mebibytes(needed)}${why}, ` +
      `but ${server} has ${mebibytes(free)} free`,
    hint: inPlace
      ? "Lower `memory` or `replicas`, or give the server more"
      : "Both colors run for a while: set `memory` to what a replica needs, lower `replicas`, give the " +
        "server more, or take deploy: { strategy: in-place }, which has a gap",
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
  const others = state.portHolders.filter(({ container }) =>
    container === undefined || !own.includes(container)
  );
  return app.config.ports.flatMap((port) => {
    const holder = others.find((one) => isClash(port, one));
    if (holder === undefined) return [];
    return [{
      message:
        `Port ${formatPort(port)} of "${plan.app}" cannot be published on ${state.server}: ` +
        `${holder.name} has it`,
      hint: holder.container === undefined
        ? `Stop it, or choose another port under \`ports:\` of "${plan.app}" in luma.yml`
        : `Stop it on ${state.server} (docker stop ${holder.name.replace("container ", "")}), or ` +
          `choose another port under \`ports:\` of "${plan.app}" in luma.yml`,
    }];
  });
}

function isClash({ hostPort, hostAddress, protocol }: PortConfig, holder: PortHolder): boolean {
  if (holder.port !== hostPort || holder.protocol !== protocol) return false;
  return hostAddress === undefined || hostAddress === "0.0.0.0" || holder.address === undefined ||
    holder.address === hostAddress;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MEBIBYTE)} MiB`;
}
