/**
 * What this process is: an executable of luma, a checkout, or a runtime with luma's modules.
 *
 * The rule: the one place of the image's making that looks at the process itself.
 *
 * @module
 */
import { access } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** A system and processor, as image platforms name them: `linux`, `amd64`. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

/** How luma runs on this machine. */
export interface Host {
  readonly kind:
    /** A compiled executable, which holds luma, the proxy and the runtime. */
    | "executable"
    /** Sources with the means to make executables. */
    | "checkout"
    /** Sources that a runtime runs from a folder, or from where they were published. */
    | "sources";
  readonly platform: Platform;
  readonly runtime: { readonly name: "bun" | "deno" | "node"; readonly version: string };
  /** The program of this process. */
  readonly execPath: string;
  /** The folder that holds lib/ and proxy/, as a `file:` or `https:` URL with a `/` at its end. */
  readonly rootUrl: string;
  /** The compiler, in a checkout. */
  readonly bun?: string;
}

/** The platform's name for one of Node's names of systems and processors. */
export function platformOf(system: string, processor: string): Platform {
  const arch = { x64: "amd64", arm64: "arm64" }[processor] ?? processor;
  return { os: system === "win32" ? "windows" : system, arch };
}

/** Whether a module's URL is inside an executable that Bun compiled. */
export function isCompiled(moduleUrl: string): boolean {
  return /^file:\/\/\/(\$bunfs|[A-Z]:\/~BUN)\//i.test(moduleUrl);
}

/** Finds out what this process is. */
export async function observeHost(): Promise<Host> {
  const moduleUrl = import.meta.url;
  const rootUrl = new URL("../../", moduleUrl).href;
  const bun = await findCompiler(moduleUrl);
  const kind = isCompiled(moduleUrl) ? "executable" : bun === undefined ? "sources" : "checkout";
  return {
    kind,
    platform: platformOf(process.platform, process.arch),
    runtime: observeRuntime(),
    execPath: process.execPath,
    rootUrl,
    ...(bun === undefined ? {} : { bun }),
  };
}

function observeRuntime(): Host["runtime"] {
  const { bun, deno, node = "" } = process.versions as Record<string, string | undefined>;
  if (bun !== undefined) return { name: "bun", version: bun };
  return deno === undefined ? { name: "node", version: node } : { name: "deno", version: deno };
}

/** The bun that a checkout's `npm ci` installed; none where this is no checkout. */
async function findCompiler(moduleUrl: string): Promise<string | undefined> {
  if (!moduleUrl.startsWith("file:") || isCompiled(moduleUrl)) return undefined;
  const [tool, bun] = ["../build/build.ts", "../../node_modules/bun/bin/bun.exe"]
    .map((path) => fileURLToPath(new URL(path, moduleUrl))) as [string, string];
  try {
    await access(tool);
    await access(bun);
    return bun;
  } catch {
    return undefined;
  }
}
