/**
 * Reads the parts that requests and the state file have in common.
 *
 * The rule: what passes here is safe to route by and to put into a header.
 *
 * @module
 */
import { isIP } from "node:net";
import type { Endpoint, HealthOptions, RouteKey, RouteOptions, WatchOptions } from "../api.ts";
import {
  readBoolean,
  readInteger,
  readList,
  readMilliseconds,
  readNumber,
  readObject,
  readOptional,
  readText,
  readWord,
  ShapeError,
  withoutUndefined,
} from "./json_shape.ts";

const NAME = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/,
  expected: "a name of letters, digits, `-`, `_` and `.`",
};
const HOST = {
  pattern: /^(\*\.)?[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/,
  expected: "a host name in lower case, without a port",
};
const PATH = {
  pattern: /^\/[\x21-\x7e]*$/,
  expected: "a path from / on, without spaces",
};
const HEADER_HOST = {
  pattern: /^[\x21-\x7e]+$/,
  expected: "a host",
};
/** A port number. */
export const PORT = { min: 1, max: 65535 };

/** Reads the project and the app of an object. */
export function parseRouteKey(value: unknown, path: string): RouteKey {
  const object = readObject(value, path);
  return {
    project: readText(object["project"], `${path}.project`, NAME),
    app: readText(object["app"], `${path}.app`, NAME),
  };
}

/** Reads an endpoint. */
export function parseEndpoint(value: unknown, path: string): Endpoint {
  const object = readObject(value, path);
  const address = readText(object["address"], `${path}.address`);
  if (isIP(address) === 0) {
    throw new ShapeError(`${path}.address: expected an IP address, found "${address}"`);
  }
  const port = readInteger(object["port"], `${path}.port`, PORT);
  return { address, port, name: readText(object["name"], `${path}.name`) };
}

/** Reads a list of endpoints; an empty one leaves every request to the proxy itself. */
export function parseAnyEndpoints(value: unknown, path: string): readonly Endpoint[] {
  return readList(value, path, parseEndpoint);
}

/** Reads a list of endpoints with at least one entry. */
export function parseEndpoints(value: unknown, path: string): readonly Endpoint[] {
  const endpoints = parseAnyEndpoints(value, path);
  if (endpoints.length === 0) throw new ShapeError(`${path}: expected at least one endpoint`);
  return endpoints;
}

/** Reads how replicas are checked. */
export function parseHealthOptions(value: unknown, path: string): HealthOptions {
  const object = readObject(value, path);
  const at = (key: string) => [object[key], `${path}.${key}`] as const;
  return withoutUndefined({
    path: readOptional(...at("path"), parsePath),
    port: readOptional(...at("port"), (value, path) => readInteger(value, path, PORT)),
    host: readOptional(...at("host"), (value, path) => readText(value, path, HEADER_HOST)),
    proto: readOptional(
      ...at("proto"),
      (value, path) => readWord(value, path, ["http", "https"] as const),
    ),
    intervalMs: readMilliseconds(...at("intervalMs"), { min: 1 }),
    timeoutMs: readMilliseconds(...at("timeoutMs"), { min: 1 }),
    retries: readInteger(...at("retries"), { min: 1 }),
  });
}

/** Reads how a route treats requests. */
export function parseRouteOptions(value: unknown, path: string): RouteOptions {
  const object = readObject(value, path);
  const at = (key: string) => [object[key], `${path}.${key}`] as const;
  return withoutUndefined({
    hosts: readList(...at("hosts"), parseHost),
    path: readText(...at("path"), PATH),
    health: parseHealthOptions(...at("health")),
    responseTimeoutMs: readOptional(
      ...at("responseTimeoutMs"),
      (value, path) => readMilliseconds(value, path, { min: 1 }),
    ),
    maxBodyBytes: readOptional(
      ...at("maxBodyBytes"),
      (value, path) => readInteger(value, path, { min: 1 }),
    ),
    forwardHeaders: readBoolean(...at("forwardHeaders")),
  });
}

/** Reads a host name, `*.` in front allowed. */
export function parseHost(value: unknown, path: string): string {
  return readText(value, path, HOST);
}

/** Reads the path of a health check. */
export function parsePath(value: unknown, path: string): string {
  return readText(value, path, PATH);
}

/** Reads when a generation counts as failed. */
export function parseWatchOptions(value: unknown, path: string): WatchOptions {
  const object = readObject(value, path);
  return {
    durationMs: readMilliseconds(object["durationMs"], `${path}.durationMs`),
    minFailures: readInteger(object["minFailures"], `${path}.minFailures`, { min: 1 }),
    minShare: readNumber(object["minShare"], `${path}.minShare`),
  };
}
