/**
 * Adds a line to a .gitignore or .dockerignore.
 *
 * Pure. The rule: once, at the end, with the line ends that the file has; nothing else changes.
 *
 * @module
 */
import { isLeftOut } from "../image/ignore_patterns.ts";

/** What is to be left out. */
export interface IgnoredPath {
  /** The line to add: `.luma/secrets`. */
  readonly line: string;
  /** Whether a file has that effect already, or a larger one. */
  readonly isCovered: (text: string) => boolean;
}

/** Of Git: the secrets, and nothing else of the folder. */
export const SECRETS_IN_GIT: IgnoredPath = { line: ".luma/secrets", isCovered: hasLineForGit };

/** Of images: the whole folder. */
export const SECRETS_IN_IMAGE: IgnoredPath = {
  line: ".luma",
  isCovered: (text) => isLeftOut(".luma/secrets", text),
};

/** The file's new text; none where it has the effect already. */
export function addIgnoredPath(
  text: string,
  { line, isCovered }: IgnoredPath,
): string | undefined {
  if (isCovered(text)) return undefined;
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const start = text === "" || text.endsWith("\n") ? text : `${text}${end}`;
  return `${start}${line}${end}`;
}

/** Whether a usual line leaves the secrets out, and no later one takes that back. */
function hasLineForGit(text: string): boolean {
  const lines = text.split(/\r?\n/).map((one) => one.trim());
  const last = lines.findLastIndex((one) => /^\/?\.luma(\/|\/secrets|\/\*)?$/.test(one));
  return last >= 0 && !lines.slice(last + 1).some((one) => /^!\/?(\.luma|\.?\*)/.test(one));
}
