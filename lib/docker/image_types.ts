/**
 * What luma knows of an image, and of the registry that it is pulled from.
 *
 * @module
 */
import type { Login } from "../config/registry_login.ts";

/** An image that a server has. */
export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  /** `name@sha256:…`; none for an image that was never in a registry. */
  readonly digests: readonly string[];
  readonly architecture: string;
  readonly os: string;
  readonly sizeBytes: number;
  /** `3000/tcp` as `{port: 3000, protocol: "tcp"}`. */
  readonly exposedPorts: readonly { readonly port: number; readonly protocol: string }[];
  readonly hasHealthCheck: boolean;
  /** Milliseconds from a container's start to its first HEALTHCHECK, and between two. */
  readonly healthCheckIntervalMs?: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Digests of what its layers hold, the lowest first. */
  readonly layers: readonly string[];
  /** When it last got a name, or else was made; milliseconds since the epoch. */
  readonly taggedAtMs?: number;
}

/** Whom a registry knows the server as, while an image is pulled. */
export type RegistryLogin = Login;
