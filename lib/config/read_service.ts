/**
 * Reads a service: its container, and the times of its replacement.
 *
 * The rule: every default of a service is in this module.
 *
 * @module
 */
import { CONTAINER_KEYS, readContainer } from "./read_container.ts";
import type { ReadContext } from "./read_context.ts";
import { readDuration } from "./read_scalars.ts";
import { type Field, openSection } from "./section.ts";
import type { ServiceConfig, ServiceDeployConfig } from "./types.ts";

const APP_KEYS = ["replicas", "proxy", "health_check", "healthcheck"];

/** What only apps have below `deploy:`, because a service has one container, and the proxy none of it. */
const APP_DEPLOY_KEYS = [
  "drain_timeout",
  "upgrade_drain_timeout",
  "watch",
  "watch_min_failures",
  "watch_min_share",
  "strategy",
  "shared_volumes",
  "retain",
];

/** The service `name` at `field`; none where it is no map, which was reported. */
export function readService(
  name: string,
  field: Field,
  context: ReadContext,
): ServiceConfig | undefined {
  const section = openSection(field, {
    known: [...CONTAINER_KEYS, "deploy"],
    elsewhere: keysOfApps(APP_KEYS, `remove it, or make ${name} an app`),
    example: `${name}: { image: postgres:17 }`,
  });
  if (section === undefined) return undefined;
  return { ...readContainer(name, section, context), deploy: readDeploy(section.get("deploy")) };
}

function readDeploy(field: Field | undefined): ServiceDeployConfig {
  const deploy = openSection(field, {
    known: ["stop_timeout", "health_timeout"],
    elsewhere: keysOfApps(APP_DEPLOY_KEYS, "remove it"),
    example: "deploy: { stop_timeout: 1m }",
  });
  return {
    stopTimeoutMs: readDuration(deploy?.get("stop_timeout")) ?? 30_000,
    // A database that recovers after a crash takes its time.
    healthTimeoutMs: readDuration(deploy?.get("health_timeout"), 1) ?? 60_000,
  };
}

function keysOfApps(keys: readonly string[], fix: string): Readonly<Record<string, string>> {
  return Object.fromEntries(keys.map((key) => [key, `only apps have ${key}: ${fix}`]));
}
