/**
 * Walks the keys that the parser knows, as the schema has them.
 *
 * @module
 */
import { PROJECT_KEYS } from "../../../lib/config/project_keys.ts";
import type { ValueSchema } from "../../../lib/config/value_schema.ts";

/** A key, where an example of it stands, and what it takes. */
export interface WalkedKey {
  /** `["apps", "web", "proxy", "hosts"]`; `web` stands for any name. */
  readonly path: readonly string[];
  readonly schema: ValueSchema;
}

/** What stands for the names of entries. */
const NAMES: Readonly<Record<string, string>> = { apps: "web", services: "db", servers: "web1" };

/** Every key of a luma.yml, older spellings left out. */
export function walkKeys(): readonly WalkedKey[] {
  return Object.entries(PROJECT_KEYS.known as Readonly<Record<string, ValueSchema>>)
    .flatMap(([key, schema]) => walk([key], schema));
}

function walk(path: readonly string[], schema: ValueSchema): readonly WalkedKey[] {
  const below = Object.entries(schema.properties ?? {})
    .filter(([, child]) => child.deprecated !== true)
    .flatMap(([key, child]) => walk([...path, key], child));
  const entry = schema.additionalProperties;
  const name = NAMES[path.join(".")];
  const named = name === undefined || typeof entry !== "object"
    ? []
    : walk([...path, name], entry).slice(1);
  return [{ path, schema }, ...below, ...named];
}

/** A project whose key at `path` has `value`, with what else it takes to be a project. */
export function projectWith(path: readonly string[], value: unknown): object {
  const project: Record<string, unknown> = {
    name: "site",
    apps: { web: { image: "acme/web:1" } },
    services: { db: { image: "postgres:17" } },
  };
  let at = project;
  for (const key of path.slice(0, -1)) {
    const next = { ...(at[key] as object | undefined) };
    at[key] = next;
    at = next as Record<string, unknown>;
  }
  at[path.at(-1) ?? ""] = value;
  return project;
}
