/**
 * Finds the instruction of a Dockerfile that brings a file of the build's folder into the image.
 *
 * Pure. The rule: only what gets into the stage that is built counts; what cannot be known without
 * building, as a variable's value or what a RUN does, counts as not copied.
 *
 * @module
 */
import { posix } from "node:path";
import { fitsPath } from "./ignore_patterns.ts";
import type { Instruction } from "./read_instructions.ts";
import { findStage, readStages, type Stage } from "./read_stages.ts";

/** The file as a stage has it. */
interface Copy {
  /** Where it is there, absolute; none where that cannot be known. */
  readonly place?: string;
  /** The instruction that brought it, as it stands in the Dockerfile. */
  readonly by: string;
}

/** What a stage has, when it is built as far as it is read. */
interface Content {
  readonly copies: readonly Copy[];
  /** Of WORKDIR; none where that cannot be known. */
  readonly folder: string | undefined;
}

/** What an image from elsewhere is taken for: most have no WORKDIR. */
const EMPTY: Content = { copies: [], folder: "/" };

/**
 * The first COPY or ADD of `dockerfile` by which the image gets the file `path`.
 *
 * @param path Relative to the build's folder, with `/`.
 * @param target The stage that is built, by its name or number; the last one unless given.
 */
export function findCopyOf(path: string, dockerfile: string, target?: string): string | undefined {
  const { stages } = readStages(dockerfile);
  const contents: Content[] = [];
  const find: Find = (from) => {
    if (from === undefined) return [{ place: `/${path}` }];
    return contents[findStage(stages, from) ?? -1]?.copies ?? [];
  };
  for (const { base = -1, instructions } of stages) {
    const start = contents[base] ?? EMPTY;
    contents.push(instructions.reduce((now, one) => apply(one, now, find), start));
  }
  return contents[findTarget(stages, target)]?.copies[0]?.by;
}

function findTarget(stages: readonly Stage[], target: string | undefined): number {
  const last = stages.length - 1;
  return target === undefined ? last : findStage(stages, target) ?? last;
}

/** Where the file is in the build's folder, or in the stage of that name. */
type Find = (from: string | undefined) => readonly Pick<Copy, "place">[];

function apply(instruction: Instruction, content: Content, find: Find): Content {
  const { word, rest } = instruction;
  const { copies, folder } = content;
  switch (word) {
    case "WORKDIR":
      return { copies, folder: resolvePlace(folder, unquote(rest)) };
    case "ADD":
    case "COPY":
      return { copies: [...copies, ...listCopies(instruction, folder, find)], folder };
    default:
      return content;
  }
}

function listCopies(
  { word, rest }: Instruction,
  folder: string | undefined,
  find: Find,
): readonly Copy[] {
  const [flags = ""] = /^(?:--\S+\s+)*/.exec(rest) ?? [];
  const excluded = [...flags.matchAll(/--exclude=(\S+)/g)].map(([, pattern = ""]) => pattern);
  const words = readWords(rest.slice(flags.length));
  const to = words.at(-1) ?? "";
  const into = resolvePlace(folder, to);
  const by = `${word} ${rest}`;
  return find(/--from=(\S+)/.exec(flags)?.[1]).flatMap(({ place }) =>
    words.slice(0, -1).flatMap((source): readonly Copy[] => {
      const inside = findInside(source, place);
      if (inside === undefined || isExcluded(excluded, inside, place)) return [];
      if (into === undefined || place === undefined) return [{ by }];
      // A single file gets its own name in what is written as a folder.
      const name = inside === "" && /(^|\/)\.{0,2}$/.test(to) ? posix.basename(place) : inside;
      return [{ by, place: posix.join(into, name) }];
    })
  );
}

/** Seen from the folder that is copied, or from the whole. */
function isExcluded(patterns: readonly string[], inside: string, place = ""): boolean {
  const paths = [inside === "" ? posix.basename(place) : inside, place.slice(1)];
  return patterns.some((pattern) => paths.some((path) => fitsPath(pattern, path)));
}

/**
 * Whether `source` takes along what is at `place`.
 *
 * @returns Its path inside of the folder whose content is copied; empty where the file itself is.
 */
function findInside(source: string, place: string | undefined): string | undefined {
  // The whole folder, in one of the ways to write it; no source leads out of it.
  if (/^[./]+$/.test(source)) return place?.slice(1) ?? "";
  if (place === undefined) return undefined;
  const names = place.slice(1).split("/");
  const pattern = posix.normalize(`/${source}`);
  const last = names.findIndex((_, at) => fitsPath(pattern, names.slice(0, at + 1).join("/")));
  return last === -1 ? undefined : names.slice(last + 1).join("/");
}

function resolvePlace(folder: string | undefined, path: string): string | undefined {
  if (path.includes("$") || (folder === undefined && !path.startsWith("/"))) return undefined;
  return posix.resolve(folder ?? "/", path);
}

/** `["a", "b"]`, or the same without brackets. */
function readWords(text: string): readonly string[] {
  const quoted = text.startsWith("[") ? [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)] : [];
  return quoted.length > 0 ? quoted.map(([, word = ""]) => word) : text.split(/\s+/).map(unquote);
}

function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}
