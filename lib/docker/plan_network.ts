/**
 * Creates networks with an address plan: Docker hands out the upper half of the subnet, luma the lower.
 *
 * The rule: afterwards there is one network of that name, also when several ask at the same time. Docker itself
 * creates two then, and after that refuses the name as ambiguous.
 *
 * @module
 */
import { setTimeout } from "node:timers/promises";
import type { Runner } from "../ssh/runner.ts";
import { upperHalf } from "./address_plan.ts";
import { DockerError, type DockerFailure } from "./docker_error.ts";
import * as argv from "./network_argv.ts";
import { inspectNetwork } from "./network_operations.ts";
import { parseNetworks } from "./parse_network.ts";
import { runDocker } from "./run_docker.ts";
import type { Network } from "./types.ts";

/** How often it is tried, when others take the subnet or the name in between. */
const TRIES = 8;
/** What others who do the same at the same time can cause. */
const RACES: readonly DockerFailure[] = ["subnet-in-use", "network-exists", "network-ambiguous"];
const LONGEST_WAIT_MS = 1000;

/** What is created, and what keeps several who ask at once apart. */
export interface PlanRequest extends argv.NetworkSpec {
  /** A number from 0 to 1, another one at each call. */
  readonly random: () => number;
}

/**
 * Creates a bridge network of which Docker hands out the upper half only, or returns the one of that
 * name as it is.
 *
 * @throws {DockerError} When Docker has no free subnet.
 */
export async function createNetworkWithAddressPlan(
  runner: Runner,
  request: PlanRequest,
  signal?: AbortSignal,
): Promise<Network> {
  const { random, ...spec } = request;
  for (let tries = 1;; tries += 1) {
    try {
      const existing = await inspectNetwork(runner, spec.name, signal);
      if (existing !== undefined) return existing;
      const plan = await pickPlan(runner, spec.name, signal);
      await createAlone(runner, { ...spec, plan }, signal);
    } catch (error) {
      const isRace = error instanceof DockerError && RACES.includes(error.kind);
      if (!isRace || tries >= TRIES) throw error;
      await setTimeout(random() * LONGEST_WAIT_MS, undefined, signal && { signal });
    }
  }
}

/**
 * Creates a network, and takes it back when another one has its name.
 *
 * Whoever sees two takes back its own, never another's: then the one that somebody already uses, because
 * it was alone when it was made, stays.
 */
async function createAlone(
  runner: Runner,
  spec: argv.NetworkSpec,
  signal?: AbortSignal,
): Promise<void> {
  const action = `create the network "${spec.name}"`;
  const create = argv.createNetworkArgv(spec);
  const id = (await runDocker(runner, { action, argv: create, signal })).trim();
  const list = argv.listNetworksArgv(spec.name);
  const lines = (await runDocker(runner, { action, argv: list, signal })).split("\n");
  if (lines.filter((line) => line.split(" ")[1] === spec.name).length <= 1) return;
  await runDocker(runner, { action, argv: argv.removeNetworkArgv(id), signal });
  const reason = `another network of this name is being created on ${runner.server}`;
  throw new DockerError("network-ambiguous", `Cannot ${action}: ${reason}`);
}

async function pickPlan(
  runner: Runner,
  name: string,
  signal?: AbortSignal,
): Promise<argv.AddressPlan> {
  const action = `pick a subnet for the network "${name}"`;
  const stdout = await runDocker(runner, { action, argv: argv.probeSubnetArgv(name), signal });
  const [probe] = parseNetworks(stdout);
  if (probe?.subnet === undefined || probe.gateway === undefined) {
    throw new DockerError("other", `Cannot ${action} on ${runner.server}: Docker gave none`);
  }
  return { subnet: probe.subnet, gateway: probe.gateway, ipRange: upperHalf(probe.subnet) };
}
