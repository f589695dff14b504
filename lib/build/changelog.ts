/**
 * Moves what CHANGELOG.md has under "Unreleased" to a version (https://keepachangelog.com).
 *
 * Pure. The rule: nothing is reworded, and a release without a note is refused.
 *
 * @module
 */
import { LumaError } from "../error.ts";

const UNRELEASED = "## Unreleased";

/** A version and its day. */
export interface ChangelogRelease {
  readonly version: string;
  /** `2026-01-31`. */
  readonly date: string;
}

/**
 * Gives the text of the changelog after a release: "Unreleased" is empty, and what it had stands
 * under the version.
 *
 * @throws {LumaError} When there is nothing under "Unreleased", or the version is there already.
 */
export function releaseChangelog(text: string, { version, date }: ChangelogRelease): string {
  const lines = text.split("\n");
  const start = lines.indexOf(UNRELEASED);
  if (start === -1) throw changelogError(`it has no line "${UNRELEASED}"`);
  const next = lines.findIndex((line, index) => index > start && line.startsWith("## "));
  const notes = lines.slice(start + 1, next === -1 ? undefined : next).join("\n").trim();
  if (notes === "") throw changelogError(`nothing stands under "${UNRELEASED}"`);
  if (lines.some((line) => line.startsWith(`## ${version} `))) {
    throw changelogError(`it has the version ${version} already`);
  }
  const before = lines.slice(0, start).join("\n");
  const after = next === -1 ? "" : `\n${lines.slice(next).join("\n").trimEnd()}\n`;
  return `${before}\n${UNRELEASED}\n\n## ${version} - ${date}\n\n${notes}\n${after}`;
}

function changelogError(reason: string): LumaError {
  return new LumaError(`Cannot release: CHANGELOG.md: ${reason}`, {
    hint: `Write what changed for users under "${UNRELEASED}", then run the same command again`,
  });
}
