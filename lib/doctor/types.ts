/**
 * What the doctor saw, and what it found.
 *
 * The rule: an observation holds facts alone; a finding is what a check makes of them, with what mends it.
 *
 * @module
 */
import type { AppConfig, ProxyConfig, ServerConfig } from "../config/types.ts";
import type { ContainerProcess } from "../docker/inspect_processes.ts";
import type { EngineDetails } from "../docker/inspect_engine.ts";
import type { NamedLease } from "../lock/list_leases.ts";
import type { ServerState } from "../state/types.ts";
import type { AppStatus } from "../status/app_status.ts";

/** What is checked. */
export type CheckName =
  | "ssh"
  | "docker"
  | "ports"
  | "disk"
  | "memory"
  | "clock"
  | "kernel"
  | "proxy"
  | "network"
  | "locks"
  | "leftovers"
  | "logs"
  | "health"
  | "sigterm"
  | "dns";

/** What a check found, as `--json` prints it. */
export interface Finding {
  /** What it is, among other lines of JSON. */
  readonly kind: "finding";
  readonly server: string;
  /** None where it is about the whole server. */
  readonly app?: string;
  /** The host name that it is about. */
  readonly host?: string;
  readonly check: CheckName;
  /** `bad`: deployments or visitors fail, or will. `warning`: it is worth a look. */
  readonly mark: "good" | "warning" | "bad";
  readonly message: string;
  /** What to do, or to type. */
  readonly fix?: string;
}

/** What one thing that went wrong said of itself. */
export interface Trouble {
  readonly message: string;
  readonly hint?: string;
}

/** A server that was reached. */
export interface Reached {
  /** How long a command took there and back, on a connection that stood. */
  readonly roundTripMs: number;
  /** How far its clock is ahead of this machine's; it is told in whole seconds. */
  readonly clockAheadMs: number;
  /** Its addresses in its own networks, and the one that it was reached by. */
  readonly addresses: readonly string[];
  /** What listens there, as lines of `ss -Hltnp`; none where the server has no `ss`. */
  readonly listeners?: string;
}

/** What Docker and luma have there. */
export interface Inside {
  readonly engine: EngineDetails;
  readonly state: ServerState;
  readonly leases: readonly NamedLease[];
  /** First processes of running containers of luma. */
  readonly processes: readonly ContainerProcess[];
  /** Of the project, in the order of the file. */
  readonly apps: readonly { readonly config: AppConfig; readonly status: AppStatus }[];
}

/** Whether this machine could connect to a port of the proxy. */
export interface PortProbe {
  readonly port: number;
  /** Why it could not. */
  readonly error?: string;
}

/** One server as it was seen. */
export interface Observation {
  readonly server: ServerConfig;
  readonly proxy: ProxyConfig;
  /** None: the server is in no project. */
  readonly project?: string;
  readonly reached: Reached | Trouble;
  /** None where the server was not reached. */
  readonly inside?: Inside | Trouble;
  /** None for this machine. */
  readonly ports?: readonly PortProbe[];
  /** The addresses of each host name of its apps. */
  readonly hosts: readonly {
    readonly app: string;
    readonly host: string;
    readonly addresses: readonly string[];
  }[];
}
