/**
 * Reads a service: its container, and the times of its replacement.
 *
 * The rule: every default of a service is in this module.
 *
 * @module
 */
import { DEPLOY_KEYS } from "./app_keys.ts";
import { readContainer } from "./read_container.ts";
import type { ReadContext } from "./read_context.ts";
import { readDuration } from "./read_scalars.ts";
import { SERVICE_DEPLOY_KEYS, SERVICE_KEYS } from "./service_keys.ts";
import { type Field, openSection } from "./section.ts";
import type { ServiceConfig, ServiceDeployConfig } from "./types.ts";

const KEYS_OF_APPS = ["replicas", "proxy", "health_check", "healthcheck"];

/** What only apps have below `deploy:`, because a service has one container, and the proxy none of it. */
const DEPLOY_KEYS_OF_APPS = Object.keys(DEPLOY_KEYS.known)
  .filter((key) => !Object.hasOwn(SERVICE_DEPLOY_KEYS.known, key));

/** The service `name` at `field`; none where it is no map, which was reported. */
export function readService(
  name: string,
  field: Field,
  context: ReadContext,
): ServiceConfig | undefined {
  const section = openSection(field, {
    ...SERVICE_KEYS,
    elsewhere: keysOfApps(KEYS_OF_APPS, `remove it, or make ${name} an app`),
    example: `${name}: { image: postgres:17 }`,
  });
  if (section === undefined) return undefined;
  return { ...readContainer(name, section, context), deploy: readDeploy(section.get("deploy")) };
}

function readDeploy(field: Field | undefined): ServiceDeployConfig {
  const deploy = openSection(field, {
    ...SERVICE_DEPLOY_KEYS,
    elsewhere: keysOfApps(DEPLOY_KEYS_OF_APPS, "remove it"),
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
