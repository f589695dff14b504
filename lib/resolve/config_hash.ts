/**
 * Makes the keyed hash that tells whether an app's configuration changed, and what of it did.
 *
 * Pure. The rule: keyed (HMAC-SHA256 with a key of the server), because the hash stands in a label
 * and covers secrets, which could be guessed from an unkeyed one.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import type { AppConfig, ContainerConfig, ServiceConfig } from "../config/types.ts";
import type { Secret } from "../config/secret.ts";

/** What is hashed apart, so that a change can be named. */
const CONTAINER_SECTIONS = {
  environment: (container: ContainerConfig) => container.environment,
  secrets: (container: ContainerConfig) =>
    Object.fromEntries(
      Object.entries(container.secrets).map(([name, secret]) => [name, secret.reveal()]),
    ),
  command: (container: ContainerConfig) => container.command ?? [],
  volumes: (container: ContainerConfig) => container.volumes,
  /** Undefined where none is published: labels of before this section was there stay as they are. */
  ports: (container: ContainerConfig) => {
    const published = container.ports.filter(({ hostPort }) => hostPort !== undefined);
    return published.length === 0 ? undefined : published;
  },
  limits: (container: ContainerConfig) => [container.memoryBytes ?? 0, container.cpus ?? 0],
} as const;

const APP_SECTIONS = {
  ...CONTAINER_SECTIONS,
  health_check: (app: AppConfig) => app.healthCheck,
  proxy: (app: AppConfig) => app.proxy ?? {},
} as const;

/**
 * The hash of all that a change of needs new replicas.
 *
 * @returns `environment=1f…;secrets=…`: 64 bits of each section, in a fixed order.
 */
export function hashConfig(app: AppConfig, key: Secret): string {
  return hashSections(APP_SECTIONS, app, key);
}

/** The hash of all that a change of needs a new container of a service; as {@linkcode hashConfig}. */
export function hashServiceConfig(service: ServiceConfig, key: Secret): string {
  return hashSections(CONTAINER_SECTIONS, service, key);
}

function hashSections<Config>(
  sections: Readonly<Record<string, (config: Config) => unknown>>,
  config: Config,
  key: Secret,
): string {
  return Object.entries(sections).flatMap(([name, read]) => {
    const value = read(config);
    return value === undefined ? [] : [`${name}=${hash(`${name}\n${canonical(value)}`, key)}`];
  }).join(";");
}

/** The sections in which two hashes differ; `configuration` where one is not of this form. */
export function changedSections(before: string, after: string): readonly string[] {
  if (before === after) return [];
  const [former, now] = [parse(before), parse(after)];
  const names = [...new Set([...now.keys(), ...former.keys()])]
    .filter((name) => former.get(name) !== now.get(name));
  return names.length === 0 || former.size === 0 ? ["configuration"] : names;
}

function parse(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(";").flatMap((part) => {
      const [name, value] = part.split("=");
      return name !== undefined && value !== undefined ? [[name, value] as const] : [];
    }),
  );
}

function hash(text: string, key: Secret): string {
  return createHmac("sha256", key.reveal()).update(text).digest("hex").slice(0, 16);
}

/** JSON with sorted keys: the order in luma.yml is not a change. */
function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, inner: unknown) =>
      inner !== null && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
        : inner,
  );
}
