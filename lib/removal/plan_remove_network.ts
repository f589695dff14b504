/**
 * Plans how a project's network goes away.
 *
 * Pure. The rule: a network that somebody else's container is in stays.
 *
 * @module
 */
import type { Container } from "../docker/types.ts";
import { networkName } from "../state/app_state.ts";
import { LABELS } from "../state/labels.ts";
import type { ServerState } from "../state/types.ts";
import type { RemoveStep } from "./types.ts";

/** The steps, and what stays. @param going The containers that are removed before. */
export function planNetworkRemoval(
  state: ServerState,
  project: string,
  going: readonly Container[],
): { readonly steps: readonly RemoveStep[]; readonly kept: readonly string[] } {
  const name = networkName(project);
  if (state.network === undefined) return { steps: [], kept: [] };
  const holder = state.proxyContainers.find(({ labels }) => labels[LABELS.role] === "proxy-net");
  const ours = [...going.map(({ id }) => id), holder?.id];
  const others = state.network.attached.filter(({ id }) => !ours.includes(id));
  if (others.length > 0) {
    const names = others.map((other) => other.name).join(", ");
    return { steps: [], kept: [`network ${name}: ${names} uses it`] };
  }
  const base = { phase: "cleanup", cause: "removed", network: name } as const;
  const disconnect: readonly RemoveStep[] = holder?.networks[name] === undefined
    ? []
    : [{ ...base, kind: "disconnect-proxy" }];
  return { steps: [...disconnect, { ...base, kind: "remove-network" }], kept: [] };
}
