/**
 * Reads the environment of a container.
 *
 * The rule: values stay as they are written (`1.10` stays `1.10`), and none is ever in a message.
 *
 * @module
 */
import { ENVIRONMENT_KEYS } from "./container_keys.ts";
import { readSecret } from "./find_secret.ts";
import type { ReadContext } from "./read_context.ts";
import { readAnyText, readList, readText } from "./read_scalars.ts";
import type { Secret } from "./secret.ts";
import { type Field, fieldOfEntry, openEntries, openSection } from "./section.ts";

/** The variables of a container. */
export interface ContainerEnvironment {
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, Secret>>;
  /** Names of secrets that have no value, where that is allowed. */
  readonly missing: readonly string[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const PLAIN_EXAMPLE = 'plain: ["PORT=3000"]';

/** Reads `environment: { plain, secret }`. */
export function readEnvironment(
  field: Field | undefined,
  context: ReadContext,
): ContainerEnvironment {
  if (field?.node.kind === "map") reportBareVariables(field);
  const section = openSection(withoutVariables(field), ENVIRONMENT_KEYS);
  const plain = readVariables(section?.get("plain"));
  const secrets = new Map<string, Secret>();
  const names = new Set<string>();
  for (const item of readList(section?.get("secret"), 'secret: ["DATABASE_URL"]')) {
    const name = item.node.kind === "scalar" ? item.node.source : "";
    if (plain.has(name)) {
      item.problems.error(item.place, `${name} is in plain too`, "keep it in one of them");
    } else if (names.has(name)) {
      item.problems.error(item.place, `${name} is there twice`, "keep one");
    } else {
      names.add(name);
      const found = readSecret(item, context);
      if (found !== undefined) secrets.set(found.name, found.secret);
    }
  }
  return {
    environment: Object.fromEntries(plain),
    secrets: Object.fromEntries(secrets),
    missing: [...names].filter((name) => !secrets.has(name)),
  };
}

/** Reads a map of variables, or a list of `NAME=value`. */
function readVariables(field: Field | undefined): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  if (field === undefined) return variables;
  const add = (at: Field, name: string, value: string): void => {
    if (!NAME.test(name)) {
      at.problems.error(at.place, "expected the name of a variable, of letters, digits and _");
    } else if (variables.has(name)) {
      at.problems.error(at.place, `${name} is there twice`, "keep one");
    } else {
      variables.set(name, value);
    }
  };
  if (field.node.kind === "map") {
    for (const item of entriesOf(field)) {
      const value = readAnyText(item.field);
      if (value !== undefined) add(item.field, item.key, value);
    }
    return variables;
  }
  for (const item of readList(field, PLAIN_EXAMPLE)) {
    const text = item.node.kind === "map" ? reportPairs(item) : readAnyText(item);
    if (text === undefined) continue;
    const equals = text.indexOf("=");
    if (equals > 0) add(item, text.slice(0, equals).trim(), text.slice(equals + 1));
    else {item.problems.error(
        item.place,
        "expected NAME=value, got a text without =",
        PLAIN_EXAMPLE_FIX,
      );}
  }
  return variables;
}

const PLAIN_EXAMPLE_FIX = `write ${PLAIN_EXAMPLE}, or the name under secret: if it is one`;

/**
 * Reads the arguments of a build: a map, a list of `NAME=value`, or names that are taken from the
 * app's variables, its secrets, and the environment of luma.
 */
export function readBuildArguments(
  field: Field | undefined,
  own: ContainerEnvironment,
  context: ReadContext,
): Readonly<Record<string, string | Secret>> {
  if (field === undefined || field.node.kind === "map") {
    return Object.fromEntries(readVariables(field));
  }
  const values = new Map<string, string | Secret>();
  for (const item of readList(field, 'args: ["MODE"]')) {
    const [name = "", ...value] = (readText(item) ?? "").split("=");
    if (name === "") continue;
    const found = value.length > 0 ? value.join("=") : findArgument(name, own, context);
    if (found === undefined) {
      const message = `the build argument ${name} has no value`;
      item.problems.error(
        item.place,
        message,
        `write ${name}=value, or add ${name} to environment.plain`,
      );
    } else {
      if (typeof found !== "string") {
        item.problems.warn(
          item.place,
          `${name} is a secret, and an image keeps its build arguments`,
        );
      }
      values.set(name, found);
    }
  }
  return Object.fromEntries(values);
}

function findArgument(
  name: string,
  own: ContainerEnvironment,
  { secrets }: ReadContext,
): string | Secret | undefined {
  if (Object.hasOwn(own.environment, name)) return own.environment[name];
  if (Object.hasOwn(own.secrets, name)) return own.secrets[name];
  return secrets.file.get(name) ??
    (Object.hasOwn(secrets.env, name) ? secrets.env[name] : undefined);
}

function entriesOf(field: Field): readonly { readonly key: string; readonly field: Field }[] {
  return (openEntries(field, "") ?? []).map((entry) => ({
    key: entry.key,
    field: fieldOfEntry(entry, field.place.path, field.problems),
  }));
}

/** `environment: { PORT: 3000 }`, as Compose has it. */
function reportBareVariables(field: Field): void {
  for (const { key, field: own } of entriesOf(field)) {
    if (isVariable(key)) {
      own.problems.error(
        own.key,
        "a variable must stand under plain or secret",
        `write plain: { ${key}: … }`,
      );
    }
  }
}

function withoutVariables(field: Field | undefined): Field | undefined {
  if (field?.node.kind !== "map") return field;
  const entries = field.node.entries.filter(({ key }) => !isVariable(key));
  return { ...field, node: { ...field.node, entries } };
}

function isVariable(key: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(key);
}

/** `- PORT: 3000` in a list. */
function reportPairs(item: Field): undefined {
  item.problems.error(
    item.place,
    "expected NAME=value, got a map",
    "write a list of NAME=value, or one map without dashes",
  );
  return undefined;
}
