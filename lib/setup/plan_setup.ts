/**
 * Plans what a server needs before an app can be deployed on it: network and proxy.
 *
 * Pure. The rule: nothing that runs is touched, but for a proxy that is to be replaced.
 *
 * @module
 */
import type { ProxyConfig } from "../config/types.ts";
import type { Container } from "../docker/types.ts";
import { PROXY_CONTAINER } from "../proxy_client/proxy_client.ts";
import { networkName } from "../state/app_state.ts";
import { LABELS } from "../state/labels.ts";
import { isDetached, isHolding } from "../state/proxy_namespace.ts";
import type { ServerFacts, ServerState } from "../state/types.ts";
import { formatProxySettings } from "./proxy_settings.ts";
import { FORMER_CONTAINER, HOLDER_CONTAINER, type SetupStep } from "./types.ts";

/** What planning a setup looks at. */
export type SetupState =
  & Pick<ServerState, "network" | "containers" | "proxyContainers" | "proxy">
  & {
    readonly facts: Pick<ServerFacts, "kernel">;
  };

/** What a server is set up for. */
export interface PlanSetupOptions {
  /** None: for any, and its network is made when it is deployed. */
  readonly project?: string | undefined;
  readonly proxy: ProxyConfig;
  /** The image that the proxy shall run; none: the one that it runs is right. */
  readonly wantedImage?: string;
  /** Nothing of the project is served there: the proxy is left as it is. */
  readonly networkOnly?: boolean;
}

/** The steps; none where everything is there. */
export function planSetup(state: SetupState, options: PlanSetupOptions): readonly SetupStep[] {
  const { project } = options;
  const network = project === undefined ? undefined : networkName(project);
  const holder = state.proxyContainers.find(({ name }) => name === HOLDER_CONTAINER);
  const create: readonly SetupStep[] = state.network === undefined && project !== undefined
    ? [{ kind: "create-network", network: networkName(project), project }]
    : [];
  if (options.networkOnly === true) return create;
  return [
    ...create,
    ...planProxy(state, holder, options),
    ...missingNetworks(state, holder, network).map((name) =>
      ({ kind: "connect-holder", network: name }) as const
    ),
  ];
}

/** The steps on a server whose Docker is still to be installed. */
export function planFirstSetup(kernel: string, options: PlanSetupOptions): readonly SetupStep[] {
  const nothing = { proxyContainers: [], containers: [], proxy: { kind: "absent" } } as const;
  return planSetup({ facts: { kernel }, ...nothing }, options);
}

/** The project's network; for a new holder also those of the projects that the former one served. */
function missingNetworks(
  { containers }: SetupState,
  holder: Container | undefined,
  network: string | undefined,
): readonly string[] {
  const own = network === undefined ? [] : [network];
  if (holder !== undefined) return own.filter((name) => holder.networks[name] === undefined);
  const others = containers.flatMap(({ labels, networks }) => {
    const name = networkName(labels[LABELS.project] ?? "");
    return networks[name] === undefined ? [] : [name];
  });
  return [...new Set([...own, ...others])];
}

function planProxy(
  state: SetupState,
  holder: Container | undefined,
  options: PlanSetupOptions,
): readonly SetupStep[] {
  const found = state.proxyContainers.find(({ name }) => name === PROXY_CONTAINER);
  if (holder === undefined) return planFirstProxy(state, found, options.proxy);
  const { wantedImage, proxy } = options;
  const former = state.proxyContainers.find(({ name }) => name === FORMER_CONTAINER);
  const program = found ?? former;
  return [
    ...planFormer(found, former),
    ...planProgram(state, { holder, program, wantedImage, proxy }),
  ];
}

/** What an interrupted replacement left. A program that still drains ends by itself. */
function planFormer(
  program: Container | undefined,
  former: Container | undefined,
): readonly SetupStep[] {
  if (former === undefined) return [];
  if (program === undefined) return [{ kind: "restore-program" }];
  return former.status === "running"
    ? []
    : [{ kind: "remove-container", container: FORMER_CONTAINER }];
}

interface ProgramOptions {
  readonly holder: Container;
  readonly program: Container | undefined;
  readonly wantedImage: string | undefined;
  readonly proxy: ProxyConfig;
}

/** A project that sets nothing leaves a proxy as another project, or an earlier luma.yml, set it. */
function settingsFor(program: Container | undefined, { settings }: ProxyConfig): string {
  return settings === undefined
    ? program?.labels[LABELS.proxySettings] ?? ""
    : formatProxySettings(settings);
}

function planProgram(
  state: SetupState,
  { holder, program, wantedImage, proxy }: ProgramOptions,
): readonly SetupStep[] {
  const startHolder: readonly SetupStep[] = isHolding(holder)
    ? []
    : [{ kind: "start-container", container: HOLDER_CONTAINER }];
  const wait: SetupStep = { kind: "wait-for-proxy" };
  const settings = settingsFor(program, proxy);
  const create: readonly SetupStep[] = [
    { kind: "bring-image" },
    { kind: "create-program", settings },
    wait,
  ];
  if (program === undefined) return [...startHolder, ...create];
  // A program belongs to one namespace: that of the holder it was created with.
  if (program.networkMode !== `container:${holder.id}`) {
    return [...startHolder, { kind: "remove-container", container: PROXY_CONTAINER }, ...create];
  }
  const runs = program.status === "running" && !isDetached(program, holder);
  // A deployment takes the proxy as it is: it is brought up to date by a setup alone.
  const outdated = wantedImage !== undefined &&
    (program.labels[LABELS.image] !== wantedImage ||
      (program.labels[LABELS.proxySettings] ?? "") !== settings);
  if (runs && outdated) {
    return [{ kind: "bring-image" }, { kind: "replace-program", settings }, wait];
  }
  if (outdated) {
    return [...startHolder, { kind: "remove-container", container: PROXY_CONTAINER }, ...create];
  }
  if (runs) return state.proxy.kind === "running" && program.name === PROXY_CONTAINER ? [] : [wait];
  const start: SetupStep = program.status === "running" || program.status === "paused"
    ? { kind: "restart-program" }
    : { kind: "start-container", container: PROXY_CONTAINER };
  return [...startHolder, start, wait];
}

function planFirstProxy(
  state: SetupState,
  program: Container | undefined,
  proxy: ProxyConfig,
): readonly SetupStep[] {
  const { httpPort, httpsPort } = proxy;
  return [
    ...(program === undefined
      ? []
      : [{ kind: "remove-container", container: PROXY_CONTAINER } as const]),
    { kind: "bring-image" },
    { kind: "create-ingress" },
    {
      kind: "create-holder",
      httpPort,
      httpsPort,
      migratesConnections: isKernelAtLeast(state.facts.kernel, 5, 14),
    },
    { kind: "create-program", settings: settingsFor(program, proxy) },
    { kind: "wait-for-proxy" },
  ];
}

/** Whether a kernel release such as `6.1.0-13-amd64` is of this version or a later one. */
export function isKernelAtLeast(release: string, major: number, minor: number): boolean {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  if (first === undefined || second === undefined) return false;
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}
