/**
 * One snapshot of a server: what Docker, luma-proxy and the server's own clock said at one moment.
 *
 * The rule: values only. Planning reads nothing else.
 *
 * @module
 */
import type { Color, ProxyStatus, RouteStatus } from "../../proxy/api.ts";
import type { Secret } from "../config/secret.ts";
import type { Container, DockerInfo, Network } from "../docker/types.ts";

/** What a server is, apart from Docker. */
export interface ServerFacts {
  /** The server's clock, in milliseconds since the epoch, at second precision. */
  readonly nowMs: number;
  /** Folder of everything that is not a container: `/var/lib/luma`, or `~/.luma` without root. */
  readonly home: string;
  /** Kernel release, `6.1.0-13-amd64`. */
  readonly kernel: string;
  /** Key of the configuration hashes; it never leaves the server and this process. */
  readonly hashKey: Secret;
  /** Space left where Docker keeps images; none where `df` did not tell. */
  readonly diskFreeBytes?: number;
  /** Memory that can be had without swapping; none where the kernel did not tell. */
  readonly memoryFreeBytes?: number;
  /** What containers use, by their id; those are missing whose cgroup is not where Docker puts it. */
  readonly memoryUseBytes: Readonly<Record<string, number>>;
}

/** Who listens on a port of a server. */
export interface PortHolder {
  /** The server's port. */
  readonly port: number;
  /** Its protocol. */
  readonly protocol: "tcp" | "udp";
  /** The address it is held on; none: all. */
  readonly address?: string;
  /** For people: `nginx (process 12)`, `container db`. */
  readonly name: string;
  /** The id, where it is a container's. */
  readonly container?: string;
}

/** luma-proxy on a server. */
export type ProxyState =
  | { readonly kind: "absent" }
  /** Containers are there, but the program does not answer. */
  | { readonly kind: "down"; readonly reason: string }
  | { readonly kind: "running"; readonly status: ProxyStatus };

/** Everything that planning may know of a server. */
export interface ServerState {
  /** The server's name. */
  readonly server: string;
  /** Clock, disk and memory. */
  readonly facts: ServerFacts;
  /** The engine. */
  readonly docker: DockerInfo;
  /** The project's network. */
  readonly network?: Network;
  /** Who has the ports that were asked about. */
  readonly portHolders: readonly PortHolder[];
  /** All containers that luma made on this server, of every project. */
  readonly containers: readonly Container[];
  /** The containers of luma-proxy: the one that owns the network namespace, and the program. */
  readonly proxyContainers: readonly Container[];
  /** luma-proxy, and the routes it knows. */
  readonly proxy: ProxyState;
}

/** One replica of an app as it stands on a server. */
export interface ReplicaState {
  readonly container: Container;
  readonly color: Color;
  readonly replica: number;
  readonly deployment: string;
  readonly holdsAlias: boolean;
  /** The address it has or keeps in the project's network. */
  readonly address?: string;
}

/** One app of a project as it stands on a server. */
export interface AppState {
  readonly project: string;
  readonly app: string;
  readonly blue: readonly ReplicaState[];
  readonly green: readonly ReplicaState[];
  /** What the proxy knows of it. */
  readonly route?: RouteStatus;
  /** By DESIGN's table of evidence; none where nothing of it can be in use. */
  readonly active?: Color;
}
