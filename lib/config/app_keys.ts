/**
 * The keys of an app, what they take and what they mean.
 *
 * The rule: the parser knows a key because it stands here, and so do the schema and the documents.
 *
 * @module
 */
import { CONTAINER_KEYS } from "./container_keys.ts";
import type { SectionKeys } from "./section.ts";
import { mapOf } from "./section_schema.ts";
import {
  COMMAND,
  COUNT,
  HOST_NAME,
  LENGTH,
  listOf,
  PATH,
  PATH_PREFIX,
  PORT_NUMBER,
  SHARE,
  SWITCH,
  TIME,
  TIME_ABOVE_ZERO,
} from "./value_schema.ts";

/** `health_check`. */
export const HEALTH_CHECK_KEYS = {
  known: {
    path: {
      ...PATH,
      description: "What is asked for. It has to answer 200; a redirect is a failure.",
      default: "/up",
      examples: ["/health"],
    },
    port: {
      ...PORT_NUMBER,
      description: "The port that is asked; the one that requests go to unless given.",
      examples: [9000],
    },
    interval: {
      ...TIME_ABOVE_ZERO,
      description: "The time between two checks of a version that serves.",
      default: "30s",
      examples: ["10s"],
    },
    timeout: {
      ...TIME_ABOVE_ZERO,
      description: "The time that one attempt may take.",
      default: "5s",
      examples: ["2s"],
    },
    retries: {
      ...COUNT,
      description: "Failed checks in a row, until a replica that serves is left out.",
      default: 3,
      examples: [5],
    },
    start_period: {
      ...TIME,
      description: "The time that a replica needs to start; it makes deploy.health_timeout longer.",
      default: "0s",
      examples: ["20s"],
    },
    command: {
      ...COMMAND,
      description:
        "Runs inside the container instead of a request: 0 is healthy. A text is for the " +
        "container's shell, a list is run without one.",
      examples: ["pg_isready", ["php", "artisan", "about"]],
    },
  },
  renamed: { http_path: "path", endpoint: "path" },
  example: "health_check: { path: /up }",
} as const satisfies SectionKeys;

/** `proxy` of an app. */
export const APP_PROXY_KEYS = {
  known: {
    hosts: {
      ...listOf(HOST_NAME),
      description: "The host names that lead to the app; `*.` stands for one label. Every host " +
        "that no other app claims, unless given.",
      examples: [["blog.example.com"], ["example.com", "*.example.com"]],
    },
    app_port: {
      ...PORT_NUMBER,
      description: "The port that the app listens on. The image's only EXPOSE unless given, " +
        "else 80.",
      examples: [3000],
    },
    path: {
      ...PATH_PREFIX,
      description: "The beginning of the paths that lead to the app.",
      default: "/",
      examples: ["/api"],
    },
    ssl: { ...SWITCH, description: "Serves the hosts over HTTPS.", default: false },
    ssl_redirect: {
      ...SWITCH,
      description: "Redirects HTTP to HTTPS; as ssl unless given.",
    },
    forward_headers: {
      ...SWITCH,
      description: "Keeps the X-Forwarded-* headers of clients: for a proxy in front of this one.",
      default: false,
    },
    response_timeout: {
      ...TIME,
      description:
        "The time until an answer must have begun; 0 is no limit. No limit unless given.",
      examples: ["1m"],
    },
    max_body_size: {
      ...LENGTH,
      description: "What the body of a request may have; longer ones are answered 413. 0 is no " +
        "limit. No limit unless given.",
      examples: ["10m"],
    },
  },
  example: 'proxy: { hosts: ["blog.com"], app_port: 3000 }',
} as const satisfies SectionKeys;

/** `deploy`. */
export const DEPLOY_KEYS = {
  known: {
    drain_timeout: {
      ...TIME,
      description: "The time that the old version has to answer what it has begun.",
      default: "120s",
      examples: ["10m"],
    },
    upgrade_drain_timeout: {
      ...TIME,
      description: "The time that its WebSockets and event streams have.",
      default: "10s",
      examples: ["1m"],
    },
    stop_timeout: {
      ...TIME,
      description: "The time from SIGTERM to SIGKILL, rounded up to seconds.",
      default: "30s",
      examples: ["5s"],
    },
    watch: {
      ...TIME,
      description: "The time that a new version is watched after the switch; if it fails, the " +
        "old one serves again.",
      default: "3s",
      examples: ["30s"],
    },
    watch_min_failures: {
      ...COUNT,
      description: "Failed requests that it takes at least to go back.",
      default: 5,
      examples: [20],
    },
    watch_min_share: {
      ...SHARE,
      description: "The share of failed requests that it takes at least to go back, in percent.",
      default: "20%",
      examples: ["5%"],
    },
    health_timeout: {
      ...TIME_ABOVE_ZERO,
      description: "The time from a replica's start until it must be healthy: 10s, or " +
        "health_check.start_period and 10s, unless given.",
      examples: ["1m"],
    },
    strategy: {
      type: "string",
      enum: ["blue-green", "in-place"],
      description: "blue-green: the new version starts beside the old one, and no request is " +
        "lost. in-place: the old one is stopped first, with a gap.",
      default: "blue-green",
    },
    shared_volumes: {
      ...SWITCH,
      description: "Both versions may write to the volumes for a moment.",
      default: false,
    },
    retain: {
      ...COUNT,
      description: "Former images and receipts that are kept.",
      default: 3,
      examples: [10],
    },
  },
  example: "deploy: { drain_timeout: 2m }",
} as const satisfies SectionKeys;

/** An app. */
export const APP_KEYS = {
  known: {
    ...CONTAINER_KEYS,
    replicas: {
      ...COUNT,
      description: "How many run on each server.",
      default: 1,
      examples: [2],
    },
    health_check: mapOf(HEALTH_CHECK_KEYS, "How luma knows that a replica can take requests."),
    proxy: mapOf(APP_PROXY_KEYS, "How the app is reached. Without it the proxy does not serve it."),
    deploy: mapOf(DEPLOY_KEYS, "The times and rules of a deployment."),
  },
  renamed: { healthcheck: "health_check" },
  elsewhere: {
    ...Object.fromEntries(
      Object.keys(APP_PROXY_KEYS.known)
        .map((key) => [key, `write it under proxy: proxy: { ${key}: … }`]),
    ),
    host: "write proxy: { hosts: [blog.com] }",
    name: "remove it: the key above is the name",
  },
  example: "blog: { image: acme/blog:1 }",
} as const satisfies SectionKeys;
