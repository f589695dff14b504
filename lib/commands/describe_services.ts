/**
 * Says how the services of a server are, from its snapshot.
 *
 * The rule: nothing more is asked of the server.
 *
 * @module
 */
import type { Config, ServiceConfig } from "../config/types.ts";
import { hashServiceConfig } from "../resolve/config_hash.ts";
import { findServiceCauses } from "../service/decide_service.ts";
import { readServiceState } from "../service/service_state.ts";
import type { ServiceState } from "../service/types.ts";
import type { ServerState } from "../state/types.ts";
import { describeService, type ServiceStatus } from "../status/service_status.ts";

/** What is shown of a server. */
export interface ShownServices {
  readonly state: ServerState;
  readonly services: readonly ServiceConfig[];
  /** Names of services that luma.yml does not have any more. */
  readonly removed: readonly string[];
}

/** The status of each service. */
export function describeServices(
  { state, services, removed }: ShownServices,
  { name: project }: Pick<Config, "name">,
): readonly ServiceStatus[] {
  const all = [
    ...services.map((service) => [service.name, service] as const),
    ...removed.map((name) => [name, undefined] as const),
  ];
  return all.map(([service, known]) => {
    const found = readServiceState(state, project, service);
    const pending = known && findPending(known, found, { state, project });
    return describeService({
      server: state.server,
      project,
      service,
      state: found,
      ...(pending === undefined ? {} : { pending }),
    });
  });
}

function findPending(
  config: ServiceConfig,
  { current }: ServiceState,
  { state, project }: { readonly state: ServerState; readonly project: string },
): readonly string[] {
  // Without its secrets nothing can be said about what of it changed.
  if (current === undefined || config.missingSecrets !== undefined) return [];
  const configHash = hashServiceConfig(config, state.facts.hashKey);
  return findServiceCauses({ project, config, configHash }, current);
}
