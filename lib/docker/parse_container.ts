/**
 * Reads containers from `docker container inspect`.
 *
 * Pure: Docker's JSON in, values out. Fields that an engine leaves out have their empty value.
 *
 * @module
 */
import { parseHealthCheckInterval } from "./parse_health_check.ts";
import { parseDockerTime } from "./parse_time.ts";
import {
  type JsonObject,
  readList,
  readNumber,
  readObject,
  readOptionalString,
  readString,
  readStringRecord,
  readStrings,
} from "./read_json.ts";
import type { Container, ContainerNetwork, ContainerVolume } from "./types.ts";

const STATUSES = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];
const HEALTH = ["starting", "healthy", "unhealthy"];

/** Reads the list that `docker container inspect` prints; empty text is an empty list. */
export function parseContainers(json: string): readonly Container[] {
  if (json.trim() === "") return [];
  return readList(JSON.parse(json)).map((item) => parseContainer(readObject(item)));
}

function parseContainer(item: JsonObject): Container {
  const state = readObject(item["State"]);
  const config = readObject(item["Config"]);
  const hostConfig = readObject(item["HostConfig"]);
  const id = readString(item["Id"]);
  const startedAtMs = parseDockerTime(readString(state["StartedAt"]));
  const health = parseHealth(state);
  const healthOutput = parseHealthOutput(state);
  const memoryLimitBytes = readNumber(hostConfig["Memory"]);
  const volumes = parseVolumes(item);
  const restarts = readNumber(item["RestartCount"]);
  return {
    id,
    name: readString(item["Name"]).replace(/^\//, ""),
    imageId: readString(item["Image"]),
    imageRef: readString(config["Image"]),
    labels: readStringRecord(config["Labels"]),
    status: parseStatus(state),
    exitCode: readNumber(state["ExitCode"]),
    oomKilled: state["OOMKilled"] === true,
    error: readString(state["Error"]),
    createdAtMs: parseDockerTime(readString(item["Created"])) ?? 0,
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    restartPolicy: readOptionalString(readObject(hostConfig["RestartPolicy"])["Name"]) ?? "no",
    ...(health === undefined
      ? {}
      : { health, healthCheckIntervalMs: parseHealthCheckInterval(config) }),
    ...(healthOutput === undefined ? {} : { healthOutput }),
    networks: parseNetworks(item, id),
    networkMode: readString(hostConfig["NetworkMode"]),
    publishedPorts: parsePublishedPorts(hostConfig),
    ...(memoryLimitBytes > 0 ? { memoryLimitBytes } : {}),
    ...(volumes.length > 0 ? { volumes } : {}),
    ...(restarts > 0 ? { restarts } : {}),
  };
}

function parseVolumes(item: JsonObject): readonly ContainerVolume[] {
  return readList(item["Mounts"]).map(readObject).flatMap((mount) => {
    const name = readString(mount["Name"]);
    if (readString(mount["Type"]) !== "volume" || name === "") return [];
    const path = readString(mount["Destination"]);
    return [{ name, path, anonymous: /^[0-9a-f]{64}$/.test(name) }];
  });
}

function parseStatus(state: JsonObject): Container["status"] {
  const status = readString(state["Status"]);
  // A status that a later engine invents: running or not is what counts.
  if (!STATUSES.includes(status)) return state["Running"] === true ? "running" : "exited";
  return status as Container["status"];
}

function parseHealth(state: JsonObject): Container["health"] {
  const health = readString(readObject(state["Health"])["Status"]);
  return HEALTH.includes(health) ? health as NonNullable<Container["health"]> : undefined;
}

function parseHealthOutput(state: JsonObject): string | undefined {
  const last = readList(readObject(state["Health"])["Log"]).at(-1);
  const output = readString(readObject(last)["Output"]).trim();
  return output === "" ? undefined : output;
}

function parseNetworks(item: JsonObject, id: string): Readonly<Record<string, ContainerNetwork>> {
  const networks = readObject(readObject(item["NetworkSettings"])["Networks"]);
  return Object.fromEntries(
    Object.entries(networks).map(([name, value]) => [name, parseNetwork(readObject(value), id)]),
  );
}

function parseNetwork(endpoint: JsonObject, id: string): ContainerNetwork {
  const address = readOptionalString(endpoint["IPAddress"]);
  const configuredAddress = readOptionalString(readObject(endpoint["IPAMConfig"])["IPv4Address"]);
  return {
    ...(address === undefined ? {} : { address }),
    ...(configuredAddress === undefined ? {} : { configuredAddress }),
    // Engines before 25 put the short id among the aliases.
    aliases: readStrings(endpoint["Aliases"]).filter((alias) => alias !== id.slice(0, 12)),
  };
}

/** What the container was created with: unlike `NetworkSettings.Ports` it is there while it is stopped. */
function parsePublishedPorts(hostConfig: JsonObject): Container["publishedPorts"] {
  const bindings = Object.entries(readObject(hostConfig["PortBindings"]));
  return bindings.flatMap(([port, hosts]) =>
    readList(hosts).map((host) => {
      const address = readString(readObject(host)["HostIp"]);
      return {
        ...(["", "0.0.0.0", "::"].includes(address) ? {} : { hostAddress: address }),
        hostPort: readNumber(readObject(host)["HostPort"]),
        containerPort: Number.parseInt(port, 10),
        protocol: port.endsWith("/udp") ? "udp" as const : "tcp" as const,
      };
    })
  );
}
