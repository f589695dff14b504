/**
 * Opens a map of luma.yml: its fields by name, and an error for every key that nobody knows.
 *
 * The rule: a key is known, an older spelling of a known one, without meaning any more (a warning),
 * or an error with a suggestion. Nothing is ignored in silence.
 *
 * @module
 */
import { describeNode } from "./describe_node.ts";
import type { Place, ProblemList } from "./problem_list.ts";
import { suggestName } from "./suggest.ts";
import type { KeyTable } from "./value_schema.ts";
import { joinPath, type YamlEntry, type YamlNode } from "./yaml_node.ts";

/** A value of the file, where it stands, and where to complain about it. */
export interface Field {
  readonly node: YamlNode;
  /** The value's place. */
  readonly place: Place;
  /** The place of its key, to complain of the field as a whole; of an item of a list, its own. */
  readonly key: Place;
  readonly problems: ProblemList;
}

/** An opened map with these keys. */
export interface Section<Key extends string = string> {
  /** The place of its key. */
  readonly place: Place;
  readonly problems: ProblemList;
  /** The field of that name; none where the file does not have it. */
  get(key: Key): Field | undefined;
}

/** What a map may hold. */
export interface SectionKeys<Key extends string = string> {
  /** With what each takes. */
  readonly known: KeyTable<Key>;
  /** Older spellings of known keys. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Keys that earlier releases took and that have no meaning any more. */
  readonly meaningless?: readonly string[];
  /** Keys that belong somewhere else, and what to write there. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /** What to write where there is no map at all. */
  readonly example: string;
}

/** The field for the root, or an item of a list. */
export function fieldOf(node: YamlNode, path: string, problems: ProblemList): Field {
  const place = { path, line: node.line, column: node.column };
  return { node, place, key: place, problems };
}

/** The field for a key of the map at `path`. */
export function fieldOfEntry(entry: YamlEntry, path: string, problems: ProblemList): Field {
  const field = fieldOf(entry.value, joinPath(path, entry.key), problems);
  return { ...field, key: { path: field.place.path, ...entry.position } };
}

/**
 * Opens the map at `field`; an empty value is an empty map.
 *
 * @returns None where the field is missing or no map, which was reported.
 */
export function openSection<Key extends string>(
  field: Field | undefined,
  keys: SectionKeys<Key>,
): Section<Key> | undefined {
  const entries = field === undefined ? undefined : openEntries(field, keys.example);
  if (field === undefined || entries === undefined) return undefined;
  const fields = new Map<string, Field>();
  for (const entry of entries) addField(fields, entry, { field, keys });
  return { place: field.key, problems: field.problems, get: (key) => fields.get(key) };
}

/** The entries of the map at `field`, whatever their keys; none for another value, a reported one. */
export function openEntries(field: Field, example: string): readonly YamlEntry[] | undefined {
  const { node, place, problems } = field;
  if (node.kind === "map") return node.entries;
  if (node.kind === "scalar" && node.value === null) return [];
  problems.error(
    place,
    `expected a map, got ${describeNode(node, place.path)}`,
    `write ${example}`,
  );
  return undefined;
}

interface Parent {
  readonly field: Field;
  readonly keys: SectionKeys;
}

function addField(fields: Map<string, Field>, entry: YamlEntry, parent: Parent): void {
  const { keys, field: { place, problems } } = parent;
  const field = fieldOfEntry(entry, place.path, problems);
  const name = Object.hasOwn(keys.known, entry.key) ? entry.key : own(keys.renamed, entry.key);
  if (name !== undefined) {
    if (!fields.has(name)) fields.set(name, field);
    else problems.error(field.key, `the same as ${name}, which is there too`, "keep one of them");
  } else if (keys.meaningless?.includes(entry.key)) {
    problems.warn(field.key, "has no meaning any more", "remove it");
  } else {
    reportUnknown(entry.key, field.key, parent);
  }
}

function reportUnknown(key: string, place: Place, { field: { problems }, keys }: Parent): void {
  const elsewhere = own(keys.elsewhere, key);
  if (elsewhere !== undefined) {
    problems.error(place, "this key does not belong here", elsewhere);
    return;
  }
  const known = Object.keys(keys.known);
  const meant = suggestName(key, [...known, ...Object.keys(keys.renamed ?? {})]);
  if (meant === undefined) {
    problems.error(place, "unknown key", `known here: ${known.join(", ")}`);
  } else {
    problems.error(
      place,
      `unknown key, did you mean "${meant}"?`,
      `write ${meant}: instead of ${key}:`,
    );
  }
}

/** Not what every object has, such as `constructor`. */
function own(
  record: Readonly<Record<string, string>> | undefined,
  key: string,
): string | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
