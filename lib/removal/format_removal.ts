/**
 * Says what a removal takes away and what it leaves, for a person who is asked.
 *
 * Pure. The rule: everything that goes is named; how it goes is left to the steps.
 *
 * @module
 */
import { LABELS } from "../state/labels.ts";
import type { ServerState } from "../state/types.ts";
import type { Removal } from "./plan_remove.ts";
import type { RemoveStep } from "./types.ts";

/** The lines of a removal; none where nothing goes. */
export function formatRemoval(removal: Removal, state: ServerState): readonly string[] {
  const lines = removal.parts.flatMap(({ part, steps, unnamed }) => {
    const containers = namesOf(steps);
    const image = state.containers.find(({ name }) => containers.includes(name))
      ?.labels[LABELS.image];
    const what = image === undefined ? part.kind : `${part.kind}, ${image}`;
    return [
      `  ${part.name} (${what})`,
      ...formatSteps(steps, containers),
      ...unnamed.map((name) =>
        `    volume ${
          name.slice(0, 12)
        }, with all that is in it: it goes with its container, for nobody named it`
      ),
    ];
  });
  const rest = formatSteps(removal.rest, []);
  if (lines.length + rest.length === 0) return [];
  const project = rest.length === 0 ? [] : [`  project ${removal.project}`, ...rest];
  const kept = removal.kept.map((line) => `  stays: ${line}`);
  return [`[${removal.server}] To be removed:`, ...lines, ...project, ...kept];
}

function formatSteps(
  steps: readonly RemoveStep[],
  containers: readonly string[],
): readonly string[] {
  const list = containers.length === 0
    ? []
    : [`${containers.length === 1 ? "container" : "containers"} ${containers.join(", ")}`];
  return [...list, ...formatRoute(steps), ...steps.flatMap(describeStep)].map((line) =>
    `    ${line}`
  );
}

/** The route, with the time that its requests have: the longest of its colors. */
function formatRoute(steps: readonly RemoveStep[]): readonly string[] {
  if (!steps.some(({ kind }) => kind === "remove-route")) return [];
  const drainMs = Math.max(0, ...steps.map((step) => step.kind === "drain" ? step.timeoutMs : 0));
  const time = drainMs === 0 ? "" : `; what is being answered has ${drainMs / 1000} s to end`;
  return [`its route in the proxy${time}`];
}

function namesOf(steps: readonly RemoveStep[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.kind === "remove-container" || step.kind === "remove-with-volumes") {
      return [step.container];
    }
    return step.kind === "remove-service" ? [step.service] : [];
  });
}

/** What a step takes away; nothing for one that only leads there. */
function describeStep(step: RemoveStep): readonly string[] {
  switch (step.kind) {
    case "drop-alias":
    case "drain":
    case "remove-route":
    case "stop-container":
    case "remove-container":
    case "remove-service":
    case "disconnect-proxy":
      return [];
    case "untag-images":
      return [
        step.tags.length === 1
          ? `image ${step.tags[0]}`
          : `${step.tags.length} images ${step.tags[0]?.replace(/:.*$/, ":*")}`,
      ];
    case "remove-with-volumes":
      return step.volumes.map(describeVolume);
    case "remove-volume":
      return [describeVolume(step.volume)];
    case "remove-folder":
      return [`folder ${step.path}`];
    case "remove-network":
      return [`network ${step.network}`];
  }
}

function describeVolume(name: string): string {
  return `volume ${name}, with all that is in it`;
}
