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
  /** Those that something of the project runs on. */
  readonly servers: readonly ServerConfig[];
  /** The proxy. */
  readonly proxy: ProxyConfig;
  /** In the order of the file. */
  readonly apps: readonly AppConfig[];
  /** In the order of the file. */
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
  /** The server's port for HTTPS. */
  readonly httpsPort: number;
  /** None: those that it has. */
  readonly settings?: ProxySettings;
}

/** The limits and the log of the proxy; a default of its own for each that is not given. */
export interface ProxySettings {
  /** Connections at the same time, in each worker. */
  readonly maxConnections?: number;
  /** The same for each client address. */
  readonly maxClientConnections?: number;
  /** Milliseconds that the head of a request may take. */
  readonly headerTimeoutMs?: number;
  /** Milliseconds without anything of a body. */
  readonly bodyTimeoutMs?: number;
  /** Milliseconds without a request. */
  readonly idleTimeoutMs?: number;
  /** Bytes of a head. */
  readonly maxHeaderBytes?: number;
  /** Every request is logged. */
  readonly accessLog?: boolean;
  /** The port of its metrics, in its networks. */
  readonly metricsPort?: number;
}

/** What apps and services have in common: a container. */
export interface ContainerConfig {
  /** Its name; also its alias in the network. */
  readonly name: string;
  /** The image reference; none where it is built and has no name of its own. */
  readonly image?: string;
  /** How the image is built; none: it is pulled. */
  readonly build?: BuildConfig;
  /** Names of servers, in file order. */
  readonly servers: readonly string[];
  /** Ports of the server that lead to it. */
  readonly ports: readonly PortConfig[];
  /** What is mounted. */
  readonly volumes: readonly VolumeConfig[];
  /** Plain variables by name. */
  readonly environment: Readonly<Record<string, string>>;
  /** Secret variables by name. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** Names of secrets without a value; only where the command that read the file needs none. */
  readonly missingSecrets?: readonly string[];
  /** Where the image is pulled from with a login. */
  readonly registry?: RegistryConfig;
  /** The command's words; none: the image's. */
  readonly command?: readonly string[];
  /** The most memory that it may take. */
  readonly memoryBytes?: number;
  /** The most processors that it may take: 1.5. */
  readonly cpus?: number;
}

/** A stateless program that is deployed blue-green. */
export interface AppConfig extends ContainerConfig {
  /** How many run on each server. */
  readonly replicas: number;
  /** How a replica is checked. */
  readonly healthCheck: HealthCheckConfig;
  /** None: an app that the proxy does not serve. */
  readonly proxy?: AppProxyConfig;
  /** The times and rules of a deployment. */
  readonly deploy: DeployConfig;
}

/** A stateful companion, which is started once and replaced in place. */
export interface ServiceConfig extends ContainerConfig {
  /** The times of its replacement. */
  readonly deploy: ServiceDeployConfig;
}

/** The times of a service. */
export interface ServiceDeployConfig {
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly stopTimeoutMs: number;
  /** Milliseconds from its start until it must be healthy. */
  readonly healthTimeoutMs: number;
}

/** How an image is built. */
export interface BuildConfig {
  /** The folder that is sent to the builder. */
  readonly context: string;
  /** The file with the instructions, in that folder. */
  readonly dockerfile: string;
  /** Build arguments by name; those named like a secret of the app hold it. */
  readonly args: Readonly<Record<string, string | Secret>>;
  /** The stage to build; none: the last. */
  readonly target?: string;
  /** `linux/arm64`; none: that of the server. */
  readonly platform?: string;
}

/** A published port. */
export interface PortConfig {
  /** The server's address that is listened on; none: all. */
  readonly hostAddress?: string;
  /** None: the port is only told, not published. */
  readonly hostPort?: number;
  /** The port inside the container. */
  readonly containerPort: number;
  /** The protocol of the port. */
  readonly protocol: "tcp" | "udp";
}

/** A mounted volume. */
export interface VolumeConfig {
  /** What the source is. */
  readonly kind: "named" | "absolute" | "relative";
  /** The volume's name, or the path. */
  readonly source: string;
  /** Where it is mounted. */
  readonly path: string;
  /** It cannot be written to. */
  readonly readOnly: boolean;
}

/** Where an image is pulled from with a login. */
export interface RegistryConfig {
  /** None: Docker's own registry. */
  readonly url?: string;
  /** The user of the login. */
  readonly username?: string;
  /** The password of the login. */
  readonly password?: Secret;
  /** The secret that holds it. */
  readonly passwordName?: string;
}

/** How a replica is checked. */
export interface HealthCheckConfig {
  /** What is asked for. */
  readonly path: string;
  /** None: the port that the proxy uses. */
  readonly port?: number;
  /** Given in the file, so that an app without `proxy` is checked over HTTP too. */
  readonly explicit: boolean;
  /** Milliseconds between two background checks. */
  readonly intervalMs: number;
  /** Milliseconds that one attempt may take. */
  readonly timeoutMs: number;
  /** Background checks that must fail in a row. */
  readonly retries: number;
  /** Milliseconds that a replica may take to start. */
  readonly startPeriodMs: number;
  /** A command to run inside instead of a request. */
  readonly command?: readonly string[];
}

/** How the proxy serves an app. */
export interface AppProxyConfig {
  /** Lower case; none: every host that no other app claims. */
  readonly hosts: readonly string[];
  /** None: the image's single EXPOSE, else 80. */
  readonly appPort?: number;
  /** The path prefix that leads to it. */
  readonly path: string;
  /** It is served over HTTPS. */
  readonly ssl: boolean;
  /** HTTP is redirected to HTTPS. */
  readonly sslRedirect: boolean;
  /** X-Forwarded-* headers of clients are trusted. */
  readonly forwardHeaders: boolean;
  /** Milliseconds until an answer must have begun; none: no limit. */
  readonly responseTimeoutMs?: number;
  /** Bytes that the body of a request may have; none: no limit. */
  readonly maxBodyBytes?: number;
}

/** The times and rules of a deployment. */
export interface DeployConfig {
  /** Milliseconds that the old color has for its requests. */
  readonly drainTimeoutMs: number;
  /** Milliseconds that it has for WebSockets and event streams. */
  readonly upgradeDrainTimeoutMs: number;
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly stopTimeoutMs: number;
  /** Milliseconds that a new color is watched. */
  readonly watchMs: number;
  /** Failed requests that it takes at least for the watch to fail. */
  readonly watchMinFailures: number;
  /** Share of failed requests, 0 to 1, that it takes at least for the watch to fail. */
  readonly watchMinShare: number;
  /** Milliseconds from the start of a replica until it must be healthy. */
  readonly healthTimeoutMs: number;
  /** `in-place`: stop, then start, with a gap. */
  readonly strategy: "blue-green" | "in-place";
  /** Both colors may write to its volumes. */
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
  /** Counted from 1. */
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
  /** The app's name. */
  readonly app: string;
}
