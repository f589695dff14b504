/**
 * Plans how the proxy learns of an app again that runs as luma.yml says, but that it lost.
 *
 * Pure. The rule: only replicas that pass their health check now get requests.
 *
 * @module
 */
import type { ResolvedApp } from "../resolve/resolve_app.ts";
import { deploymentOf } from "../state/active_color.ts";
import type { AppState } from "../state/types.ts";
import { planCheckHealth, routedEndpoint, routeOptions } from "./route_options.ts";
import type { Step } from "./types.ts";

/** The steps that give the active color its route back; none where the proxy knows the app. */
export function planRestore(app: ResolvedApp, state: AppState): readonly Step[] {
  const { port } = app;
  if (port === undefined || state.route !== undefined || state.active === undefined) return [];
  const base = { phase: "prepare", cause: "the proxy does not know the app" } as const;
  const replicas = state[state.active].flatMap(({ container, address }) =>
    address === undefined ? [] : [{ name: container.name, address }]
  );
  const deployment = deploymentOf(state[state.active]);
  return [
    planCheckHealth(app, { ...base, deployment, replicas }),
    {
      ...base,
      kind: "switch",
      to: state.active,
      deployment,
      endpoints: replicas.map(({ name, address }) => routedEndpoint(port, name, address)),
      options: routeOptions(app),
      expectedGeneration: 0,
    },
  ];
}
