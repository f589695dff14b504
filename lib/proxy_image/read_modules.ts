/**
 * Reads a program's modules one after the other, from a folder or from where they were published.
 *
 * The rule: every import is `node:…` or relative, so that the modules run where they are put, as they
 * are. That is why proxy/ may import nothing else.
 *
 * @module
 */
import { LumaError, messageOf } from "../error.ts";

/** Gives the text of the module at `url`, a `file:` or an `https:` one. */
export type ReadModule = (url: string) => Promise<string>;

/** The modules of a program. */
export interface Modules {
  /** Text by path, relative to the folder that was asked for; sorted by path. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Reads `entries`, which are relative to the folder `rootUrl`, and all that they import.
 *
 * @throws {LumaError} When a module cannot be read, or imports something that cannot go with it.
 */
export async function readModules(
  rootUrl: string,
  entries: readonly string[],
  read: ReadModule,
): Promise<Modules> {
  const root = rootUrl.endsWith("/") ? rootUrl : `${rootUrl}/`;
  const texts = new Map<string, string>();
  let next = entries.map((entry) => new URL(entry, root).href);
  while (next.length > 0) {
    const read1 = (url: string) => readOne(url, read);
    const batch = [...new Set(next)].filter((url) => !texts.has(url));
    const loaded = await Promise.all(batch.map(read1));
    batch.forEach((url, index) => texts.set(url, loaded[index] ?? ""));
    next = batch.flatMap((url) => importsOf(url, texts.get(url) ?? "", root));
  }
  const files = [...texts].map(([url, text]) => [decodeURI(url.slice(root.length)), text] as const);
  return { files: new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/**
 * What `text` imports: static and dynamic imports, and re-exports, with a literal specifier.
 *
 * Made for formatted modules: a statement begins at the start of its line, and comments hold none.
 */
export function scanImports(text: string): readonly string[] {
  const code = text.split("\n").filter((line) => !/^\s*(\/\/|\/\*|\*)/.test(line)).join("\n");
  const statements = /^(?:import|export)\b(?:[^;"'`=]*?\bfrom)?\s*["']([^"'\n]+)["']/gm;
  const calls = /\bimport\(\s*["']([^"'\n]+)["']/g;
  const found = [...code.matchAll(statements), ...code.matchAll(calls)].map((match) => match[1]);
  return [...new Set(found.filter((specifier) => specifier !== undefined))];
}

async function readOne(url: string, read: ReadModule): Promise<string> {
  try {
    return await read(url);
  } catch (error) {
    throw new LumaError(`Cannot read the proxy's module "${url}": ${messageOf(error)}`, {
      hint: "Check that this machine can still reach where luma was installed from, " +
        "or use the luma executable, which carries the proxy",
      cause: error,
    });
  }
}

function importsOf(url: string, text: string, root: string): readonly string[] {
  return scanImports(text).filter((specifier) => !specifier.startsWith("node:")).map(
    (specifier) => {
      const target = /^\.\.?\//.test(specifier) ? new URL(specifier, url).href : undefined;
      if (target?.startsWith(root)) return target;
      throw new LumaError(
        `Cannot send the proxy's module "${url}": it imports "${specifier}" from outside`,
        { hint: "Set proxy.image to an image of luma-proxy, or use the luma executable" },
      );
    },
  );
}
