/**
 * Finds the instruction of a Dockerfile that would copy a file into the image.
 *
 * Pure. The rule: what cannot be known without building, as a variable's value, counts as not copied.
 *
 * @module
 */
import { posix } from "node:path";
import { fitsPath } from "./ignore_patterns.ts";
import { type Instruction, readInstructions } from "./read_instructions.ts";

/**
 * The first COPY or ADD of `dockerfile` that takes `path` along, as it stands there.
 *
 * @param path Relative to the build's folder, with `/`.
 */
export function findCopyOf(path: string, dockerfile: string): string | undefined {
  const found = readInstructions(dockerfile).find((instruction) => takes(instruction, path));
  return found && `${found.word} ${found.rest}`;
}

function takes({ word, rest }: Instruction, path: string): boolean {
  if (word !== "COPY" && word !== "ADD") return false;
  const [flags = ""] = /^(?:--\S+\s+)*/.exec(rest) ?? [];
  const sources = readWords(rest.slice(flags.length)).slice(0, -1);
  // Of another stage or image: there is no such file.
  if (/--from=/.test(flags)) return false;
  const excluded = [...flags.matchAll(/--exclude=(\S+)/g)].map(([, pattern = ""]) => pattern);
  if (excluded.some((pattern) => fitsPath(pattern, path))) return false;
  return sources.some((source) => isWhole(source) || fitsPath(posix.normalize(`/${source}`), path));
}

/** `["a", "b"]`, or the same without brackets. */
function readWords(text: string): readonly string[] {
  const quoted = text.startsWith("[") ? [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)] : [];
  return quoted.length > 0
    ? quoted.map(([, word = ""]) => word)
    : text.split(/\s+/).map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
}

/** The build's folder itself, in one of the ways to write it; no source leads out of it. */
function isWhole(source: string): boolean {
  return /^[./]+$/.test(source);
}
