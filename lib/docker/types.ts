/**
 * What luma knows of Docker: containers, images and networks as values, and the operations on them.
 *
 * The rule: Docker's own JSON stops in lib/docker/; everybody else sees these types.
 *
 * @module
 */
import type { Secret } from "../config/secret.ts";
import type { Output } from "../ssh/runner.ts";
import type { Image, RegistryLogin } from "./image_types.ts";
import type { PublishedPort } from "./published_port.ts";

export type { Image, RegistryLogin };

/** The engine of one server. */
export interface DockerInfo {
  /** The engine's version. */
  readonly version: string;
  /** The version of its API. */
  readonly apiVersion: string;
  /** As in image platforms: `amd64`, `arm64`. */
  readonly architecture: string;
  /** As in image platforms: `linux`. */
  readonly os: string;
  /** Its processors. */
  readonly cpus: number;
  /** All of the server's memory. */
  readonly memoryBytes: number;
  /** The engine's folder, where images take their space. */
  readonly rootDir: string;
}

/** One container, running or not. */
export interface Container {
  /** The container's id. */
  readonly id: string;
  /** Its name, without a slash. */
  readonly name: string;
  /** Id of its image, `sha256:…`. */
  readonly imageId: string;
  /** The reference it was created from. */
  readonly imageRef: string;
  /** Its labels by name. */
  readonly labels: Readonly<Record<string, string>>;
  /** Its state, in Docker's words. */
  readonly status: "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
  /** The status it ended with; 0 while it runs. */
  readonly exitCode: number;
  /** It was ended for want of memory. */
  readonly oomKilled: boolean;
  /** Docker's own reason why it could not start. */
  readonly error: string;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
  /** None where it never started. */
  readonly startedAtMs?: number;
  /** `no`, `always`, `unless-stopped` or `on-failure`. */
  readonly restartPolicy: string;
  /** State of the image's HEALTHCHECK, where it has one. */
  readonly health?: "starting" | "healthy" | "unhealthy";
  /** How often its HEALTHCHECK runs, the first time after one interval; none where it has none. */
  readonly healthCheckIntervalMs?: number;
  /** What its HEALTHCHECK printed last. */
  readonly healthOutput?: string;
  /** How it is attached, by the name of the network. */
  readonly networks: Readonly<Record<string, ContainerNetwork>>;
  /** `bridge`, the name of a network, or `container:ID`. */
  readonly networkMode: string;
  /** The server's ports that lead to it. */
  readonly publishedPorts: readonly PublishedPort[];
  /** None where it may take all. */
  readonly memoryLimitBytes?: number;
  /** Docker's volumes that it has, without folders of the server; none where it has none. */
  readonly volumes?: readonly ContainerVolume[];
  /** How often Docker started it again by itself. */
  readonly restarts?: number;
}

/** A volume of Docker's in a container. */
export interface ContainerVolume {
  /** The volume's name. */
  readonly name: string;
  /** Where it is mounted. */
  readonly path: string;
  /** Nobody named it: the image asked for it, and Docker made up 64 digits. */
  readonly anonymous: boolean;
}

/** How a container is attached to a network. */
export interface ContainerNetwork {
  /** The address it has now; none while it does not run. */
  readonly address?: string;
  /** The address it was given with `--ip`, which it keeps over restarts. */
  readonly configuredAddress?: string;
  /** Names others find it by, without its own id. */
  readonly aliases: readonly string[];
}

/** A network. */
export interface Network {
  /** The network's id. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** `bridge` or `overlay`. */
  readonly driver: string;
  /** Its labels by name. */
  readonly labels: Readonly<Record<string, string>>;
  /** The first IPv4 subnet, `172.18.0.0/16`. */
  readonly subnet?: string;
  /** The part of the subnet from which Docker hands out addresses by itself. */
  readonly ipRange?: string;
  /** The server's own address in it. */
  readonly gateway?: string;
  /** Attached containers that run: id, name and address. */
  readonly attached: readonly {
    readonly id: string;
    readonly name: string;
    readonly address: string;
  }[];
}

/** What a container is created from. */
export interface ContainerSpec {
  readonly name: string;
  /** Reference or id. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly network?: string;
  /** `--network container:NAME`, instead of `network`. */
  readonly networkOf?: string;
  readonly address?: string;
  readonly aliases?: readonly string[];
  readonly restart: "no" | "always" | "unless-stopped";
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, Secret>>;
  /** Words for `--volume`: `name:/path:ro`. */
  readonly volumes?: readonly string[];
  /** Words for `--publish`: `127.0.0.1:8080:80/tcp`. */
  readonly ports?: readonly string[];
  readonly command?: readonly string[];
  readonly entrypoint?: string;
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly stopTimeoutMs?: number;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly readOnly?: boolean;
  readonly capDrop?: readonly string[];
  readonly capAdd?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly health?: {
    readonly command: readonly string[];
    readonly intervalMs: number;
    readonly timeoutMs: number;
    readonly retries: number;
    readonly startPeriodMs: number;
  };
  /** Lets the engine forward signals and reap children: `--init`. */
  readonly init?: boolean;
  /** Refuse to create it while another container has `address` configured in `network`. */
  readonly exclusiveAddress?: {
    /** File on the server that is locked meanwhile, with flock. */
    readonly lockFile: string;
    /** Containers with this label count, stopped ones too: `luma.project=blog`. */
    readonly label: string;
  };
}

/** A container that ended while it was watched. */
export interface ContainerExit {
  readonly name: string;
  readonly exitCode: number;
}

/** How a graceful shutdown went. */
export interface Shutdown {
  readonly exitCode: number;
  /** It did not end on SIGTERM in time, and was killed. */
  readonly killed: boolean;
  readonly tookMs: number;
}

/** The operations on one server's Docker. Every failure is a DockerError with Docker's own words. */
export interface Docker {
  readonly server: string;
  info(signal?: AbortSignal): Promise<DockerInfo>;

  /** All containers, stopped ones too, that have every label (`key` or `key=value`). */
  findContainersByLabel(
    labels: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly Container[]>;
  /** Running containers, anybody's, that one of these ports of the server leads to. */
  findPublishers(ports: readonly number[], signal?: AbortSignal): Promise<readonly Container[]>;
  /** The named containers; those that do not exist are left out. */
  inspectContainers(names: readonly string[], signal?: AbortSignal): Promise<readonly Container[]>;
  /** Secrets go over standard input. @returns The id. */
  createContainerWithLabels(spec: ContainerSpec, signal?: AbortSignal): Promise<string>;
  startContainer(name: string, signal?: AbortSignal): Promise<void>;
  renameContainer(from: string, to: string, signal?: AbortSignal): Promise<void>;
  /** SIGTERM, then SIGKILL after `timeoutMs`; a container that does not run is left as it is. */
  gracefulShutdown(name: string, timeoutMs: number, signal?: AbortSignal): Promise<Shutdown>;
  /** Removes it with its anonymous volumes, also while it runs; a missing one is no error. */
  removeContainer(name: string, signal?: AbortSignal): Promise<void>;
  /** Removes it, also while it runs, and keeps all of its volumes; a missing one is no error. */
  removeContainerKeepingVolumes(name: string, signal?: AbortSignal): Promise<void>;
  setRestartPolicy(
    names: readonly string[],
    policy: ContainerSpec["restart"],
    signal?: AbortSignal,
  ): Promise<void>;
  /** The newest lines of standard output and error, oldest first. */
  containerLogs(name: string, lines: number, signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * Calls `onExit` for every container with `label` that ended since `sinceMs` (server clock), until
   * `signal` is aborted, which is its normal end.
   */
  watchExits(
    label: string,
    watch: {
      readonly sinceMs: number;
      readonly onExit: (exit: ContainerExit) => void;
      readonly signal: AbortSignal;
    },
  ): Promise<void>;
  exec(container: string, command: ExecCommand): Promise<Output>;

  inspectImage(reference: string, signal?: AbortSignal): Promise<Image | undefined>;
  listImages(
    reference: string,
    signal?: AbortSignal,
  ): Promise<readonly { readonly id: string; readonly tag: string }[]>;
  pullImage(
    reference: string,
    options?: {
      readonly onProgress?: (line: string) => void;
      readonly login?: RegistryLogin;
      readonly signal?: AbortSignal;
    },
  ): Promise<void>;
  tagImage(image: string, tag: string, signal?: AbortSignal): Promise<void>;
  /** Removes a tag, and the image when it was the last; one that is in use or missing is no error. */
  untagImage(tag: string, signal?: AbortSignal): Promise<void>;

  inspectNetwork(name: string, signal?: AbortSignal): Promise<Network | undefined>;
  /** A bridge whose upper half Docker hands out, so that the lower half is ours. */
  createNetworkWithAddressPlan(
    name: string,
    labels: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<Network>;
  createNetwork(
    name: string,
    labels: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<void>;
  connectNetwork(container: string, network: string, signal?: AbortSignal): Promise<void>;
  /**
   * Gives containers other aliases in a network, and the address they have, so that no connection is
   * cut. One remote command that survives a hang-up and tries again.
   */
  switchNetworkAlias(change: AliasChange, signal?: AbortSignal): Promise<void>;
}

/** Containers of one network that get other aliases. */
export interface AliasChange {
  readonly network: string;
  readonly containers: readonly {
    readonly name: string;
    readonly address: string;
    readonly aliases: readonly string[];
  }[];
}

/** A command inside a running container. */
export interface ExecCommand {
  readonly argv: readonly string[];
  readonly stdin?: string;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}
