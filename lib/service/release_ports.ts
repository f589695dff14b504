/**
 * Takes from a server's snapshot the ports that services give up in the same run.
 *
 * Pure. The rule: services are brought one after the other, so only what is replaced before counts.
 *
 * @module
 */
import type { PortConfig, ServiceConfig } from "../config/types.ts";
import { hashServiceConfig } from "../resolve/config_hash.ts";
import type { PortHolder, ServerState } from "../state/types.ts";
import { decideService, type ServiceRequest } from "./decide_service.ts";
import { readServiceState } from "./service_state.ts";

/** A service that is brought before another one. */
export interface EarlierService extends ServiceRequest {
  readonly config: ServiceConfig;
}

/** `state` as the services that come after `earlier` find it, as far as ports are concerned. */
export function releasePorts(
  state: ServerState,
  earlier: readonly EarlierService[],
  project: string,
): ServerState {
  const replaced = earlier.flatMap((request) => {
    const { config } = request;
    const configHash = hashServiceConfig(config, state.facts.hashKey);
    const found = readServiceState(state, project, config.name);
    const decision = decideService({ project, config, configHash }, found, request);
    return decision.action === "replace" ? [{ id: decision.current.id, ports: config.ports }] : [];
  });
  const isGivenUp = (holder: PortHolder): boolean =>
    replaced.some(({ id, ports }) => holder.container === id && !isAmong(holder, ports));
  return { ...state, portHolders: state.portHolders.filter((holder) => !isGivenUp(holder)) };
}

function isAmong({ port, protocol }: PortHolder, ports: readonly PortConfig[]): boolean {
  return ports.some((wanted) => wanted.hostPort === port && wanted.protocol === protocol);
}
