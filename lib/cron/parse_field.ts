/**
 * Reads one field of a cron schedule: `*`, `5`, `1-5`, `10-50/10`, `mon`, and lists of these.
 *
 * Pure. The rule: what a cron somewhere refuses, or silently reads as something else, is refused here.
 *
 * @module
 */
import { UsageError } from "../error.ts";

/** What a field of a schedule may hold: crontab(5). */
export interface FieldKind {
  readonly name: "minute" | "hour" | "day of month" | "month" | "day of week";
  readonly lowest: number;
  readonly highest: number;
  /** Names of the values from `lowest` on, in lower case. */
  readonly names: readonly string[];
}

/** The fields, in their order. */
export const FIELDS: readonly FieldKind[] = [
  { name: "minute", lowest: 0, highest: 59, names: [] },
  { name: "hour", lowest: 0, highest: 23, names: [] },
  { name: "day of month", lowest: 1, highest: 31, names: [] },
  {
    name: "month",
    lowest: 1,
    highest: 12,
    names: "jan feb mar apr may jun jul aug sep oct nov dec".split(" "),
  },
  {
    name: "day of week",
    lowest: 0,
    highest: 7,
    names: "sun mon tue wed thu fri sat".split(" "),
  },
];

/** A field that was read. */
export interface Field {
  /** It begins with `*`: crontab(5) then takes it for unrestricted where days are matched. */
  readonly any: boolean;
  /** The values that match, sorted; Sunday is 0. */
  readonly values: readonly number[];
}

/**
 * Reads a field.
 *
 * @throws {UsageError} That names the field, and what it may hold.
 */
export function parseField(text: string, kind: FieldKind): Field {
  const values = text.split(",").flatMap((part) => parsePart(part, kind));
  const isDay = kind.name === "day of week";
  const unique = new Set(isDay ? values.map((value) => value % 7) : values);
  return { any: text.startsWith("*"), values: [...unique].sort((a, b) => a - b) };
}

function parsePart(part: string, kind: FieldKind): readonly number[] {
  const [, range = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? refuse(part, kind);
  const [first, last] = parseRange(range, part, kind);
  if (step !== undefined && range !== "*" && !range.includes("-")) {
    refuse(part, kind, `A step needs a range: ${range}-${kind.highest}/${step}`);
  }
  const stride = Number(step ?? 1);
  if (stride < 1 || stride > kind.highest) {
    refuse(part, kind, `A step is 1 to ${kind.highest}`);
  }
  const values: number[] = [];
  for (let value = first; value <= last; value += stride) values.push(value);
  return values;
}

function parseRange(range: string, part: string, kind: FieldKind): readonly [number, number] {
  // The 7 of days is the 0 of the next week: `*` must not name Sunday twice.
  if (range === "*") return [kind.lowest, kind.name === "day of week" ? 6 : kind.highest];
  const ends = range.split("-");
  const [first, last = first] = ends.map((end) => parseValue(end, part, kind));
  if (first === undefined || last === undefined || ends.length > 2) return refuse(part, kind);
  if (first > last) refuse(part, kind, `${range} goes backwards: write the lower value first`);
  return [first, last];
}

function parseValue(text: string, part: string, kind: FieldKind): number {
  const named = kind.names.indexOf(text.toLowerCase());
  if (named >= 0) return kind.lowest + named;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : NaN;
  if (value >= kind.lowest && value <= kind.highest) return value;
  return refuse(part, kind);
}

function refuse(part: string, kind: FieldKind, hint?: string): never {
  const { name, lowest, highest, names } = kind;
  const words = names.length === 0 ? "" : `, or ${names[0]} to ${names.at(-1)}`;
  throw new UsageError(
    `Cannot use "${part}" as the ${name} of a schedule`,
    hint ?? `It takes ${lowest} to ${highest}${words}; *, ranges 1-5, lists 1,3 and steps */5`,
  );
}
