/**
 * Says what a value of luma.yml is, for `expected …, got …`.
 *
 * Pure. The rule: the text of an environment variable or of anything called secret is not repeated,
 * nor is a file that is one text.
 *
 * @module
 */
import { quote } from "./parsed.ts";
import type { YamlNode } from "./yaml_node.ts";

const PRIVATE = /environment|secret|password|args/i;

/** The value in quotes, or its kind. */
export function describeNode(node: YamlNode, path: string): string {
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  if (node.kind === "map") return "a map";
  if (node.value === null) return "nothing";
  if (node.value === "") return "an empty text";
  if (path === "" || PRIVATE.test(path)) {
    return `a ${typeof node.value === "string" ? "text" : typeof node.value}`;
  }
  return typeof node.value === "string" ? quote(node.value) : node.source;
}
