/**
 * The keys of a service, what they take and what they mean.
 *
 * The rule: the parser knows a key because it stands here, and so do the schema and the documents.
 *
 * @module
 */
import { CONTAINER_KEYS } from "./container_keys.ts";
import type { SectionKeys } from "./section.ts";
import { mapOf } from "./section_schema.ts";
import { TIME, TIME_ABOVE_ZERO } from "./value_schema.ts";

/** `deploy` of a service. */
export const SERVICE_DEPLOY_KEYS = {
  known: {
    stop_timeout: {
      ...TIME,
      description: "The time from SIGTERM to SIGKILL, rounded up to seconds.",
      default: "30s",
      examples: ["1m"],
    },
    health_timeout: {
      ...TIME_ABOVE_ZERO,
      description: "The time from its start until it must be healthy.",
      default: "60s",
      examples: ["5m"],
    },
  },
  example: "deploy: { stop_timeout: 1m }",
} as const satisfies SectionKeys;

/** A service. */
export const SERVICE_KEYS = {
  known: { ...CONTAINER_KEYS, deploy: mapOf(SERVICE_DEPLOY_KEYS, "The times of a replacement.") },
  example: "db: { image: postgres:17 }",
} as const satisfies SectionKeys;
