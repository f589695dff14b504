/**
 * Reads the logins for registries: `docker` at the top, `registry` of an app or service.
 *
 * The rule: a password is the name of a secret, never a text of luma.yml.
 *
 * @module
 */
import { REGISTRY_KEYS } from "./container_keys.ts";
import { findSecret, readSecret } from "./find_secret.ts";
import { omitUndefined } from "./omit_undefined.ts";
import { registryOf } from "./parse_image.ts";
import { DOCKER_KEYS } from "./project_keys.ts";
import type { DockerDefaults, ReadContext, SecretSource } from "./read_context.ts";
import { readText } from "./read_scalars.ts";
import { hostOfRegistry } from "./registry_login.ts";
import { type Field, openSection } from "./section.ts";
import type { RegistryConfig } from "./types.ts";

/** The secret that holds the password for `docker.username`. */
export const DOCKER_PASSWORD = "DOCKER_REGISTRY_PASSWORD";

/** Reads `docker: { registry, username }`. */
export function readDocker(
  field: Field | undefined,
  secrets: SecretSource,
): DockerDefaults | undefined {
  const docker = openSection(field, DOCKER_KEYS);
  if (docker === undefined) return undefined;
  const username = readText(docker.get("username"));
  const password = findSecret(DOCKER_PASSWORD, secrets);
  if (username !== undefined && password === undefined) {
    const message = `luma does not log in as ${username}: there is no secret ${DOCKER_PASSWORD}`;
    const fix = `add it to .luma/secrets where the images are private, or remove docker`;
    docker.problems.warn(docker.get("username")?.place ?? docker.place, message, fix);
  }
  const url = readText(docker.get("registry"));
  return { place: docker.place, ...omitUndefined({ url, username, password }) };
}

/** Reads `registry: { url, username, password_secret }`; what is missing comes from `docker`. */
export function readRegistry(
  field: Field | undefined,
  context: ReadContext,
): RegistryConfig | undefined {
  if (field === undefined) {
    const { url, username, password } = context.docker ?? {};
    const hasLogin = username !== undefined && password !== undefined;
    return hasLogin
      ? omitUndefined({ url, username, password, passwordName: DOCKER_PASSWORD })
      : undefined;
  }
  const registry = openSection(field, REGISTRY_KEYS);
  if (registry === undefined) return undefined;
  const url = readText(registry.get("url")) ?? context.docker?.url;
  const username = readText(registry.get("username")) ?? context.docker?.username;
  const secretField = registry.get("password_secret");
  const found = secretField === undefined
    ? { secret: findSecret(DOCKER_PASSWORD, context.secrets), name: DOCKER_PASSWORD }
    : readSecret(secretField, context);
  const password = found?.secret;
  if (username === undefined && registry.get("username") === undefined) {
    field.problems.error(field.place, "username is missing", "write username: beside url:");
  }
  if (password === undefined && secretField === undefined) {
    field.problems.error(
      field.place,
      "password_secret is missing",
      "write password_secret: GHCR_TOKEN, and GHCR_TOKEN=… in .luma/secrets",
    );
  }
  const passwordName = password === undefined ? undefined : found?.name;
  return omitUndefined({ url, username, password, passwordName });
}

/** Warns where a login of the app's own is for another registry than the image's: it is of no use. */
export function checkRegistry(
  field: Field | undefined,
  image: string | undefined,
  registry: RegistryConfig | undefined,
): void {
  if (field === undefined || image === undefined || registry === undefined) return;
  const [host, wanted] = [hostOfRegistry(registry.url), registryOf(image)];
  if (host === wanted) return;
  const message = `no login is made: it is for ${host}, and the image ${image} is of ${wanted}`;
  const fix = `write url: ${wanted}, or image: ${host}/${image.replace(/^.*\//, "")}`;
  field.problems.warn(field.place, message, fix);
}
