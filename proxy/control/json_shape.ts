/**
 * Reads values of unknown JSON as what they must be.
 *
 * The rule: the error names the place, what was expected there, and what was found.
 *
 * @module
 */

/** JSON that has another shape than it must have. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** An object whose values were not looked at yet. */
export type UnknownObject = Readonly<Record<string, unknown>>;

/** The value as an object. */
export function readObject(value: unknown, path: string): UnknownObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as UnknownObject;
  }
  throw mismatch(path, "an object", value);
}

/** The value as a list, each entry read by `readEntry`. */
export function readList<T>(
  value: unknown,
  path: string,
  readEntry: (value: unknown, path: string) => T,
): readonly T[] {
  if (!Array.isArray(value)) throw mismatch(path, "a list", value);
  return value.map((entry, index) => readEntry(entry, `${path}[${index}]`));
}

/** The value as a text that matches `pattern`, which `expected` describes. */
export function readText(
  value: unknown,
  path: string,
  rule: { readonly pattern: RegExp; readonly expected: string } = NOT_EMPTY,
): string {
  if (typeof value === "string" && rule.pattern.test(value)) return value;
  throw mismatch(path, rule.expected, value);
}

/** The value as a whole number within limits. */
export function readInteger(
  value: unknown,
  path: string,
  limits: { readonly min?: number; readonly max?: number } = {},
): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = limits;
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) {
    return value as number;
  }
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw mismatch(path, `a whole number ${range}`, value);
}

/** What the timers of the runtimes can wait at most, 24 days: longer ones end at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The value as a duration in milliseconds; what no timer can wait is taken as the longest that one can. */
export function readMilliseconds(
  value: unknown,
  path: string,
  limits: { readonly min?: number } = {},
): number {
  return Math.min(readInteger(value, path, limits), LONGEST_MS);
}

/** The value as a number of 0 or more. */
export function readNumber(value: unknown, path: string): number {
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value;
  throw mismatch(path, "a number of at least 0", value);
}

/** The value as true or false. */
export function readBoolean(value: unknown, path: string): boolean {
  if (typeof value === "boolean") return value;
  throw mismatch(path, "true or false", value);
}

/** The value as one of these words. */
export function readWord<T extends string>(
  value: unknown,
  path: string,
  words: readonly T[],
): T {
  const word = words.find((word) => word === value);
  if (word !== undefined) return word;
  throw mismatch(path, words.map((word) => JSON.stringify(word)).join(" or "), value);
}

/** What `read` makes of the value, or undefined where there is none. */
export function readOptional<T>(
  value: unknown,
  path: string,
  read: (value: unknown, path: string) => T,
): T | undefined {
  return value === undefined ? undefined : read(value, path);
}

/** The object without the keys whose value is undefined. */
export function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== undefined),
  ) as Defined<T>;
}

/** `T`, where a key that may be undefined may be missing instead. */
export type Defined<T> =
  & { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
  & { readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

const NOT_EMPTY = { pattern: /./, expected: "a text" };

function mismatch(path: string, expected: string, value: unknown): ShapeError {
  const found = value === undefined ? "nothing" : JSON.stringify(value) ?? typeof value;
  const shown = found.length > 80 ? `${found.slice(0, 80)}…` : found;
  return new ShapeError(`${path}: expected ${expected}, found ${shown}`);
}
