/**
 * Adds a line to a .gitignore or .dockerignore.
 *
 * Pure. The rule: once, at the end, with the line ends that the file has; nothing else changes.
 *
 * @module
 */

/** What is to be left out. */
export interface IgnoredPath {
  /** The line to add: `.luma/secrets`. */
  readonly line: string;
  /** Lines that have the same effect, or a larger one. */
  readonly covered: readonly string[];
}

/** Of Git: the secrets, and nothing else of the folder. */
export const SECRETS_IN_GIT: IgnoredPath = {
  line: ".luma/secrets",
  covered: [".luma/secrets", "/.luma/secrets", ".luma", "/.luma", ".luma/", "/.luma/", ".luma/*"],
};

/** Of images: the whole folder. */
export const SECRETS_IN_IMAGE: IgnoredPath = {
  line: ".luma",
  covered: [".luma", "/.luma", ".luma/", "/.luma/", "**/.luma", ".luma/*", ".luma/**", ".*", "*"],
};

/** The file's new text; none where it has such a line, and no later one that takes it back. */
export function addIgnoredPath(text: string, { line, covered }: IgnoredPath): string | undefined {
  const lines = text.split(/\r?\n/).map((one) => one.trim());
  const last = lines.findLastIndex((one) => covered.includes(one));
  const isTakenBack = lines.slice(last + 1).some((one) => /^!\/?(\.luma|\.?\*)/.test(one));
  if (last >= 0 && !isTakenBack) return undefined;
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const start = text === "" || text.endsWith("\n") ? text : `${text}${end}`;
  return `${start}${line}${end}`;
}
