/**
 * Reads values out of JSON that another program wrote.
 *
 * The rule: a field that is missing, null or of another type gives the fallback; engines of different
 * age leave out different fields.
 *
 * @module
 */

/** An object of JSON, of which nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @returns The value as an object; an empty one when it is none. */
export function readObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as JsonObject
    : {};
}

/** @returns The value as a list; an empty one when it is none. */
export function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** @returns The value as text; empty when it is none. */
export function readString(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** @returns The text; `undefined` when it is none or empty. */
export function readOptionalString(value: unknown): string | undefined {
  return readString(value) || undefined;
}

/** @returns The number, also one that was written as text; 0 when it is none. */
export function readNumber(value: unknown): number {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : 0;
}

/** @returns The texts of a list. */
export function readStrings(value: unknown): readonly string[] {
  return readList(value).filter((item): item is string => typeof item === "string");
}

/** @returns The texts of an object, by key. */
export function readStringRecord(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(readObject(value));
  return Object.fromEntries(entries.map(([key, item]) => [key, readString(item)]));
}
