/**
 * Lists the files of the image's root for each kind of program.
 *
 * The rule: `luma-proxy` and `luma-health` are found on the image's PATH, whatever the program is, and
 * no shell takes part.
 *
 * @module
 */
import { createReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { LumaError } from "../error.ts";
import type { ReadAt } from "./elf.ts";
import { EMPTY_BASE, type ImageContent, LIBC_BASE } from "./plan_image.ts";
import { findSharedLibraries, type LibraryFiles } from "./shared_libraries.ts";
import type { FileContent, TarEntry } from "../image/tar.ts";

const CHUNK_BYTES = 1 << 20;
/** Holds proxy/ as it is in the sources; the Dockerfile's PATH names it. */
const MODULES_FOLDER = "usr/local/lib/luma";
const COMMANDS = { "luma-proxy": "proxy/luma_proxy.ts", "luma-health": "proxy/luma_health.ts" };

/** What an image of a runtime and the proxy's modules is made of. */
export interface Sources {
  readonly runtime: "bun" | "deno";
  /** The runtime's executable on this machine. */
  readonly execPath: string;
  /** Text by path: `proxy/luma_proxy.ts`. */
  readonly modules: ReadonlyMap<string, string>;
}

/** The root of an image with one executable; `base`: do not look for its libraries here. */
export async function executableContent(path: string, base?: string): Promise<ImageContent> {
  const program: readonly TarEntry[] = [
    await fileEntry("usr/local/bin/luma-proxy", path, 0o755),
    { kind: "link", path: "usr/local/bin/luma-health", to: "luma-proxy" },
  ];
  if (base !== undefined) return { base, entries: program };
  const libraries = await libraryContent(path);
  return { base: libraries.base, entries: [...program, ...libraries.entries] };
}

/** The root of an image with a runtime and the modules that it runs. */
export async function sourcesContent(sources: Sources): Promise<ImageContent> {
  const libraries = await libraryContent(sources.execPath);
  return {
    base: libraries.base,
    entries: [
      await fileEntry(`usr/local/bin/${sources.runtime}`, sources.execPath, 0o755),
      ...formatModules(sources),
      ...libraries.entries,
    ],
  };
}

/**
 * The modules, and beside each entry a copy of it that the kernel can start by its first line. Deno
 * resolves imports from a link's own folder, so a link elsewhere would not do.
 */
export function formatModules(sources: Sources): readonly TarEntry[] {
  // The kernel gives a first line's words to the interpreter as one word: there can be one alone.
  const interpreter = `#!/usr/local/bin/${sources.runtime}${
    sources.runtime === "deno" ? " -A" : ""
  }`;
  const modules = [...sources.modules].map(([path, content]): TarEntry => {
    return { kind: "file", path: `${MODULES_FOLDER}/${path}`, content };
  });
  const commands = Object.entries(COMMANDS).map(([name, entry]): TarEntry => ({
    kind: "file",
    path: `${MODULES_FOLDER}/proxy/${name}`,
    mode: 0o755,
    content: `${interpreter}\n${(sources.modules.get(entry) ?? "").replace(/^#!.*\n/, "")}`,
  }));
  return [...modules, ...commands];
}

async function libraryContent(path: string): Promise<ImageContent> {
  const libraries = await findSharedLibraries(path, LOCAL_FILES);
  if (libraries.kind === "missing") {
    if (libraries.libc === "glibc") return { base: LIBC_BASE, entries: [] };
    throw new LumaError(
      `Cannot make the image of luma-proxy: "${libraries.neededBy}" needs ${libraries.name}`,
      { hint: "Install it (on Alpine: apk add libstdc++), or set proxy.image in luma.yml" },
    );
  }
  const entries = libraries.paths.map((library) => fileEntry(library.slice(1), library, 0o755));
  return { base: EMPTY_BASE, entries: await Promise.all(entries) };
}

async function fileEntry(path: string, source: string, mode: number): Promise<TarEntry> {
  const content: FileContent = {
    sizeBytes: (await stat(source)).size,
    read: () => createReadStream(source, { highWaterMark: CHUNK_BYTES }),
  };
  return { kind: "file", path, mode, content };
}

const LOCAL_FILES: LibraryFiles = {
  async withFile(path, use) {
    let file: FileHandle;
    try {
      file = await open(path, "r");
    } catch (error) {
      if (["ENOENT", "ENOTDIR"].includes((error as { code?: string }).code ?? "")) return undefined;
      throw new LumaError(`Cannot read "${path}": ${(error as Error).message}`, { cause: error });
    }
    try {
      return await use(readerOf(file));
    } finally {
      await file.close();
    }
  },
};

function readerOf(file: FileHandle): ReadAt {
  return async (offset, lengthBytes) => {
    const bytes = new Uint8Array(lengthBytes);
    const { bytesRead } = await file.read(bytes, 0, lengthBytes, offset);
    return bytes.subarray(0, bytesRead);
  };
}
