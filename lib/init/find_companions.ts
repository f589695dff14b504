/**
 * Finds the databases and the like in a project's Compose file, as services of luma.yml.
 *
 * Pure. The rule: only what luma takes as it stands; a value that may be a secret becomes the name of
 * one, and is repeated nowhere.
 *
 * @module
 */
import { parseImage } from "../config/parse_image.ts";
import { parseContainerName } from "../config/parse_name.ts";
import { parseVolume } from "../config/parse_volume.ts";
import { parseYaml } from "../config/yaml_document.ts";
import type { YamlNode } from "../config/yaml_node.ts";
import type { ProjectFolder } from "./project_folder.ts";

/** A service that keeps data. */
export interface Companion {
  readonly name: string;
  readonly image: string;
  readonly volumes: readonly string[];
  readonly plain: readonly string[];
  /** Names alone. */
  readonly secret: readonly string[];
}

/** The companions of a Compose file. */
export interface Companions {
  readonly file: string;
  readonly services: readonly Companion[];
}

const FILES = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const KEEPS_DATA =
  /(?:^|\/)(?:postgres|postgresql|postgis|pgvector|timescaledb|mysql|mariadb|redis|valkey|keydb|mongo|mongodb|memcached|rabbitmq|nats|minio|elasticsearch|opensearch|meilisearch|typesense|clickhouse(?:-server)?|influxdb|couchdb|neo4j)(?::|@|$)/;
const SECRET = /PASS|SECRET|TOKEN|KEY|CREDENTIAL/i;

/** The companions in the first Compose file of `folder`; none where it has none. */
export function findCompanions({ texts }: ProjectFolder): Companions | undefined {
  const file = FILES.find((name) => texts.has(name));
  if (file === undefined) return undefined;
  const services = entriesOf(childOf(parseYaml(texts.get(file) ?? "").root, "services"))
    .flatMap(([name, node]) => readCompanion(name, node) ?? []);
  return services.length === 0 ? undefined : { file, services };
}

function readCompanion(name: string, node: YamlNode): Companion | undefined {
  const image = textOf(childOf(node, "image"));
  if (image === undefined || !KEEPS_DATA.test(image) || !parseImage(image).ok) return undefined;
  if (!parseContainerName(name).ok) return undefined;
  const variables = readVariables(childOf(node, "environment"));
  const isSecret = ([key, value]: readonly [string, string]) =>
    SECRET.test(key) || /\$/.test(value);
  return {
    name,
    image,
    volumes: itemsOf(childOf(node, "volumes")).flatMap((item) => textOf(item) ?? [])
      .filter((text) => parseVolume(text).ok && !text.startsWith("/")),
    plain: variables.filter((one) => !isSecret(one)).map(([key, value]) => `${key}=${value}`),
    secret: variables.filter(isSecret).map(([key]) => key),
  };
}

/** A map, or a list of `NAME=value`; only names that luma takes as names of secrets too. */
function readVariables(node: YamlNode | undefined): readonly (readonly [string, string])[] {
  const pairs = node?.kind === "map"
    ? entriesOf(node).map(([key, value]) => [key, textOf(value) ?? "$"] as const)
    : itemsOf(node).flatMap((item) => {
      const [key = "", ...value] = (textOf(item) ?? "").split("=");
      return [[key, value.length === 0 ? "$" : value.join("=")] as const];
    });
  return pairs.filter(([key]) => /^[A-Za-z_]\w*$/.test(key));
}

function childOf(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return entriesOf(node).find(([name]) => name === key)?.[1];
}

function entriesOf(node: YamlNode | undefined): readonly (readonly [string, YamlNode])[] {
  return node?.kind === "map" ? node.entries.map(({ key, value }) => [key, value] as const) : [];
}

function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === "scalar" && node.value !== null && !/[\r\n]/.test(node.source)
    ? node.source
    : undefined;
}
