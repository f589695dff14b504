/**
 * Makes the schema of a map of luma.yml out of the keys that the parser knows in it.
 *
 * Pure. The rule: what the parser takes without an error is in the schema; what it only warns of is
 * marked as deprecated.
 *
 * @module
 */
import type { SectionKeys } from "./section.ts";
import type { ValueSchema } from "./value_schema.ts";

/** The schema of the map that holds `keys`; nothing counts as an empty map. */
export function mapOf(keys: SectionKeys, description: string): ValueSchema {
  return {
    type: ["object", "null"],
    description,
    properties: propertiesOf(keys),
    additionalProperties: false,
  };
}

/** The schemas of the keys, with their older spellings. */
export function propertiesOf(keys: SectionKeys): Readonly<Record<string, ValueSchema>> {
  const old = Object.entries(keys.renamed ?? {}).map(([name, now]) => [name, {
    ...keys.known[now],
    description: `The same as ${now}.`,
    deprecated: true,
    doNotSuggest: true,
  }]);
  const meaningless = (keys.meaningless ?? []).map((name) => [name, {
    description: "Has no meaning any more.",
    deprecated: true,
    doNotSuggest: true,
  }]);
  return { ...keys.known, ...Object.fromEntries([...old, ...meaningless]) };
}

/** What the entries of `apps` or `services` have in common. */
export interface EntriesOptions {
  /** The key that holds them. */
  readonly key: "apps" | "services";
  /** What an entry may be called. */
  readonly name: ValueSchema;
  readonly description: string;
}

/** The schema of a map of containers by name, or a list of such with `name`. */
export function entriesOf(
  keys: SectionKeys,
  { key, name, description }: EntriesOptions,
): ValueSchema {
  const properties = propertiesOf(keys);
  const container: ValueSchema = {
    type: "object",
    additionalProperties: false,
    anyOf: [{ required: ["image"] }, { required: ["build"] }],
    not: { required: ["server", "servers"] },
  };
  // The same keys are described once.
  const same = Object.keys(properties).map((property) => [property, {
    $ref: `#/properties/${key}/additionalProperties/properties/${property}`,
  }]);
  return {
    type: ["object", "array", "null"],
    description,
    propertyNames: name,
    additionalProperties: { ...container, properties },
    items: { ...container, properties: { name, ...Object.fromEntries(same) }, required: ["name"] },
  };
}
