/**
 * Takes one snapshot of a server.
 *
 * The rule: as few round trips as possible, all at once, and nothing is changed.
 *
 * @module
 */
import type { PortConfig } from "../config/types.ts";
import { awaitRemoval, REMOVAL_LIMIT_MS } from "../docker/await_removal.ts";
import type { Container, Docker, DockerInfo } from "../docker/types.ts";
import { messageOf } from "../error.ts";
import { PROXY_CONTAINER, type ProxyClient, ProxyError } from "../proxy_client/proxy_client.ts";
import type { Report } from "../report/events.ts";
import type { Runner } from "../ssh/runner.ts";
import { networkName } from "./app_state.ts";
import { LABELS } from "./labels.ts";
import { observePortHolders } from "./port_holders.ts";
import { isDetached, isHolding } from "./proxy_namespace.ts";
import { type FactsOptions, observeServerFacts } from "./server_facts.ts";
import type { ProxyState, ServerState } from "./types.ts";

/** Through what a server is observed. */
export interface ObserveEffects {
  readonly runner: Runner;
  readonly docker: Docker;
  readonly proxy: ProxyClient;
}

/** What is observed. */
export interface ObserveOptions {
  /** None: no project's network is looked for. */
  readonly project?: string | undefined;
  readonly mode: FactsOptions["mode"];
  /** Ports whose holders are asked for, where they are the server's. */
  readonly ports?: readonly PortConfig[];
  /** The engine, where it is known already. */
  readonly docker?: DockerInfo;
  /** Is told where Docker's removals are waited for. */
  readonly report?: Report;
  readonly signal: AbortSignal;
}

/** The server as it is now. */
export async function observeServer(
  effects: ObserveEffects,
  options: ObserveOptions,
): Promise<ServerState> {
  const { docker } = effects;
  const { project, signal } = options;
  const asked = Promise.resolve(options.docker ?? docker.info(signal));
  const askFacts = async () => {
    const { rootDir } = await asked;
    return await observeServerFacts(effects.runner, { mode: options.mode, rootDir, signal });
  };
  const [info, facts, portHolders, containers, proxyContainers, network, answer] = await Promise
    .all([
      asked,
      askFacts(),
      observePortHolders(effects, options.ports ?? [], signal),
      findContainers(docker, options),
      docker.findContainersByLabel([LABELS.role], signal),
      project === undefined ? undefined : docker.inspectNetwork(networkName(project), signal),
      askProxy(effects.proxy, signal),
    ]);
  return {
    server: docker.server,
    docker: info,
    facts,
    portHolders,
    containers,
    proxyContainers,
    ...(network === undefined ? {} : { network }),
    proxy: readProxyState(answer, proxyContainers),
  };
}

/**
 * The containers of all projects.
 *
 * Whoever is about to change something waits for those of the project that Docker is removing: what is
 * planned with them cannot be carried out.
 */
function findContainers(
  docker: Docker,
  { mode, project, report, signal }: ObserveOptions,
): Promise<readonly Container[]> {
  const find = () => docker.findContainersByLabel([LABELS.project], signal);
  if (mode === "read" || project === undefined) return find();
  const removing = (all: readonly Container[]) =>
    all.filter(({ status, labels }) => status === "removing" && labels[LABELS.project] === project);
  const onLong = (all: readonly Container[]) => {
    const names = removing(all).map(({ name }) => name).join(", ");
    const message = `Docker is still removing ${names}: waiting for that, ` +
      `${REMOVAL_LIMIT_MS / 1000} s at most`;
    report?.({ kind: "warning", server: docker.server, message });
  };
  return awaitRemoval(find, (all) => removing(all).length > 0, { signal, onLong });
}

type Answer = Extract<ProxyState, { readonly kind: "running" }> | {
  readonly kind: "failed";
  readonly reason: string;
};

async function askProxy(proxy: ProxyClient, signal: AbortSignal): Promise<Answer> {
  try {
    return { kind: "running", status: await proxy.call("status", {}, { signal }) };
  } catch (error) {
    // No such container, or one that is stopped, is a state to be shown and mended, not a failure.
    if (error instanceof ProxyError) return { kind: "failed", reason: messageOf(error) };
    throw error;
  }
}

function readProxyState(answer: Answer, containers: readonly Container[]): ProxyState {
  const program = containers.find(({ name }) => name === PROXY_CONTAINER);
  const holder = containers.find(({ labels }) => labels[LABELS.role] === "proxy-net");
  if (program !== undefined && holder !== undefined && isDetached(program, holder)) {
    const how = isHolding(holder) ? "was started again" : `is ${holder.status}`;
    return { kind: "down", reason: `${holder.name} ${how}, so luma-proxy lost its ports` };
  }
  if (answer.kind === "running") return answer;
  if (program === undefined) return { kind: "absent" };
  return {
    kind: "down",
    reason: program.status === "running"
      ? answer.reason
      : `the container ${PROXY_CONTAINER} is ${program.status}`,
  };
}
