/**
 * Finds the servers and containers of apps and services, by the names that a person types.
 *
 * The rule: names are looked for in luma.yml; containers belong to an app or a service by their labels.
 *
 * @module
 */
import type { Color } from "../../proxy/api.ts";
import type { Config, ContainerConfig, ServerConfig } from "../config/types.ts";
import type { Container } from "../docker/types.ts";
import { LumaError } from "../error.ts";
import { readAppState } from "../state/app_state.ts";
import { LABELS } from "../state/labels.ts";
import type { ServerState } from "../state/types.ts";
import { selectTargets } from "./select_targets.ts";

/** An app or a service, by its name. */
export interface Part {
  readonly kind: "app" | "service";
  readonly name: string;
}

/** Which containers of a part are meant. */
export interface ContainerChoice {
  /** None: the color in use. */
  readonly color?: Color;
  /** Counted from 1; none: all. */
  readonly replica?: number;
}

/**
 * The named apps and services in the order of the file, apps first; all of them where no name is given.
 *
 * @throws {UsageError} For a name that neither an app nor a service has.
 */
export function selectParts(config: Config, names: readonly string[]): readonly Part[] {
  const { apps, services } = selectTargets(config, names);
  return [
    ...apps.map(({ name }): Part => ({ kind: "app", name })),
    ...services.map(({ name }): Part => ({ kind: "service", name })),
  ];
}

/** What luma.yml says of a part; none where it says nothing any more. */
export function findConfig(config: Config, { kind, name }: Part): ContainerConfig | undefined {
  const list: readonly ContainerConfig[] = kind === "app" ? config.apps : config.services;
  return list.find((container) => container.name === name);
}

/** The servers that any of the parts is on, in the order of the file. */
export function serversOf(config: Config, parts: readonly Part[]): readonly ServerConfig[] {
  const names = parts.flatMap((part) => findConfig(config, part)?.servers ?? []);
  return config.servers.filter(({ name }) => names.includes(name));
}

/** Whether a container is the project's, and one of the part. */
export function isPartOf(container: Container, project: string, { kind, name }: Part): boolean {
  const { labels } = container;
  return labels[LABELS.project] === project && labels[LABELS[kind]] === name;
}

/** The containers of a part on a server, first replica first. */
export function findContainers(
  part: Part,
  { state, project, color, replica }: ContainerChoice & {
    readonly state: ServerState;
    readonly project: string;
  },
): readonly Container[] {
  if (part.kind === "service") {
    return state.containers.filter((container) => isPartOf(container, project, part));
  }
  const app = readAppState(state, project, part.name);
  const chosen = color ?? app.active;
  const replicas = chosen === undefined ? [...app.blue, ...app.green] : app[chosen];
  return replicas.filter((one) => replica === undefined || one.replica === replica)
    .map(({ container }) => container);
}

/** The error where nothing of a part is there. */
export function nothingThere(
  part: Part,
  { server, color, replica }: ContainerChoice & { readonly server: string },
): LumaError {
  const which = [
    color === undefined ? "" : ` of color ${color}`,
    replica === undefined ? "" : ` with number ${replica}`,
  ].join("");
  return new LumaError(`Cannot find a container${which} of "${part.name}" on ${server}`, {
    hint: part.kind === "app"
      ? `See what is there with: luma status ${part.name}; or bring it there: luma deploy ${part.name}`
      : "Services are started by: luma deploy",
  });
}
