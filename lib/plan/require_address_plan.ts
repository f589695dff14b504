/**
 * Refuses a network in which luma has no addresses of its own.
 *
 * Pure. The rule: what others made is theirs to remove; it is told what to type.
 *
 * @module
 */
import { LumaError } from "../error.ts";
import { networkName } from "../state/app_state.ts";
import type { ServerState } from "../state/types.ts";

/** Who made the network, where Compose did. */
const COMPOSE_PROJECT = "com.docker.compose.project";

/**
 * Passes where the project's network keeps addresses for luma, or is not there yet.
 *
 * @throws {LumaError} When Docker hands out all of its addresses: one that luma gives a replica could be
 * another container's when the replica is started again.
 */
export function requireAddressPlan({ network, server }: ServerState, project: string): void {
  if (network === undefined) return;
  if (network.subnet !== undefined && network.ipRange !== undefined) return;
  const name = networkName(project);
  const compose = network.labels[COMPOSE_PROJECT];
  const maker = compose === undefined ? "another program" : `Docker Compose (project "${compose}")`;
  const users = network.attached.map((container) => container.name);
  const stop = compose === undefined
    ? users.length === 0 ? [] : [`Stop what uses it on ${server}: docker stop ${users.join(" ")}`]
    : [`Let Compose take it away on ${server}: docker compose -p ${compose} down`];
  throw new LumaError(
    `Cannot use the network "${name}" on ${server}: it was made by ${maker}, without a range of ` +
      "addresses for luma",
    {
      hint: [
        ...stop,
        `Remove it, if it is still there: docker network rm ${name}`,
        "luma deploy makes it again; or give the project another `name:` in luma.yml",
      ].join("\n"),
    },
  );
}
