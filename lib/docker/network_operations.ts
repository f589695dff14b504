/**
 * Operations on networks.
 *
 * The rule: a network that exists is used as it is, whoever made it.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import { resolveContainer } from "./container_operations.ts";
import * as argv from "./network_argv.ts";
import { parseNetworks } from "./parse_network.ts";
import { runDocker } from "./run_docker.ts";
import { switchAliasArgv } from "./switch_script.ts";
import type { AliasChange, Network } from "./types.ts";

/** Inspects a network; `undefined` when there is none of exactly this name or id. */
export async function inspectNetwork(
  runner: Runner,
  name: string,
  signal?: AbortSignal,
): Promise<Network | undefined> {
  const stdout = await runDocker(runner, {
    action: `inspect the network "${name}"`,
    argv: argv.inspectNetworkArgv(name),
    expected: ["no-network"],
    signal,
  });
  return parseNetworks(stdout).find((network) => network.name === name || network.id === name);
}

/** Creates a bridge network as Docker plans it; one that exists is no error. */
export async function createNetwork(
  runner: Runner,
  spec: argv.NetworkSpec,
  signal?: AbortSignal,
): Promise<void> {
  await runDocker(runner, {
    action: `create the network "${spec.name}"`,
    argv: argv.createNetworkArgv(spec),
    expected: ["network-exists"],
    signal,
  });
}

/** A container, and the network that it is plugged into or taken out of. */
export interface NetworkEnds {
  readonly container: string;
  readonly network: string;
}

/** Plugs a container into one more network; one that is plugged in is no error. */
export async function connectNetwork(
  runner: Runner,
  { container, network }: NetworkEnds,
  signal?: AbortSignal,
): Promise<void> {
  const exact = await resolveContainer(runner, container, signal);
  await runDocker(runner, {
    action: `connect the container "${container}" to the network "${network}"`,
    argv: argv.connectArgv(exact, network),
    expected: ["connected"],
    signal,
  });
}

/** Takes a container out of a network; one that is not in it, or a missing network, is no error. */
export async function disconnectNetwork(
  runner: Runner,
  { container, network }: NetworkEnds,
  signal?: AbortSignal,
): Promise<void> {
  const exact = await resolveContainer(runner, container, signal);
  await runDocker(runner, {
    action: `disconnect the container "${container}" from the network "${network}"`,
    argv: argv.disconnectArgv(exact, network),
    expected: ["not-connected", "no-network"],
    signal,
  });
}

/** Removes a network; a missing one is no error. @throws {DockerError} When a container is in it. */
export async function removeNetwork(
  runner: Runner,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  await runDocker(runner, {
    action: `remove the network "${name}"`,
    argv: argv.removeNetworkArgv(name),
    expected: ["no-network"],
    signal,
  });
}

/**
 * Gives containers other aliases without cutting a connection.
 *
 * Once it runs, an abort does not end it: whoever undoes what was done must not meet it halfway. It takes
 * some tenths of a second for a container, and at most about ten seconds.
 */
export async function switchNetworkAlias(
  runner: Runner,
  change: AliasChange,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  if (change.containers.length === 0) return;
  const containers = await Promise.all(change.containers.map(async (container) => ({
    ...container,
    name: await resolveContainer(runner, container.name, signal),
  })));
  const names = change.containers.map(({ name }) => `"${name}"`).join(", ");
  await runDocker(runner, {
    action: `switch the aliases of ${names} in the network "${change.network}"`,
    argv: switchAliasArgv({ ...change, containers }),
  });
}
