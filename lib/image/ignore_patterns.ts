/**
 * Decides what the patterns of a .dockerignore leave out.
 *
 * Pure. The rule: as Docker does it: the last pattern that fits a path, or a folder that it is in, counts;
 * `!` takes back (https://docs.docker.com/build/concepts/context/#dockerignore-files).
 *
 * @module
 */
import { posix } from "node:path";

/** Whether the file `text` leaves `path` out. @param path Relative to the build's folder, with `/`. */
export function isLeftOut(path: string, text: string): boolean {
  let out = false;
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const pattern = line.trim();
    if (line.startsWith("#") || pattern === "") continue;
    const isTakenBack = pattern.startsWith("!");
    if (fitsPath(isTakenBack ? pattern.slice(1).trim() : pattern, path)) out = !isTakenBack;
  }
  return out;
}

/** Whether a pattern means `path`, or a folder that it is in. */
export function fitsPath(pattern: string, path: string): boolean {
  const expression = compile(clean(pattern));
  const names = path.split("/");
  return names.some((_, at) => expression.test(names.slice(0, at + 1).join("/")));
}

/** Without what says nothing: `/a/./b/` is `a/b`. What leads out of the folder fits nothing in it. */
function clean(pattern: string): string {
  return posix.normalize(pattern).replace(/^\/|\/$/g, "");
}

/** Never fits: Docker says itself that it cannot read such a pattern. */
const NOTHING = /(?!)/;

function compile(pattern: string): RegExp {
  const words = pattern.replaceAll(
    /\*\*\/|\*\*$|\*+|\?|\\(.)|[.+()|{}$^]|\[\^?[^\]]*\]/g,
    (found, escaped?: string) => {
      if (escaped !== undefined) return `\\u${escaped.charCodeAt(0).toString(16).padStart(4, "0")}`;
      if (found === "**/") return "(?:.*/)?";
      if (found === "**") return ".*";
      if (found.startsWith("*")) return "[^/]*";
      if (found === "?") return "[^/]";
      return found.startsWith("[") ? found : `\\${found}`;
    },
  );
  try {
    return new RegExp(`^${words}$`);
  } catch {
    return NOTHING;
  }
}
