/**
 * Reads what apps and services have in common: their container.
 *
 * The rule: a service and an app understand the same keys in the same way.
 *
 * @module
 */
import { BUILD_KEYS, type ContainerKey } from "./container_keys.ts";
import { omitUndefined } from "./omit_undefined.ts";
import { parseImage } from "./parse_image.ts";
import { parsePort } from "./parse_port.ts";
import { parseCpus, parseMemory } from "./parse_size.ts";
import { parseVolume } from "./parse_volume.ts";
import {
  type ContainerEnvironment,
  readBuildArguments,
  readEnvironment,
} from "./read_environment.ts";
import type { ReadContext } from "./read_context.ts";
import { checkRegistry, readRegistry } from "./read_registry.ts";
import { readAnyText, readList, readParsed, readText } from "./read_scalars.ts";
import { readOwnServers } from "./read_servers.ts";
import { type Field, openSection, type Section } from "./section.ts";
import { splitWords } from "./split_words.ts";
import type { BuildConfig, ContainerConfig, PortConfig, VolumeConfig } from "./types.ts";

/** The container of the app or service `name`. */
export function readContainer(
  name: string,
  section: Section<ContainerKey>,
  context: ReadContext,
): ContainerConfig {
  const own = readEnvironment(section.get("environment"), context);
  const image = readParsed(section.get("image"), parseImage);
  const build = readBuild(section.get("build"), own, context);
  if (section.get("image") === undefined && section.get("build") === undefined) {
    const example = `image: acme/${name === "" ? "web" : name}:1`;
    section.problems.error(section.place, "neither image nor build is there", `write ${example}`);
  }
  if (build !== undefined && image?.includes("@") === true) {
    const message = "an image that is built gets a name: it has no digest before";
    const place = section.get("image")?.place ?? section.place;
    section.problems.error(place, message, `write image: ${image.replace(/@.*$/, "")}`);
  }
  const registry = readRegistry(section.get("registry"), context);
  checkRegistry(section.get("registry"), image, registry);
  return {
    name,
    servers: readOwnServers(section, context.servers, context.defaultServers),
    ports: readPorts(section.get("ports")),
    volumes: readVolumes(section.get("volumes")),
    environment: own.environment,
    secrets: own.secrets,
    ...omitUndefined({
      missingSecrets: own.missing.length > 0 ? own.missing : undefined,
      image,
      build,
      registry,
      command: readCommand(section.get("command")),
      memoryBytes: readParsed(section.get("memory"), parseMemory),
      cpus: readParsed(section.get("cpus"), parseCpus),
    }),
  };
}

/** The words of a command: a text as a shell splits it, or a list. */
export function readCommand(field: Field | undefined): readonly string[] | undefined {
  if (field === undefined) return undefined;
  if (field.node.kind === "scalar") {
    const text = readAnyText(field);
    const words = text === undefined ? undefined : splitWords(text);
    if (words === undefined || words.ok) return words?.value;
    field.problems.error(field.place, words.message, words.fix);
    return undefined;
  }
  const words = readList(field, 'command: ["server", "--port", "80"]').map(readAnyText);
  if (words.length === 0) {
    field.problems.error(field.place, "expected a command, got an empty list");
  }
  return words.filter((word) => word !== undefined);
}

function readBuild(
  field: Field | undefined,
  own: ContainerEnvironment,
  context: ReadContext,
): BuildConfig | undefined {
  const build = openSection(field, BUILD_KEYS);
  if (build === undefined) return undefined;
  return omitUndefined({
    context: readText(build.get("context")) ?? ".",
    dockerfile: readText(build.get("dockerfile")) ?? "Dockerfile",
    args: readBuildArguments(build.get("args"), own, context),
    target: readText(build.get("target")),
    platform: readText(build.get("platform")),
  });
}

function readPorts(field: Field | undefined): readonly PortConfig[] {
  return readList(field, 'ports: ["8080:80"]').flatMap((item) => readParsed(item, parsePort) ?? []);
}

function readVolumes(field: Field | undefined): readonly VolumeConfig[] {
  const volumes: VolumeConfig[] = [];
  for (const item of readList(field, 'volumes: ["data:/data"]')) {
    const volume = readParsed(item, parseVolume);
    if (volume === undefined) continue;
    if (volumes.some(({ path }) => path === volume.path)) {
      item.problems.error(item.place, `a second volume at ${volume.path}`, "keep one of them");
    } else {
      volumes.push(volume);
    }
  }
  return volumes;
}
