/**
 * Reads the names in a luma.yml, for completions.
 *
 * Pure. The rule: a file that is broken, or half written, gives the names that can be read; nothing
 * is reported.
 *
 * @module
 */
import { parseServer } from "../config/parse_server.ts";
import { parseYaml } from "../config/yaml_document.ts";
import type { YamlNode } from "../config/yaml_node.ts";

/** What a person may name on a command line. */
export interface ProjectNames {
  readonly apps: readonly string[];
  readonly services: readonly string[];
  readonly servers: readonly string[];
}

/** For a folder without a luma.yml. */
export const NO_NAMES: ProjectNames = { apps: [], services: [], servers: [] };

/** The names in the text of a luma.yml. */
export function readProjectNames(text: string): ProjectNames {
  const { root } = parseYaml(text);
  const containers = ["apps", "services"].flatMap((key) => entriesOf(childOf(root, key)));
  const own = containers.flatMap(([, node]) =>
    ["servers", "server"].flatMap((key) => serversOf(childOf(node, key)))
  );
  return {
    apps: entriesOf(childOf(root, "apps")).map(([name]) => name),
    services: entriesOf(childOf(root, "services")).map(([name]) => name),
    servers: [...new Set([...serversOf(childOf(root, "servers")), ...own])],
  };
}

function childOf(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.kind === "map" ? node.entries.find((entry) => entry.key === key)?.value : undefined;
}

/** A map by name, or a list of maps with `name`. */
function entriesOf(node: YamlNode | undefined): readonly (readonly [string, YamlNode])[] {
  if (node?.kind === "map") return node.entries.map(({ key, value }) => [key, value] as const);
  if (node?.kind !== "list") return [];
  return node.items.flatMap((item) => {
    const name = textOf(childOf(item, "name"));
    return name === undefined ? [] : [[name, item] as const];
  });
}

/** The names of servers as commands take them: of a list, the hosts. */
function serversOf(node: YamlNode | undefined): readonly string[] {
  if (node?.kind === "map") return node.entries.map(({ key }) => key);
  const texts = node?.kind === "list" ? node.items.map(textOf) : [textOf(node)];
  return texts.flatMap((text) => {
    const server = text === undefined ? undefined : parseServer(text);
    return server?.ok ? [server.value.host] : [];
  });
}

function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === "scalar" && node.value !== null ? node.source : undefined;
}
