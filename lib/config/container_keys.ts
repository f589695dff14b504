/**
 * The keys that apps and services have in common, what they take and what they mean.
 *
 * The rule: the parser knows a key because it stands here, and so do the schema and the documents.
 *
 * @module
 */
import type { SectionKeys } from "./section.ts";
import { mapOf } from "./section_schema.ts";
import {
  ANY_TEXT,
  COMMAND,
  IMAGE_NAME,
  type KeyTable,
  listOf,
  PROCESSORS,
  PUBLISHED_PORT,
  SECRET_NAME,
  SERVER_ADDRESS,
  SIZE,
  TEXT,
  type ValueSchema,
  VARIABLE_NAME,
  VOLUME,
} from "./value_schema.ts";

const VARIABLES: ValueSchema = {
  type: ["object", "array", "null"],
  propertyNames: VARIABLE_NAME,
  additionalProperties: ANY_TEXT,
};

/** `build`. */
export const BUILD_KEYS = {
  known: {
    context: {
      ...TEXT,
      description: "The folder that the image is built from, relative to luma.yml.",
      default: ".",
      examples: ["services/api"],
    },
    dockerfile: {
      ...TEXT,
      description: "The Dockerfile, relative to the context.",
      default: "Dockerfile",
      examples: ["docker/web.Dockerfile"],
    },
    args: {
      ...VARIABLES,
      items: { ...TEXT, pattern: "^[^=]" },
      description: "Build arguments: a map, or a list of NAME=value, or of names whose values " +
        "come from the app's environment, .luma/secrets or the environment of luma. An image " +
        "keeps them: no secrets.",
      examples: [{ MODE: "prod" }, ["MODE"]],
    },
    target: {
      ...TEXT,
      description: "The stage to build; the last one unless given.",
      examples: ["release"],
    },
    platform: {
      ...TEXT,
      description: "The platform to build for; that of the server unless given.",
      examples: ["linux/arm64"],
    },
  },
  example: "build: { context: . }",
} as const satisfies SectionKeys;

/** `environment`. */
export const ENVIRONMENT_KEYS = {
  known: {
    plain: {
      ...VARIABLES,
      items: { type: "string", pattern: String.raw`^\s*[A-Za-z_][A-Za-z0-9_.-]*\s*=` },
      description: "Variables that everybody may read: a list of NAME=value, or a map.",
      examples: [["PORT=3000"], { PORT: 3000 }],
    },
    secret: {
      ...listOf(SECRET_NAME),
      description: "Names of variables whose values are in .luma/secrets, or in the environment " +
        "of luma. A missing one is an error.",
      examples: [["DATABASE_URL"]],
    },
  },
  example: 'environment: { plain: ["PORT=3000"], secret: ["DATABASE_URL"] }',
} as const satisfies SectionKeys;

/** `registry` of an app or service. */
export const REGISTRY_KEYS = {
  known: {
    url: {
      ...TEXT,
      description: "The registry; docker.io, or that of docker.registry, unless given.",
      examples: ["registry.example.com"],
    },
    username: { ...TEXT, description: "The user of the login.", examples: ["acme"] },
    password_secret: {
      ...SECRET_NAME,
      description: "The name of the secret that holds the password.",
      examples: ["REGISTRY_TOKEN"],
    },
  },
  elsewhere: { password: "write password_secret: with the name of a line in .luma/secrets" },
  example: "registry: { url: registry.example.com, username: acme, password_secret: GHCR_TOKEN }",
} as const satisfies SectionKeys;

const SERVERS: ValueSchema = {
  ...SERVER_ADDRESS,
  type: ["string", "array", "null"],
  items: SERVER_ADDRESS,
};

/** The container of an app or a service. */
export const CONTAINER_KEYS = {
  image: {
    ...IMAGE_NAME,
    description: "The image to run. With build, the name that the built image gets.",
    examples: ["registry.example.com/acme/web:1"],
  },
  build: mapOf(BUILD_KEYS, "Builds the image here, from a Dockerfile, and sends it."),
  servers: {
    ...SERVERS,
    description: "The servers that it runs on: names of the map at the top, `local`, or hosts. " +
      "All of the servers at the top unless given.",
    examples: [["web1", "luma@web2.example.com"]],
  },
  server: {
    ...SERVERS,
    description: "The one server that it runs on; another way to write servers.",
    examples: ["web1"],
  },
  ports: {
    ...listOf(PUBLISHED_PORT),
    description: "Ports of the container, and of the server that lead to them. An app rarely " +
      "needs any: the proxy reaches it inside the network.",
    examples: [["5432:5432"], ["127.0.0.1:8080:80", "53:53/udp"]],
  },
  volumes: {
    ...listOf(VOLUME),
    description: "What is mounted: a named volume, a path of the server, or ./ for a folder of " +
      "the project on the server; with :ro where it is only read.",
    examples: [["data:/var/lib/data"], ["./files:/files:ro"]],
  },
  environment: mapOf(ENVIRONMENT_KEYS, "The variables of the container."),
  registry: mapOf(REGISTRY_KEYS, "The login that the image is pulled with."),
  command: {
    ...COMMAND,
    description: "Runs instead of the image's command. A text is split into words as a shell " +
      "does, and run without one.",
    examples: ["server --port 80", ["server", "--port", "80"]],
  },
  memory: {
    ...SIZE,
    description: "The most memory that each container may take: 1k is 1024 bytes, a bare number " +
      "is bytes, 6m is the least. No limit unless given.",
    examples: ["512m", "1.5g"],
  },
  cpus: {
    ...PROCESSORS,
    description: "The most processors that each container may take. No limit unless given.",
    examples: [0.5, 2],
  },
} as const satisfies KeyTable;

/** The name of a key of {@linkcode CONTAINER_KEYS}. */
export type ContainerKey = keyof typeof CONTAINER_KEYS;
