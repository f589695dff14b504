/**
 * Says why an app has to be deployed.
 *
 * Pure. The rule: no cause, no deployment; each cause is a few words that a person understands.
 *
 * @module
 */
import { changedSections } from "../resolve/config_hash.ts";
import type { ResolvedApp } from "../resolve/resolve_app.ts";
import { LABELS } from "../state/labels.ts";
import type { AppState, ReplicaState } from "../state/types.ts";

/** The causes; none where what runs is what luma.yml says. */
export function findCauses(app: ResolvedApp, state: AppState): readonly string[] {
  const active = state.active === undefined ? [] : state[state.active];
  const [first] = active;
  if (first === undefined) {
    return [state.active === undefined ? "first deployment" : "no replica left"];
  }
  return [
    ...imageCause(app, active),
    ...configCauses(app, first),
    ...replicaCauses(app, active),
    ...routeCauses(app, state, active),
  ];
}

function imageCause(app: ResolvedApp, active: readonly ReplicaState[]): readonly string[] {
  return active.every(({ container }) => container.imageId === app.image.id)
    ? []
    : ["image changed"];
}

function configCauses(app: ResolvedApp, first: ReplicaState): readonly string[] {
  const before = first.container.labels[LABELS.configHash] ?? "";
  return changedSections(before, app.configHash).map((section) => `${section} changed`);
}

function replicaCauses(app: ResolvedApp, active: readonly ReplicaState[]): readonly string[] {
  const wanted = app.config.replicas;
  if (active.length !== wanted) return [`replicas ${active.length} → ${wanted}`];
  const running = active.filter(({ container }) => container.status === "running").length;
  return running === wanted ? [] : [`${wanted - running} of ${wanted} replicas not running`];
}

function routeCauses(
  app: ResolvedApp,
  state: AppState,
  active: readonly ReplicaState[],
): readonly string[] {
  if (!active.every(({ holdsAlias }) => holdsAlias)) return ["a former deployment did not finish"];
  if (app.port === undefined || state.route === undefined) return [];
  const routed = state.route.current.endpoints.map(({ address, port }) => `${address}:${port}`);
  const wanted = active.map(({ address }) => `${address}:${app.port}`);
  return routed.length === wanted.length && wanted.every((endpoint) => routed.includes(endpoint))
    ? []
    : ["the proxy sends requests elsewhere"];
}
