/**
 * Finds what names on the command line mean: apps and services.
 *
 * The rule: a name means one of them, for luma.yml cannot have both of one name.
 *
 * @module
 */
import { suggestName } from "../config/suggest.ts";
import type { AppConfig, Config, ServiceConfig } from "../config/types.ts";
import { UsageError } from "../error.ts";

/** Apps and services, each in the order of the file. */
export interface Targets {
  readonly apps: readonly AppConfig[];
  readonly services: readonly ServiceConfig[];
}

/**
 * The named apps and services; all of them where no name is given.
 *
 * @throws {UsageError} For a name that neither has.
 */
export function selectTargets(config: Config, names: readonly string[]): Targets {
  const { apps, services } = config;
  if (names.length === 0) return { apps, services };
  const known = [...apps, ...services].map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownError(unknown, config);
  return {
    apps: apps.filter(({ name }) => names.includes(name)),
    services: services.filter(({ name }) => names.includes(name)),
  };
}

function unknownError(name: string, { apps, services, file }: Config): UsageError {
  const kinds = services.length === 0 ? "app" : "app or service";
  const closest = suggestName(name, [...apps, ...services].map((one) => one.name));
  const lists = [
    list("apps", apps),
    ...(services.length === 0 ? [] : [list("services", services)]),
  ];
  return new UsageError(
    `Unknown ${kinds} "${name}" in ${file}`,
    closest === undefined ? `Its ${lists.join("; its ")}` : `Did you mean "${closest}"?`,
  );
}

function list(kind: string, named: readonly { readonly name: string }[]): string {
  return `${kind} are: ${named.map(({ name }) => name).join(", ") || "none"}`;
}
