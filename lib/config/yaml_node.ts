/**
 * The values of a YAML file, with their places.
 *
 * The rule: plain data, without anchors, aliases and merge keys, and without the YAML library.
 *
 * @module
 */

/** A value of the file. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

/** A map; no key is there twice. */
export interface YamlMap extends YamlPosition {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
}

/** A list. */
export interface YamlList extends YamlPosition {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
}

/** A text, number, boolean or nothing. */
export interface YamlScalar extends YamlPosition {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** As it stands in the file: `1.10`, where the value is 1.1. */
  readonly source: string;
}

/** One key of a map with its value. */
export interface YamlEntry {
  readonly key: string;
  readonly position: YamlPosition;
  readonly value: YamlNode;
}

/** Counted from 1. */
export interface YamlPosition {
  readonly line: number;
  readonly column: number;
}

/** The path of `key` below `path`: `apps.blog`; `servers["10.0.0.5"]` for a key with dots. */
export function joinPath(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
