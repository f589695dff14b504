/**
 * The keys of a project as a whole, what they take and what they mean.
 *
 * The rule: the parser knows a key because it stands here, and so do the schema and the documents.
 *
 * @module
 */
import { APP_KEYS } from "./app_keys.ts";
import type { SectionKeys } from "./section.ts";
import { entriesOf, mapOf } from "./section_schema.ts";
import { HEAD_BYTES } from "./parse_size.ts";
import { SERVICE_KEYS } from "./service_keys.ts";
import {
  APP_NAME,
  COUNT,
  IMAGE_NAME,
  LENGTH,
  PORT_NUMBER,
  PROJECT_NAME,
  SERVER_ADDRESS,
  SERVER_HOST,
  SERVICE_NAME,
  SWITCH,
  TEXT,
  TIME_ABOVE_ZERO,
  USER_NAME,
} from "./value_schema.ts";

const KEY_FILE = {
  ...TEXT,
  description: "The private key: ~/ is your home, other paths are relative to luma.yml.",
  examples: ["~/.ssh/id_ed25519"],
};

/** `ssh`. */
export const SSH_KEYS = {
  known: {
    username: { ...USER_NAME, description: "The user on the servers.", examples: ["luma"] },
    port: { ...PORT_NUMBER, description: "The port of their sshd.", examples: [2222] },
    key_file: KEY_FILE,
  },
  example: "ssh: { username: luma }",
} as const satisfies SectionKeys;

/** An entry of the map `servers`. */
export const SERVER_KEYS = {
  known: {
    host: {
      ...SERVER_HOST,
      description: "A host name, an address, or a Host of ~/.ssh/config; the server's name " +
        "unless given.",
      examples: ["203.0.113.5"],
    },
    user: { ...USER_NAME, description: "The user on this server.", examples: ["luma"] },
    port: { ...PORT_NUMBER, description: "The port of its sshd.", examples: [2222] },
    key_file: KEY_FILE,
  },
  example: "web1: { host: 10.0.0.5 }",
} as const satisfies SectionKeys;

/** `docker`. */
export const DOCKER_KEYS = {
  known: {
    registry: {
      ...TEXT,
      description: "The registry to log in to.",
      default: "docker.io",
      examples: ["registry.example.com"],
    },
    username: {
      ...TEXT,
      description: "The user of the login; its password is the secret DOCKER_REGISTRY_PASSWORD.",
      examples: ["acme"],
    },
  },
  elsewhere: { password: "add a line DOCKER_REGISTRY_PASSWORD=… to .luma/secrets" },
  example: "docker: { username: acme }",
} as const satisfies SectionKeys;

/** `proxy` at the top. */
export const PROXY_KEYS = {
  known: {
    image: {
      ...IMAGE_NAME,
      description: "The image of luma-proxy; luma makes and sends its own unless given.",
      examples: ["luma-proxy:mine"],
    },
    http_port: {
      ...PORT_NUMBER,
      description: "The server's port for HTTP; used when the proxy is made.",
      default: 80,
      examples: [8080],
    },
    https_port: {
      ...PORT_NUMBER,
      description: "The server's port for HTTPS; used when the proxy is made.",
      default: 443,
      examples: [8443],
    },
    max_connections: {
      ...COUNT,
      description: "Connections at the same time, in each worker; further ones are answered 503. " +
        "As many as there are file descriptors for unless given.",
      examples: [10_000],
    },
    max_client_connections: {
      ...COUNT,
      description: "The same for each client address: not where many users share one. No limit " +
        "unless given.",
      examples: [100],
    },
    header_timeout: {
      ...TIME_ABOVE_ZERO,
      description: "The time that the head of a request may take.",
      default: "30s",
      examples: ["10s"],
    },
    body_timeout: {
      ...TIME_ABOVE_ZERO,
      description: "The time that may pass without anything of a body; the whole may take any.",
      default: "60s",
      examples: ["30s"],
    },
    idle_timeout: {
      ...TIME_ABOVE_ZERO,
      description: "The time that a connection is kept without a request.",
      default: "75s",
      examples: ["20s"],
    },
    max_header_size: {
      ...LENGTH,
      // 1k is four digits of bytes, and of megabytes there is one at most.
      not: { type: "string", pattern: "^([0-9.]{1,3}b?|([2-9]|[0-9.]{2,})[mM].*|.*[gG].*)$" },
      minimum: HEAD_BYTES.min,
      maximum: HEAD_BYTES.max,
      description: "What the head of a request or an answer may have, 1k to 1m.",
      default: "32k",
      examples: ["64k"],
    },
    access_log: {
      ...SWITCH,
      description: "Logs every request, without its query: luma proxy logs.",
      default: false,
    },
    metrics_port: {
      ...PORT_NUMBER,
      description: "The port for metrics in the proxy's networks, for Prometheus; nowhere unless " +
        "given.",
      examples: [9100],
    },
  },
  example: "proxy: { http_port: 80, https_port: 443 }",
} as const satisfies SectionKeys;

const SERVERS_DESCRIPTION =
  "The servers of every app that names none: a list of [user@]host[:port], or a map by name. " +
  "`local`, this machine's own Docker, unless given.";

const EXAMPLE = "apps: { blog: { image: my-blog, proxy: { hosts: [blog.com], app_port: 3000 } } }";

/** The whole file. */
export const PROJECT_KEYS = {
  known: {
    name: {
      ...PROJECT_NAME,
      description: "The project's name; that of the folder unless given.",
      examples: ["site"],
    },
    ssh: mapOf(SSH_KEYS, "How the servers are reached; what ssh itself would use unless given."),
    servers: {
      ...SERVER_ADDRESS,
      type: ["object", "array", "string", "null"],
      items: SERVER_ADDRESS,
      propertyNames: { ...SERVER_HOST, not: { enum: ["local"] } },
      additionalProperties: {
        ...SERVER_ADDRESS,
        ...mapOf(SERVER_KEYS, "A server: [user@]host[:port], or a map."),
        type: ["object", "string", "null"],
      },
      description: SERVERS_DESCRIPTION,
      examples: [["luma@web1.example.com"], { web1: { host: "203.0.113.5", user: "luma" } }],
    },
    docker: mapOf(DOCKER_KEYS, "The login for every image that has no registry of its own."),
    proxy: mapOf(PROXY_KEYS, "The proxy of every server of the project."),
    apps: entriesOf(APP_KEYS, {
      key: "apps",
      name: APP_NAME,
      description: "Stateless programs, deployed blue-green: a map by name, or a list.",
    }),
    services: entriesOf(SERVICE_KEYS, {
      key: "services",
      name: SERVICE_NAME,
      description: "What holds state, such as databases: started before the apps, replaced in " +
        "place, never blue-green.",
    }),
  },
  meaningless: ["proxy_options"],
  elsewhere: {
    ...Object.fromEntries(
      Object.keys(APP_KEYS.known).filter((key) => key !== "servers" && key !== "proxy")
        .map((key) => [key, `write it in an app: apps: { web: { ${key}: … } }`]),
    ),
    server: 'write servers: ["10.0.0.5"]',
  },
  example: EXAMPLE,
} as const satisfies SectionKeys;
