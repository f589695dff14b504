/**
 * Finds the shared libraries that an executable of this machine needs, as its own loader would.
 *
 * The rule: a library goes into the image at the very path it was found at, because the loader that
 * goes with it looks there.
 *
 * @module
 */
import { posix } from "node:path";
import { type ElfFile, type ReadAt, readElf } from "./elf.ts";

/** Files of this machine, as far as this module reads them. */
export interface LibraryFiles {
  /** Calls `use` with a reader of the file at `path`; none where there is no such file. */
  withFile<T>(path: string, use: (readAt: ReadAt) => Promise<T>): Promise<T | undefined>;
}

/** What an executable needs beside itself. */
export type SharedLibraries =
  | {
    readonly kind: "found";
    readonly libc: "glibc" | "musl" | "none";
    /** Absolute paths, the loader first; empty for a static executable. */
    readonly paths: readonly string[];
  }
  | {
    readonly kind: "missing";
    readonly libc: "glibc" | "musl";
    readonly name: string;
    readonly neededBy: string;
  };

/**
 * Libraries that glibc before 2.34 loads by itself once a name is resolved; nothing names them. Later
 * ones have this code in libc, and load them only where an `nsswitch.conf` asks for more.
 */
const GLIBC_RESOLVER = ["libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2"];

/** Finds everything the ELF executable at `path` needs; a file that is no ELF file needs nothing. */
export async function findSharedLibraries(
  path: string,
  files: LibraryFiles,
): Promise<SharedLibraries> {
  const program = await files.withFile(path, readElf);
  if (program?.interpreter === undefined) return { kind: "found", libc: "none", paths: [] };
  const libc = posix.basename(program.interpreter).startsWith("ld-musl") ? "musl" : "glibc";
  const missing = (name: string, neededBy: string): SharedLibraries => {
    return { kind: "missing", libc, name, neededBy };
  };
  if (await files.withFile(program.interpreter, readElf) === undefined) {
    return missing(program.interpreter, path);
  }
  const found = new Map<string, string>();
  const defaults = defaultFolders(program);
  const open = [{ path, elf: program }];
  for (let current = open.shift(); current !== undefined; current = open.shift()) {
    for (const name of current.elf.needed) {
      if (found.has(name) || isLoader(name, program.interpreter)) continue;
      const library = await findLibrary(name, foldersOf(current, defaults), files);
      if (library === undefined) return missing(name, current.path);
      found.set(name, library.path);
      open.push(library);
    }
  }
  if (libc === "glibc") {
    for (const name of GLIBC_RESOLVER) {
      const library = found.has(name) ? undefined : await findLibrary(name, defaults, files);
      if (library !== undefined) found.set(name, library.path);
    }
  }
  return { kind: "found", libc, paths: [program.interpreter, ...found.values()] };
}

interface Library {
  readonly path: string;
  readonly elf: ElfFile;
}

async function findLibrary(
  name: string,
  folders: readonly string[],
  files: LibraryFiles,
): Promise<Library | undefined> {
  for (const folder of folders) {
    const path = posix.join(folder, name);
    const elf = await files.withFile(path, readElf);
    if (elf !== undefined) return { path, elf };
  }
  return undefined;
}

/** musl's libc is its own loader, under another name in DT_NEEDED: `libc.musl-x86_64.so.1`. */
function isLoader(name: string, interpreter: string): boolean {
  return name === posix.basename(interpreter) || /^libc\.musl-.*\.so\.1$/.test(name);
}

function foldersOf(library: Library, defaults: readonly string[]): readonly string[] {
  const origin = posix.dirname(library.path);
  const own = library.elf.searchFolders.map((folder) =>
    folder.replace(/\$ORIGIN|\$\{ORIGIN\}/g, origin)
  );
  return [...own, ...defaults];
}

/** The loader's built-in folders: multiarch (Debian), 64-bit (Fedora, SUSE) and plain (Arch, musl). */
function defaultFolders(program: ElfFile): readonly string[] {
  const triplet = program.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  const loaders = program.interpreter === undefined ? [] : [posix.dirname(program.interpreter)];
  return [
    ...[`/lib/${triplet}`, `/usr/lib/${triplet}`, "/lib64", "/usr/lib64"],
    ...["/lib", "/usr/lib", "/usr/local/lib"],
    ...loaders,
  ];
}
