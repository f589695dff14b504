/**
 * Makes the keyed hash that tells whether an app's configuration changed, and what of it did.
 *
 * Pure. The rule: keyed (HMAC-SHA256 with a key of the server), because the hash stands in a label
 * and covers secrets, which could be guessed from an unkeyed one.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import type { AppConfig } from "../config/types.ts";
import type { Secret } from "../config/secret.ts";

/** What is hashed apart, so that a change can be named. */
const SECTIONS = {
  environment: (app: AppConfig) => app.environment,
  secrets: (app: AppConfig) =>
    Object.fromEntries(
      Object.entries(app.secrets).map(([name, secret]) => [name, secret.reveal()]),
    ),
  command: (app: AppConfig) => app.command ?? [],
  volumes: (app: AppConfig) => app.volumes,
  limits: (app: AppConfig) => [app.memoryBytes ?? 0, app.cpus ?? 0],
  health_check: (app: AppConfig) => app.healthCheck,
  proxy: (app: AppConfig) => app.proxy ?? {},
} as const;

/**
 * The hash of all that a change of needs new replicas.
 *
 * @returns `environment=1f…;secrets=…`: 64 bits of each section, in a fixed order.
 */
export function hashConfig(app: AppConfig, key: Secret): string {
  return Object.entries(SECTIONS)
    .map(([name, read]) => `${name}=${hash(`${name}\n${canonical(read(app))}`, key)}`)
    .join(";");
}

/** The sections in which two hashes differ; `configuration` where one is not of this form. */
export function changedSections(before: string, after: string): readonly string[] {
  if (before === after) return [];
  const former = parse(before);
  const names = [...parse(after)].filter(([name, value]) => former.get(name) !== value);
  return names.length === 0 || former.size === 0 ? ["configuration"] : names.map(([name]) => name);
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
