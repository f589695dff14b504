/**
 * How the flags of each client command become the request of its operation.
 *
 * The rule: a flag that is missing or wrong is said here; the proxy checks the whole again.
 *
 * @module
 */
import { isIP } from "node:net";
import type {
  Endpoint,
  GenerationRequest,
  HealthOptions,
  Operation,
  Operations,
  RouteKey,
} from "../api.ts";
import { ShapeError } from "../control/json_shape.ts";
import { parseTarget } from "../control/parse_request.ts";
import { formatAuthority } from "../health/check_health.ts";
import { CLIENT_HELP } from "./client_help.ts";
import { parseDuration } from "./parse_duration.ts";
import type { Flags, FlagSpec } from "./parse_flags.ts";
import { ProxyUsageError } from "./proxy_io.ts";

/** A client command: its flags, and what they ask for. */
export interface ClientRequest<O extends Operation> {
  readonly help: string;
  readonly flags: FlagSpec;
  readonly toRequest: (flags: Flags) => Operations[O]["request"];
}

const ROUTE: FlagSpec = { project: "string", app: "string" };
const GENERATION: FlagSpec = { ...ROUTE, generation: "string" };
const HEALTH: FlagSpec = {
  endpoint: "list",
  "health-path": "string",
  "health-host": "string",
  timeout: "string",
};
const ANY = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** Every client command, by the name of its operation. */
export const CLIENT_REQUESTS: { readonly [O in Operation]: ClientRequest<O> } = {
  status: { help: CLIENT_HELP.status, flags: {}, toRequest: () => ({}) },
  list: { help: CLIENT_HELP.list, flags: {}, toRequest: () => ({}) },
  check: {
    help: CLIENT_HELP.check,
    flags: { ...HEALTH, wait: "string", interval: "string" },
    toRequest: (flags) => ({
      endpoints: readEndpoints(flags),
      health: readHealth(flags),
      budgetMs: parseDuration(flags.text("wait") ?? "0s", "wait"),
      everyMs: parseDuration(flags.text("interval") ?? "250ms", "interval"),
    }),
  },
  switch: {
    help: CLIENT_HELP.switch,
    flags: {
      ...GENERATION,
      ...HEALTH,
      color: "string",
      deployment: "string",
      host: "list",
      path: "string",
      watch: "string",
    },
    toRequest: readSwitch,
  },
  watch: { help: CLIENT_HELP.watch, flags: GENERATION, toRequest: readGeneration },
  confirm: { help: CLIENT_HELP.confirm, flags: GENERATION, toRequest: readGeneration },
  "switch-back": {
    help: CLIENT_HELP["switch-back"],
    flags: { ...GENERATION, reason: "string" },
    toRequest: (flags) => ({
      ...readGeneration(flags),
      reason: flags.text("reason") ?? "asked for by hand",
    }),
  },
  drain: {
    help: CLIENT_HELP.drain,
    flags: { ...ROUTE, color: "string", timeout: "string", "stream-timeout": "string" },
    toRequest: (flags) => ({
      ...readRoute(flags),
      color: readColor(flags),
      timeoutMs: parseDuration(flags.text("timeout") ?? "120s", "timeout"),
      streamTimeoutMs: parseDuration(flags.text("stream-timeout") ?? "10s", "stream-timeout"),
    }),
  },
  deploy: {
    help: CLIENT_HELP.deploy,
    flags: { ...ROUTE, host: "list", target: "list", "health-path": "string" },
    toRequest: readDeploy,
  },
  remove: { help: CLIENT_HELP.remove, flags: ROUTE, toRequest: readRoute },
};

function readRoute(flags: Flags): RouteKey {
  return { project: flags.required("project"), app: flags.required("app") };
}

function readGeneration(flags: Flags): GenerationRequest {
  flags.required("generation");
  return { ...readRoute(flags), generation: flags.integer("generation", ANY) ?? 0 };
}

function readColor(flags: Flags): "blue" | "green" {
  const color = flags.required("color");
  if (color === "blue" || color === "green") return color;
  throw new ProxyUsageError(`--color: expected blue or green, found "${color}"`);
}

function readSwitch(flags: Flags): Operations["switch"]["request"] {
  const watch = flags.text("watch");
  return {
    ...readRoute(flags),
    expectedGeneration: flags.integer("generation", ANY) ?? 0,
    color: readColor(flags),
    deployment: flags.required("deployment"),
    endpoints: readEndpoints(flags),
    options: {
      hosts: flags.list("host"),
      path: flags.text("path") ?? "/",
      health: readHealth(flags),
      forwardHeaders: false,
    },
    ...(watch !== undefined &&
      { watch: { durationMs: parseDuration(watch, "watch"), minFailures: 5, minShare: 0.2 } }),
  };
}

function readDeploy(flags: Flags): Operations["deploy"]["request"] {
  const targets = flags.list("target");
  const [first] = targets;
  if (first === undefined) throw new ProxyUsageError("--target is missing");
  const { host, isAddress } = asUsage(() => parseTarget(first, "--target"));
  const app = flags.text("app") ?? (isAddress ? undefined : host);
  if (app === undefined) throw new ProxyUsageError("--app is missing: the target has no name");
  const healthPath = flags.text("health-path");
  return {
    project: flags.required("project"),
    app,
    hosts: flags.list("host"),
    targets,
    ...(healthPath !== undefined && { healthPath }),
  };
}

function readEndpoints(flags: Flags): readonly Endpoint[] {
  const endpoints = flags.list("endpoint");
  if (endpoints.length === 0) throw new ProxyUsageError("--endpoint is missing");
  return endpoints.map((text) => {
    const { host, port } = asUsage(() => parseTarget(text, "--endpoint"));
    if (isIP(host) === 0) {
      throw new ProxyUsageError(`--endpoint: expected address:port, found "${text}"`);
    }
    return { address: host, port, name: formatAuthority(host, port) };
  });
}

function readHealth(flags: Flags): HealthOptions {
  const host = flags.text("health-host");
  return {
    path: flags.text("health-path") ?? "/up",
    intervalMs: 30_000,
    timeoutMs: parseDuration(flags.text("timeout") ?? "5s", "timeout"),
    retries: 3,
    ...(host !== undefined && { host }),
  };
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ShapeError) throw new ProxyUsageError(error.message);
    throw error;
  }
}
