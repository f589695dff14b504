/**
 * Reads the requests of the control API.
 *
 * The rule: a request that passes is whole; the error of one that does not names the place.
 *
 * @module
 */
import { isIP } from "node:net";
import type {
  CheckRequest,
  DeployRequest,
  DrainRequest,
  GenerationRequest,
  Operation,
  Operations,
  SwitchBackRequest,
  SwitchRequest,
} from "../api.ts";
import {
  readInteger,
  readList,
  readMilliseconds,
  readObject,
  readOptional,
  readText,
  readWord,
  ShapeError,
  withoutUndefined,
} from "./json_shape.ts";
import {
  parseAnyEndpoints,
  parseEndpoints,
  parseHealthOptions,
  parseHost,
  parsePath,
  parseRouteKey,
  parseRouteOptions,
  parseWatchOptions,
} from "./parse_route.ts";

/** A target of a route that is made by hand. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly isAddress: boolean;
}

type Parsers = {
  readonly [O in Operation]: (value: unknown) => Operations[O]["request"];
};

/** How the request of each operation is read. */
export const REQUEST_PARSERS: Parsers = {
  status: parseEmpty,
  list: parseEmpty,
  check: parseCheckRequest,
  switch: parseSwitchRequest,
  watch: parseGenerationRequest,
  confirm: parseGenerationRequest,
  "switch-back": parseSwitchBackRequest,
  drain: parseDrainRequest,
  deploy: parseDeployRequest,
  remove: (value) => parseRouteKey(value, "request"),
};

/** Whether the API has an operation of that name. */
export function isOperation(name: string): name is Operation {
  return Object.hasOwn(REQUEST_PARSERS, name);
}

/** Reads `alias:port`, `address:port` or `[v6]:port`. */
export function parseTarget(value: unknown, path: string): Target {
  const text = readText(value, path);
  const [, v6, name, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9_.-]+)):(\d{1,5})$/.exec(text) ??
    [];
  const host = v6 ?? name;
  const number = Number(port);
  if (host === undefined || number < 1 || number > 65535 || (v6 !== undefined && isIP(v6) !== 6)) {
    throw new ShapeError(`${path}: expected alias:port or address:port, found "${text}"`);
  }
  return { host, port: number, isAddress: isIP(host) !== 0 };
}

function parseEmpty(value: unknown): Record<string, never> {
  readObject(value, "request");
  return {};
}

function parseCheckRequest(value: unknown): CheckRequest {
  const object = readObject(value, "request");
  return {
    endpoints: parseEndpoints(object["endpoints"], "endpoints"),
    health: parseHealthOptions(object["health"], "health"),
    budgetMs: readMilliseconds(object["budgetMs"], "budgetMs"),
    everyMs: readMilliseconds(object["everyMs"], "everyMs", { min: 1 }),
  };
}

function parseSwitchRequest(value: unknown): SwitchRequest {
  const object = readObject(value, "request");
  return {
    ...parseRouteKey(object, "request"),
    expectedGeneration: readInteger(object["expectedGeneration"], "expectedGeneration"),
    color: readWord(object["color"], "color", ["blue", "green"] as const),
    deployment: readText(object["deployment"], "deployment"),
    endpoints: parseAnyEndpoints(object["endpoints"], "endpoints"),
    options: parseRouteOptions(object["options"], "options"),
    ...withoutUndefined({ watch: readOptional(object["watch"], "watch", parseWatchOptions) }),
  };
}

function parseGenerationRequest(value: unknown): GenerationRequest {
  const object = readObject(value, "request");
  return {
    ...parseRouteKey(object, "request"),
    generation: readInteger(object["generation"], "generation", { min: 1 }),
  };
}

function parseSwitchBackRequest(value: unknown): SwitchBackRequest {
  const object = readObject(value, "request");
  return { ...parseGenerationRequest(object), reason: readText(object["reason"], "reason") };
}

function parseDrainRequest(value: unknown): DrainRequest {
  const object = readObject(value, "request");
  return {
    ...parseRouteKey(object, "request"),
    color: readWord(object["color"], "color", ["blue", "green"] as const),
    timeoutMs: readMilliseconds(object["timeoutMs"], "timeoutMs"),
    streamTimeoutMs: readMilliseconds(object["streamTimeoutMs"], "streamTimeoutMs"),
  };
}

function parseDeployRequest(value: unknown): DeployRequest {
  const object = readObject(value, "request");
  const targets = readList(object["targets"], "targets", (value, path) => {
    parseTarget(value, path);
    return readText(value, path);
  });
  if (targets.length === 0) throw new ShapeError("targets: expected at least one target");
  return {
    ...parseRouteKey(object, "request"),
    hosts: readList(object["hosts"], "hosts", parseHost),
    targets,
    ...withoutUndefined({
      healthPath: readOptional(object["healthPath"], "healthPath", parsePath),
    }),
  };
}
