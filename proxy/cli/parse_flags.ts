/**
 * Reads the flags of a command.
 *
 * The rule: an unknown flag, a missing value and a missing flag are errors that name the flag.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { ProxyUsageError } from "./proxy_io.ts";

/** What a command takes: `string` flags have a value, `list` ones any number of values. */
export type FlagSpec = Readonly<Record<string, "string" | "list" | "boolean">>;

/** The flags of a command line. */
export interface Flags {
  /** The words that are no flags. */
  readonly words: readonly string[];
  readonly has: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  readonly list: (name: string) => readonly string[];
  /** @throws {ProxyUsageError} When the flag is missing. */
  readonly required: (name: string) => string;
  /** @throws {ProxyUsageError} When the value is no whole number within the limits. */
  readonly integer: (name: string, limits: IntegerLimits) => number | undefined;
}

/** The limits of a whole number. */
export interface IntegerLimits {
  readonly min: number;
  readonly max: number;
}

/** Reads a command line. */
export function parseFlags(args: readonly string[], spec: FlagSpec): Flags {
  const options = Object.fromEntries(
    Object.entries(spec).map(([name, kind]) => [
      name,
      kind === "boolean"
        ? { type: "boolean" as const }
        : { type: "string" as const, multiple: kind === "list" },
    ]),
  );
  const { values, positionals } = parse(args, options);
  const text = (name: string) => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    words: positionals,
    has: (name) => values[name] === true,
    text,
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
    required: (name) => {
      const value = text(name);
      if (value === undefined) throw new ProxyUsageError(`--${name} is missing`);
      return value;
    },
    integer: (name, limits) => {
      const value = text(name);
      return value === undefined ? undefined : parseInteger(name, value, limits);
    },
  };
}

function parseInteger(name: string, value: string, { min, max }: IntegerLimits): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw new ProxyUsageError(`--${name}: expected a number from ${min} to ${max}, found "${value}"`);
}

type ParseOptions = Readonly<
  Record<string, { readonly type: "string" | "boolean"; readonly multiple?: boolean }>
>;

function parse(
  args: readonly string[],
  options: ParseOptions,
): { readonly values: Readonly<Record<string, unknown>>; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The runtimes add advice of their own after the first sentence.
    throw new ProxyUsageError(message.split(". ")[0] ?? message);
  }
}
