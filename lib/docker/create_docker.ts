/**
 * The Docker of one server.
 *
 * The rule: everything goes over the runner, in as few commands as possible, and nothing is kept here.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import * as containers from "./container_operations.ts";
import { createContainerWithLabels } from "./create_container.ts";
import { gracefulShutdown } from "./graceful_shutdown.ts";
import * as images from "./image_operations.ts";
import * as networks from "./network_operations.ts";
import { parseDockerInfo } from "./parse_info.ts";
import { createNetworkWithAddressPlan } from "./plan_network.ts";
import { runDocker } from "./run_docker.ts";
import type { Docker, DockerInfo } from "./types.ts";
import { watchExits } from "./watch_exits.ts";

/** What the Docker of a server is made with. */
export interface DockerOptions {
  /** Milliseconds of a clock that only goes forward; default: `performance.now`. */
  readonly now?: () => number;
  /** Numbers from 0 to 1; default: `Math.random`. */
  readonly random?: () => number;
}

/** Makes the {@linkcode Docker} that `runner` reaches. */
export function createDocker(runner: Runner, options: DockerOptions = {}): Docker {
  const { now = () => performance.now(), random = Math.random } = options;
  return {
    server: runner.server,
    info: (signal) => readInfo(runner, signal),
    findContainersByLabel: (labels, signal) =>
      containers.findContainersByLabel(runner, labels, signal),
    findPublishers: (ports, signal) => containers.findPublishers(runner, ports, signal),
    inspectContainers: (names, signal) => containers.inspectContainers(runner, names, signal),
    createContainerWithLabels: (spec, signal) => createContainerWithLabels(runner, spec, signal),
    startContainer: (name, signal) => containers.startContainer(runner, name, signal),
    renameContainer: (from, to, signal) => containers.renameContainer(runner, { from, to }, signal),
    gracefulShutdown: (name, timeoutMs, signal) =>
      gracefulShutdown(runner, { name, timeoutMs, now }, signal),
    removeContainer: (name, signal) =>
      containers.removeContainer(runner, { name, keepVolumes: false }, signal),
    removeContainerKeepingVolumes: (name, signal) =>
      containers.removeContainer(runner, { name, keepVolumes: true }, signal),
    setRestartPolicy: (names, policy, signal) =>
      containers.setRestartPolicy(runner, { names, policy }, signal),
    containerLogs: (name, lines, signal) =>
      containers.containerLogs(runner, { name, lines }, signal),
    watchExits: (label, watch) => watchExits(runner, label, watch),
    exec: (container, command) => containers.execInContainer(runner, container, command),
    inspectImage: (reference, signal) => images.inspectImage(runner, reference, signal),
    listImages: (reference, signal) => images.listImages(runner, reference, signal),
    pullImage: (reference, pull) => images.pullImage(runner, reference, pull),
    tagImage: (image, tag, signal) => images.tagImage(runner, { image, tag }, signal),
    untagImage: (tag, signal) => images.untagImage(runner, tag, signal),
    inspectNetwork: (name, signal) => networks.inspectNetwork(runner, name, signal),
    createNetworkWithAddressPlan: (name, labels, signal) =>
      createNetworkWithAddressPlan(runner, { name, labels, random }, signal),
    createNetwork: (name, labels, signal) =>
      networks.createNetwork(runner, { name, labels }, signal),
    connectNetwork: (container, network, signal) =>
      networks.connectNetwork(runner, { container, network }, signal),
    switchNetworkAlias: (change, signal) => networks.switchNetworkAlias(runner, change, signal),
  };
}

async function readInfo(runner: Runner, signal?: AbortSignal): Promise<DockerInfo> {
  const script = `docker version --format '{{json .Server}}' && docker info --format '{{json .}}'`;
  const action = "reach Docker";
  return parseDockerInfo(await runDocker(runner, { action, argv: ["sh", "-c", script], signal }));
}
