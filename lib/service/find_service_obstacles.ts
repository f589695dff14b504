/**
 * Finds what would make the start of a service fail, before anything is stopped for it.
 *
 * Pure. The rule: the same checks as for an app, of what the decision makes: a container that is there
 * already, and only starts again, had its room before, and so has one that may take no more memory.
 *
 * @module
 */
import type { PortConfig, ServiceConfig } from "../config/types.ts";
import type { Container } from "../docker/types.ts";
import { compareMemory, findDisk, findTakenPorts } from "../plan/find_shortages.ts";
import type { Obstacle } from "../plan/obstacle.ts";
import type { ServerState } from "../state/types.ts";
import type { ServiceDecision } from "./types.ts";

/** What stands in the way of `decision` on a server; none where nothing does. */
export function findServiceObstacles(
  decision: ServiceDecision,
  service: ServiceConfig,
  state: ServerState,
): readonly Obstacle[] {
  switch (decision.action) {
    case "none":
    // An interrupted run stopped one of its containers: what is left to do puts one of them back.
    case "repair":
      return [];
    case "start": {
      const { current } = decision;
      // It has the ports that it was made with, whatever luma.yml says by now.
      return findPorts(service, { current, ports: current.publishedPorts }, state);
    }
    case "create":
    case "replace": {
      const current = decision.action === "create" ? undefined : decision.current;
      return [
        ...findPorts(service, { current, ports: service.ports }, state),
        ...findDisk(state),
        ...findMemory(service, current, state),
      ];
    }
  }
}

interface Publishing {
  readonly current: Container | undefined;
  readonly ports: readonly PortConfig[];
}

function findPorts(
  { name }: ServiceConfig,
  { current, ports }: Publishing,
  state: ServerState,
): readonly Obstacle[] {
  return findTakenPorts({ name, ports, own: current === undefined ? [] : [current.id] }, state);
}

/**
 * The former container is stopped first, so what it uses is free by then; and one that may take no more
 * than the former one does may take what that one has had.
 */
function findMemory(
  { name, memoryBytes }: ServiceConfig,
  current: Container | undefined,
  state: ServerState,
): readonly Obstacle[] {
  if (memoryBytes === undefined) return [];
  if (current !== undefined && memoryBytes <= (current.memoryLimitBytes ?? Infinity)) return [];
  return compareMemory({
    what: `Service "${name}"`,
    neededBytes: memoryBytes,
    freedBytes: current === undefined ? 0 : state.facts.memoryUseBytes[current.id] ?? 0,
    hint: "Set `memory` to what it needs, or give the server more",
  }, state);
}
