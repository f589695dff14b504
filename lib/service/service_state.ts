/**
 * Reads one service out of a server's snapshot, and the names of its containers.
 *
 * Pure. The rule: containers belong to a service by their labels; the name only tells which of two is
 * the newer one, and no other container can have a name with that ending.
 *
 * @module
 */
import type { Container } from "../docker/types.ts";
import { LABELS } from "../state/labels.ts";
import type { ServerState } from "../state/types.ts";
import type { ServiceState } from "./types.ts";

/** Ends the name of a container that is to replace another; no app's or service's name has a dot. */
const NEXT = ".next";

/** What stands of a service on a server. */
export function readServiceState(
  { containers }: Pick<ServerState, "containers">,
  project: string,
  service: string,
): ServiceState {
  const own = containers.filter(({ labels }) =>
    labels[LABELS.project] === project && labels[LABELS.service] === service
  );
  const current = own.find(({ name }) => !name.endsWith(NEXT));
  const next = own.find(({ name }) => name.endsWith(NEXT));
  return {
    ...(current === undefined ? {} : { current }),
    ...(next === undefined ? {} : { next }),
  };
}

/** Names of the project's services that have a container on a server, in their order. */
export function listServices(
  { containers }: Pick<ServerState, "containers">,
  project: string,
): readonly string[] {
  const names = containers.flatMap(({ labels }) => {
    const name = labels[LABELS.service];
    return labels[LABELS.project] === project && name !== undefined ? [name] : [];
  });
  return [...new Set(names)].sort();
}

/** The name that the successor of a container has until it is in its place. */
export function nextName(name: string): string {
  return `${name}${NEXT}`;
}

/** The name that a container has when it is in its place. */
export function finalName({ name }: Pick<Container, "name">): string {
  return name.endsWith(NEXT) ? name.slice(0, -NEXT.length) : name;
}

/** Names for the first container of a service, the better one first. */
export function possibleNames(project: string, service: string): readonly string[] {
  return [service, `${project}-${service}`];
}
