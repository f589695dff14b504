/**
 * Names the containers of an app.
 *
 * Pure. The rule: `{app}-{color}`, or `{app}-{color}-{i}` where there are several; with the project
 * in front only where another project on that server has an app of that name.
 *
 * @module
 */
import type { Color } from "../../proxy/api.ts";
import { LABELS } from "../state/labels.ts";
import type { ServerState } from "../state/types.ts";

/** The replicas' names, first to last. */
export function nameReplicas(
  state: ServerState,
  app: { readonly project: string; readonly name: string; readonly replicas: number },
  color: Color,
): readonly string[] {
  const prefix = isNameShared(state, app) ? `${app.project}-` : "";
  const name = `${prefix}${app.name}-${color}`;
  return app.replicas === 1
    ? [name]
    : Array.from({ length: app.replicas }, (_, index) => `${name}-${index + 1}`);
}

function isNameShared(
  state: ServerState,
  app: { readonly project: string; readonly name: string },
): boolean {
  return state.containers.some(({ labels }) =>
    labels[LABELS.app] === app.name && labels[LABELS.project] !== app.project
  );
}
