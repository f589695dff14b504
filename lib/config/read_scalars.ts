/**
 * Reads single values of luma.yml: texts, numbers, switches, durations and sizes.
 *
 * The rule: each gives the value, or reports once what was expected and gives undefined; a missing
 * field is undefined without a report.
 *
 * @module
 */
import { describeNode } from "./describe_node.ts";
import { parseDuration } from "./parse_duration.ts";
import type { Parsed } from "./parsed.ts";
import { type Field, fieldOf } from "./section.ts";

// deno-lint-ignore no-control-regex -- these are what a one-line text must not have
const CONTROL = /[\u0000-\u001f\u007f]/;

/** What an integer may be. */
export interface IntegerRange {
  readonly min: number;
  readonly max?: number;
}

/** The range of TCP and UDP ports. */
export const PORT_RANGE: IntegerRange = { min: 1, max: 65_535 };

/** A text of one line, not empty; numbers are taken as they are written. */
export function readText(field: Field | undefined): string | undefined {
  if (field === undefined) return undefined;
  const { node, place, problems } = field;
  if (
    node.kind !== "scalar" || node.value === "" || node.value === null ||
    typeof node.value === "boolean"
  ) {
    problems.error(place, `expected a text, got ${describeNode(node, place.path)}`);
    return undefined;
  }
  if (CONTROL.test(node.source)) {
    problems.error(
      place,
      "expected a text of one line, got one with line breaks or control characters",
    );
    return undefined;
  }
  return node.source;
}

/** Any text for a program, also empty or of several lines; numbers and booleans as written. */
export function readAnyText(field: Field): string | undefined {
  const { node, place, problems } = field;
  if (node.kind !== "scalar" || node.value === null) {
    problems.error(
      place,
      `expected a text, got ${describeNode(node, place.path)}`,
      'write "" for an empty one',
    );
    return undefined;
  }
  if (node.source.includes("\0")) {
    problems.error(place, "expected a text without NUL, which no program can be given");
    return undefined;
  }
  return node.source;
}

/** A text that `parse` understands. */
export function readParsed<T>(
  field: Field | undefined,
  parse: (text: string) => Parsed<T>,
): T | undefined {
  const text = readText(field);
  if (field === undefined || text === undefined) return undefined;
  const result = parse(text);
  if (result.ok) return result.value;
  field.problems.error(field.place, result.message, result.fix);
  return undefined;
}

/** A whole number in `range`, also where it is quoted. */
export function readInteger(field: Field | undefined, range: IntegerRange): number | undefined {
  if (field === undefined) return undefined;
  const { node, place, problems } = field;
  const value = node.kind !== "scalar"
    ? undefined
    : typeof node.value === "string" && /^\d{1,15}$/.test(node.value)
    ? Number(node.value)
    : node.value;
  if (typeof value === "number" && Number.isSafeInteger(value)) {
    if (value >= range.min && value <= (range.max ?? Number.MAX_SAFE_INTEGER)) return value;
  }
  const wanted = range.max === undefined
    ? `of ${range.min} or more`
    : `from ${range.min} to ${range.max}`;
  problems.error(
    place,
    `expected a whole number ${wanted}, got ${describeNode(node, place.path)}`,
    `write a number, such as ${exampleIn(range)}`,
  );
  return undefined;
}

function exampleIn(range: IntegerRange): number {
  return range === PORT_RANGE ? 3000 : Math.max(range.min, 1);
}

/** `true` or `false`. */
export function readBoolean(field: Field | undefined): boolean | undefined {
  if (field === undefined) return undefined;
  const { node, place, problems } = field;
  if (node.kind === "scalar" && typeof node.value === "boolean") return node.value;
  const meant = node.kind === "scalar" && /^(yes|on|true|1)$/i.test(node.source)
    ? "true"
    : node.kind === "scalar" && /^(no|off|false|0)$/i.test(node.source)
    ? "false"
    : "true or false";
  problems.error(
    place,
    `expected true or false, got ${describeNode(node, place.path)}`,
    `write ${meant}`,
  );
  return undefined;
}

/**
 * A duration in milliseconds.
 *
 * @param minMs The shortest that makes sense; 0 unless given.
 */
export function readDuration(field: Field | undefined, minMs = 0): number | undefined {
  const valueMs = readParsed(field, parseDuration);
  if (field === undefined || valueMs === undefined || valueMs >= minMs) return valueMs;
  field.problems.error(
    field.place,
    `expected a duration of ${minMs} ms or more, got ${valueMs} ms`,
  );
  return undefined;
}

/** The items of a list as fields; an empty value is an empty list. */
export function readList(field: Field | undefined, example: string): readonly Field[] {
  if (field === undefined) return [];
  const { node, place, problems } = field;
  if (node.kind === "list") {
    return node.items.map((item, index) => fieldOf(item, `${place.path}[${index}]`, problems));
  }
  if (node.kind === "scalar" && node.value === null) return [];
  problems.error(
    place,
    `expected a list, got ${describeNode(node, place.path)}`,
    `write ${example}`,
  );
  return [];
}

/** One of the words. */
export function readWord<T extends string>(
  field: Field | undefined,
  words: readonly T[],
): T | undefined {
  const text = readText(field);
  if (field === undefined || text === undefined) return undefined;
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) {
    const message = `expected ${words.join(" or ")}, got ${
      describeNode(field.node, field.place.path)
    }`;
    field.problems.error(field.place, message, `write ${words[0]}`);
  }
  return word;
}
