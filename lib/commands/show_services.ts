/**
 * Shows the services of a server, from its snapshot.
 *
 * The rule: nothing more is asked of the server.
 *
 * @module
 */
import type { ServiceConfig } from "../config/types.ts";
import { hashServiceConfig } from "../resolve/config_hash.ts";
import { findServiceCauses } from "../service/decide_service.ts";
import { readServiceState } from "../service/service_state.ts";
import type { ServiceState } from "../service/types.ts";
import type { ServerState } from "../state/types.ts";
import { formatServiceStatus } from "../status/format_service_status.ts";
import { describeService } from "../status/service_status.ts";
import type { CommandContext } from "./context.ts";

/** What is shown of a server. */
export interface ShownServices {
  readonly state: ServerState;
  readonly services: readonly ServiceConfig[];
  /** Names of services that luma.yml does not have any more. */
  readonly removed: readonly string[];
}

/** Prints the status of each service. */
export function showServices(
  { state, services, removed }: ShownServices,
  { config, print, json }: CommandContext,
): void {
  const all = [
    ...services.map((service) => [service.name, service] as const),
    ...removed.map(
      (name) => [name, undefined] as const,
    ),
  ];
  for (const [service, known] of all) {
    const found = readServiceState(state, config.name, service);
    const pending = known && findPending(known, found, { state, project: config.name });
    const status = describeService({
      server: state.server,
      project: config.name,
      service,
      state: found,
      ...(pending === undefined ? {} : { pending }),
    });
    print(json ? JSON.stringify(status) : formatServiceStatus(status, state.facts.nowMs));
  }
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
