/**
 * Finds the login with which the image of an app or a service is pulled.
 *
 * Pure. The rule: a registry is shown no password of another one.
 *
 * @module
 */
import { registryOf } from "./parse_image.ts";
import type { Secret } from "./secret.ts";
import type { ContainerConfig } from "./types.ts";

/** Whom a registry knows the server as. */
export interface Login {
  /** `registry.example.com`, `docker.io`. */
  readonly registry: string;
  readonly username: string;
  readonly password: Secret;
  /** The secret that holds the password. */
  readonly passwordName: string;
}

/** The login for `image`; none where luma.yml has none for its registry. */
export function findLogin(
  image: string,
  { registry }: Pick<ContainerConfig, "registry">,
): Login | undefined {
  const { username, password, passwordName } = registry ?? {};
  if (username === undefined || password === undefined || passwordName === undefined) {
    return undefined;
  }
  const host = hostOfRegistry(registry?.url);
  return host === registryOf(image)
    ? { registry: host, username, password, passwordName }
    : undefined;
}

/** The registry of a `url:`: its host and port alone; Docker's own where there is none. */
export function hostOfRegistry(url = "docker.io"): string {
  const host = url.toLowerCase().replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return /^(index|registry-1)\.docker\.io$/.test(host) ? "docker.io" : host;
}
