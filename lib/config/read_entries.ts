/**
 * Reads `apps` and `services`: a map by name, or a list of entries that have one.
 *
 * The rule: both forms mean the same, and problems are found under the name in both.
 *
 * @module
 */
import type { Parsed } from "./parsed.ts";
import type { Place } from "./problem_list.ts";
import { readList, readParsed } from "./read_scalars.ts";
import { describeNode } from "./describe_node.ts";
import { type Field, fieldOf, fieldOfEntry, openEntries } from "./section.ts";
import { joinPath } from "./yaml_node.ts";

/** One app or service of the file. */
export interface Entry {
  readonly name: string;
  /** Where the name stands. */
  readonly place: Place;
  /** Its keys, without `name`. */
  readonly field: Field;
}

/** The entries of `apps` or `services`, in file order; those with a bad name are reported. */
export function readEntries(
  field: Field | undefined,
  parseName: (text: string) => Parsed<string>,
): readonly Entry[] {
  if (field === undefined) return [];
  if (field.node.kind === "list") return readNamedList(field, parseName);
  const { place: { path }, problems } = field;
  return (openEntries(field, `${path}: { web: { image: acme/web:1 } }`) ?? []).map((entry) => {
    const own = fieldOfEntry(entry, path, problems);
    const name = parseName(entry.key);
    if (!name.ok) problems.error(own.key, name.message, name.fix);
    return { name: entry.key, place: own.key, field: own };
  });
}

function readNamedList(
  field: Field,
  parseName: (text: string) => Parsed<string>,
): readonly Entry[] {
  const { place: { path }, problems } = field;
  const seen = new Set<string>();
  return readList(field, "").flatMap((item): readonly Entry[] => {
    const { node } = item;
    if (node.kind !== "map") {
      const message = `expected a map, got ${describeNode(node, item.place.path)}`;
      problems.error(item.place, message, "write - name: web, with its keys below it");
      return [];
    }
    const own = node.entries.find(({ key }) => key === "name");
    if (own === undefined) {
      problems.error(item.place, "name is missing", "write - name: web");
      return [];
    }
    const nameField = fieldOfEntry(own, item.place.path, problems);
    const name = readParsed(nameField, parseName);
    if (name === undefined) return [];
    const rest = { ...node, entries: node.entries.filter((entry) => entry !== own) };
    const named = {
      name,
      place: nameField.place,
      field: fieldOf(rest, joinPath(path, name), problems),
    };
    if (!seen.has(name)) {
      seen.add(name);
      return [named];
    }
    problems.error(nameField.place, `the name "${name}" is there twice`, "choose another name");
    return [];
  });
}
