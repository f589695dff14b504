/**
 * What a luma.yml means once it is read: every key checked, defaulted and in one shape.
 *
 * The rule: nothing here knows YAML; durations are milliseconds, sizes bytes.
 *
 * @module
 */
import type { Secret } from "./secret.ts";

/** A project: one luma.yml. */
export interface Config {
  /** Absolute path of the file; its folder is the project's. */
  readonly file: string;
  /** The project's name; its network is `{name}-network`. */
  readonly name: string;
  readonly servers: readonly ServerConfig[];
  readonly proxy: ProxyConfig;
  readonly apps: readonly AppConfig[];
  readonly services: readonly ServiceConfig[];
  /** What was accepted but does less than it says, or has no meaning any more. */
  readonly warnings: readonly Problem[];
  /** What this version cannot do yet, and would change the result of deploying an app. */
  readonly unsupported: readonly Unsupported[];
}

/** A server that something of the project runs on. */
export type ServerConfig =
  | { readonly kind: "local"; readonly name: string }
  | {
    readonly kind: "ssh";
    /** What people call it, and what output shows. */
    readonly name: string;
    /** Host name, address, or a `Host` of `~/.ssh/config`. */
    readonly host: string;
    readonly user?: string;
    readonly port?: number;
    /** Absolute path of the private key. */
    readonly keyFile?: string;
  };

/** The proxy of every server of the project. */
export interface ProxyConfig {
  /** The image of luma-proxy; none: the one of this version. */
  readonly image?: string;
  /** The server's ports that are published. */
  readonly httpPort: number;
  readonly httpsPort: number;
}

/** What apps and services have in common: a container. */
export interface ContainerConfig {
  readonly name: string;
  /** The image reference; none where it is built and has no name of its own. */
  readonly image?: string;
  readonly build?: BuildConfig;
  /** Names of servers, in file order. */
  readonly servers: readonly string[];
  readonly ports: readonly PortConfig[];
  readonly volumes: readonly VolumeConfig[];
  /** Plain variables by name. */
  readonly environment: Readonly<Record<string, string>>;
  /** Secret variables by name. */
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly registry?: RegistryConfig;
  /** The command's words; none: the image's. */
  readonly command?: readonly string[];
  readonly memoryBytes?: number;
  readonly cpus?: number;
}

/** A stateless program that is deployed blue-green. */
export interface AppConfig extends ContainerConfig {
  readonly replicas: number;
  readonly healthCheck: HealthCheckConfig;
  /** None: an app that the proxy does not serve. */
  readonly proxy?: AppProxyConfig;
  readonly deploy: DeployConfig;
}

/** A stateful companion; it is parsed, and started by a later version. */
export type ServiceConfig = ContainerConfig;

/** How an image is built. */
export interface BuildConfig {
  readonly context: string;
  readonly dockerfile: string;
  /** Build arguments by name; those named like a secret of the app hold it. */
  readonly args: Readonly<Record<string, string | Secret>>;
  readonly target?: string;
  readonly platform?: string;
}

/** A published port. */
export interface PortConfig {
  readonly hostAddress?: string;
  /** None: the port is only told, not published. */
  readonly hostPort?: number;
  readonly containerPort: number;
  readonly protocol: "tcp" | "udp";
}

/** A mounted volume. */
export interface VolumeConfig {
  readonly kind: "named" | "absolute" | "relative";
  /** The volume's name, or the path. */
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/** Where an image is pulled from with a login. */
export interface RegistryConfig {
  readonly url?: string;
  readonly username?: string;
  readonly password?: Secret;
}

/** How a replica is checked. */
export interface HealthCheckConfig {
  readonly path: string;
  /** None: the port that the proxy uses. */
  readonly port?: number;
  /** Given in the file, so that an app without `proxy` is checked over HTTP too. */
  readonly explicit: boolean;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
  readonly command?: readonly string[];
}

/** How the proxy serves an app. */
export interface AppProxyConfig {
  /** Lower case; none: every host that no other app claims. */
  readonly hosts: readonly string[];
  /** None: the image's single EXPOSE, else 80. */
  readonly appPort?: number;
  readonly path: string;
  readonly ssl: boolean;
  readonly sslRedirect: boolean;
  readonly forwardHeaders: boolean;
  readonly responseTimeoutMs?: number;
}

/** The times and rules of a deployment. */
export interface DeployConfig {
  readonly drainTimeoutMs: number;
  readonly upgradeDrainTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly watchMs: number;
  /** Failed requests that it takes at least for the watch to fail. */
  readonly watchMinFailures: number;
  /** Share of failed requests, 0 to 1, that it takes at least for the watch to fail. */
  readonly watchMinShare: number;
  readonly healthTimeoutMs: number;
  readonly strategy: "blue-green" | "in-place";
  readonly sharedVolumes: boolean;
  /** Former images and receipts that are kept. */
  readonly retain: number;
}

/** Something about a luma.yml that a person should know, and where. */
export interface Problem {
  /** As people name it: `luma.yml`, `.luma/secrets`. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** `apps.blog.proxy.app_port`; empty where it is about the whole file. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What to write instead. */
  readonly fix?: string;
}

/** A problem that stops the deployment of one app. */
export interface Unsupported extends Problem {
  readonly app: string;
}
