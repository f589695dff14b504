/**
 * Reads images from `docker image inspect` and `docker image ls`.
 *
 * Pure: Docker's JSON in, values out. Fields that an engine leaves out have their empty value.
 *
 * @module
 */
import { parseHealthCheckInterval } from "./parse_health_check.ts";
import {
  type JsonObject,
  readList,
  readNumber,
  readObject,
  readString,
  readStringRecord,
  readStrings,
} from "./read_json.ts";
import { parseDockerTime } from "./parse_time.ts";
import type { Image } from "./types.ts";

/** Reads the first image of the list that `docker image inspect` prints. */
export function parseImage(json: string): Image | undefined {
  const [first] = readList(JSON.parse(json));
  if (first === undefined) return undefined;
  const item = readObject(first);
  const config = readObject(item["Config"]);
  return {
    id: readString(item["Id"]),
    tags: readStrings(item["RepoTags"]).filter((tag) => tag !== "<none>:<none>"),
    digests: readStrings(item["RepoDigests"]).filter((digest) => digest !== "<none>@<none>"),
    architecture: readString(item["Architecture"]),
    os: readString(item["Os"]),
    sizeBytes: readNumber(item["Size"]),
    exposedPorts: parseExposedPorts(config),
    ...parseHealthCheck(config),
    labels: readStringRecord(config["Labels"]),
    layers: readStrings(readObject(item["RootFS"])["Layers"]),
    ...parseTaggedAt(item),
  };
}

/** The containerd image store keeps no time of a name. */
function parseTaggedAt(item: JsonObject): Pick<Image, "taggedAtMs"> {
  const tagged = readString(readObject(item["Metadata"])["LastTagTime"]);
  const taggedAtMs = parseDockerTime(tagged) ?? parseDockerTime(readString(item["Created"]));
  return taggedAtMs === undefined ? {} : { taggedAtMs };
}

function parseExposedPorts(config: JsonObject): Image["exposedPorts"] {
  return Object.keys(readObject(config["ExposedPorts"])).map((key) => {
    const [port = "", protocol = "tcp"] = key.split("/");
    return { port: Number(port), protocol };
  });
}

function parseHealthCheck(
  config: JsonObject,
): Pick<Image, "hasHealthCheck" | "healthCheckIntervalMs"> {
  const [kind] = readStrings(readObject(config["Healthcheck"])["Test"]);
  if (kind === undefined || kind === "NONE") return { hasHealthCheck: false };
  return { hasHealthCheck: true, healthCheckIntervalMs: parseHealthCheckInterval(config) };
}

/** Reads the lines of `docker image ls --format '{{json .}}'`; images without a tag are left out. */
export function parseImageList(
  lines: string,
): readonly { readonly id: string; readonly tag: string }[] {
  return lines.split("\n").filter((line) => line.trim() !== "").flatMap((line) => {
    const item = readObject(JSON.parse(line));
    const repository = readString(item["Repository"]);
    const tag = readString(item["Tag"]);
    if (repository === "<none>" || tag === "<none>" || tag === "") return [];
    return [{ id: readString(item["ID"]), tag: `${repository}:${tag}` }];
  });
}
