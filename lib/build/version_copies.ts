/**
 * The places that hold luma's version, and how it is changed in all of them.
 *
 * Pure. The rule: package.json has the version; the others are copies, which nobody edits by hand.
 *
 * @module
 */
import { LumaError, UsageError } from "../error.ts";

/** A file with the version, and what stands before and after it there. */
interface VersionPlace {
  readonly file: string;
  /** Its first group is what stands before the version, its second the version. */
  readonly pattern: RegExp;
  /** How many times it is there. */
  readonly count: number;
}

const JSON_VERSION = /^( {2}"version": ")([^"]+)/gm;
const MODULE_VERSION = /^(export const VERSION = ")([^"]+)/gm;

const PLACES: readonly VersionPlace[] = [
  { file: "package.json", pattern: JSON_VERSION, count: 1 },
  // The lock file names its own package twice; every other package is indented more deeply.
  {
    file: "package-lock.json",
    pattern: /^( {2}"version": "|(?<="": \{\n {6}"name": "[^"]+",\n) {6}"version": ")([^"]+)/gm,
    count: 2,
  },
  { file: "deno.json", pattern: JSON_VERSION, count: 1 },
  { file: "lib/version.ts", pattern: MODULE_VERSION, count: 1 },
  { file: "proxy/version.ts", pattern: MODULE_VERSION, count: 1 },
];

/** Paths of the files that hold the version, relative to the checkout; package.json is the first. */
export const VERSION_FILES: readonly string[] = PLACES.map(({ file }) => file);

/**
 * Reads every version that is in `text`, which is the text of `file`.
 *
 * @throws {LumaError} When it is not there as often as it should be.
 */
export function readVersions(file: string, text: string): readonly string[] {
  const { pattern, count } = placeOf(file);
  const versions = [...text.matchAll(pattern)].map((match) => match[2] ?? "");
  if (versions.length === count) return versions;
  throw new LumaError(
    `Cannot find the version in ${file}: it is there ${versions.length} times, not ${count}`,
    { hint: `Compare it with the same file of the last release: git log -p ${file}` },
  );
}

/**
 * Gives the text of `file` with another version, and everything else as it was.
 *
 * @throws {LumaError} When the version is not there as often as it should be.
 */
export function setVersion(file: string, text: string, version: string): string {
  readVersions(file, text);
  return text.replace(placeOf(file).pattern, (_all, before: string) => before + version);
}

/**
 * Checks that `next` is a version, and not older than `current` (https://semver.org, 2 and 11): the first
 * release has the version that the sources have from the beginning.
 *
 * @throws {UsageError} When it is not.
 */
export function checkNextVersion(next: string, current: string): void {
  const parsed = parseVersion(next);
  const hint = `A version is like 1.2.3 or 1.2.3-rc.1; the one before is ${current}`;
  if (parsed === undefined) throw new UsageError(`Cannot release "${next}": not a version`, hint);
  const former = parseVersion(current);
  if (former === undefined || compareVersions(parsed, former) >= 0) return;
  throw new UsageError(`Cannot release ${next}: it is older than ${current}`, hint);
}

type Version = readonly [numbers: readonly number[], preRelease: readonly string[]];

function parseVersion(text: string): Version | undefined {
  const number = "(0|[1-9]\\d*)";
  const match = new RegExp(
    `^${number}\\.${number}\\.${number}(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?$`,
  ).exec(text);
  if (match === null) return undefined;
  return [match.slice(1, 4).map(Number), match[4]?.split(".") ?? []];
}

function compareVersions([numbers, own]: Version, [others, its]: Version): number {
  for (const [index, number] of numbers.entries()) {
    if (number !== others[index]) return number - (others[index] ?? 0);
  }
  // A version comes after its own pre-releases.
  if (own.length === 0 || its.length === 0) return its.length - own.length;
  for (const [index, part] of own.entries()) {
    const other = its[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const [a, b] = [part, other].map((text) => /^\d+$/.test(text) ? Number(text) : undefined);
    if (a !== undefined && b !== undefined) return a - b;
    if (a === undefined && b === undefined) return part < other ? -1 : 1;
    return a === undefined ? 1 : -1;
  }
  return own.length - its.length;
}

function placeOf(file: string): VersionPlace {
  const place = PLACES.find((candidate) => candidate.file === file);
  if (place !== undefined) return place;
  throw new LumaError(`Cannot find the version in ${file}: it is no file with a version`);
}
