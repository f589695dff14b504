/**
 * Makes luma's executables in a checkout, with the compiler of Bun.
 *
 * The rule: an executable is made once for what goes into it; the hash of that is kept beside it, and
 * known without making it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LumaError } from "../error.ts";
import { createLocalRunner } from "../ssh/local_runner.ts";
import type { Runner } from "../ssh/runner.ts";
import { hashFile } from "../proxy_image/hash_file.ts";

/** The executables that there are. */
export type ExecutableName = "luma" | "luma-proxy" | "luma-health";

/** What an executable is made for; `host`: this machine. Else as Bun names it: `linux-arm64-musl`. */
export type ExecutableTarget = string;

/** What to make, and where. */
export interface BuildOptions {
  /** Absolute path of the checkout. */
  readonly checkout: string;
  readonly name: ExecutableName;
  readonly target: ExecutableTarget;
  /** Absolute path of the bun that compiles. */
  readonly bun: string;
}

/** An executable that was made. */
export interface Executable {
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
  /** False where one made of the same was there. */
  readonly built: boolean;
}

interface HashRecord {
  readonly inputs: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The module that each executable starts with, and the folders and files that may go into it. */
const PARTS: Readonly<
  Record<ExecutableName, { readonly entry: string; readonly sources: readonly string[] }>
> = {
  "luma": { entry: "cli.ts", sources: ["cli.ts", "mod.ts", "lib", "proxy", "package-lock.json"] },
  "luma-proxy": { entry: "proxy/luma_proxy.ts", sources: ["proxy"] },
  "luma-health": { entry: "proxy/luma_health.ts", sources: ["proxy"] },
};

/** Without `--no-compile-autoload-*`, an executable runs what a folder's bunfig.toml asks for. */
const FLAGS = [
  ...["--compile", "--minify", "--bytecode", "--format=esm", "--splitting"],
  ...["--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig"],
];

/** Names of all executables, in the order in which they are made. */
export const EXECUTABLES = Object.keys(PARTS) as readonly ExecutableName[];

/** The words of the compiler, after its own name and folder. */
export function formatBuildArguments(
  options: Pick<BuildOptions, "name" | "target">,
  outFile: string,
): readonly string[] {
  const target = options.target === "host" ? [] : [`--target=bun-${options.target}`];
  return ["build", ...FLAGS, ...target, `--outfile=${outFile}`, PARTS[options.name].entry];
}

/** The file's name in dist/: `luma-proxy`, `luma-proxy-linux-arm64`, `luma-windows-x64.exe`. */
export function formatExecutableName(
  { name, target }: Pick<BuildOptions, "name" | "target">,
  platform: string,
): string {
  if (target === "host") return platform === "win32" ? `${name}.exe` : name;
  return `${name}-${target}${target.startsWith("windows") ? ".exe" : ""}`;
}

/** Hashes all that goes into an executable: sources, flags, compiler, target. SHA-256 in hex. */
export async function hashInputs(options: BuildOptions): Promise<string> {
  const read = (path: string) => readFile(join(options.checkout, path), "utf8");
  const hash = createHash("sha256");
  const machine = options.target === "host" ? [process.platform, process.arch] : [];
  const compiler = await read("node_modules/bun/package.json");
  hash.update(JSON.stringify([formatBuildArguments(options, ""), machine, compiler]));
  for (const source of PARTS[options.name].sources) {
    for (const path of await listSources(options.checkout, source)) {
      hash.update(JSON.stringify([path, await read(path)]));
    }
  }
  return hash.digest("hex");
}

/**
 * Makes an executable in dist/, unless one is there that was made of the same.
 *
 * @throws {LumaError} With the compiler's own words, when it fails.
 */
export async function buildExecutable(
  options: BuildOptions,
  runner: Runner,
  signal?: AbortSignal,
): Promise<Executable> {
  const folder = join(options.checkout, "dist");
  const file = formatExecutableName(options, process.platform);
  const path = join(folder, file);
  const recordPath = join(folder, ".hashes", `${file}.json`);
  const inputs = await hashInputs(options);
  const known = await readRecord(recordPath);
  if (known?.inputs === inputs && await hashFile(path) === known.sha256) {
    return { path, sizeBytes: known.sizeBytes, sha256: known.sha256, built: false };
  }
  await mkdir(join(folder, ".hashes"), { recursive: true });
  // Another luma may be making the same: each one works in a folder of its own, the last one wins.
  const scratch = join(folder, `.making-${process.pid}-${file}`);
  try {
    await compile(options, join(scratch, file), { runner, signal });
    await rename(join(scratch, file), path);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const sizeBytes = (await stat(path)).size;
  const sha256 = await hashFile(path) ?? "";
  const record: HashRecord = { inputs, sha256, sizeBytes };
  await writeFile(recordPath, JSON.stringify(record));
  return { path, sizeBytes, sha256, built: true };
}

/** What is in dist/ and was made by {@linkcode buildExecutable}, now or earlier. */
export async function listExecutables(checkout: string): Promise<readonly Executable[]> {
  const folder = join(checkout, "dist");
  const executables: Executable[] = [];
  for (const file of await readdir(join(folder, ".hashes"))) {
    const path = join(folder, file.replace(/\.json$/, ""));
    const record = await readRecord(join(folder, ".hashes", file));
    if (record === undefined || await hashFile(path) !== record.sha256) continue;
    executables.push({ path, sizeBytes: record.sizeBytes, sha256: record.sha256, built: false });
  }
  return executables;
}

/** Runs the compiler on this machine, without the variables that make a Bun something else. */
export function createCompilerRunner(): Runner {
  return createLocalRunner({
    server: "local",
    env: { BUN_OPTIONS: undefined, BUN_BE_BUN: undefined },
  });
}

async function compile(
  options: BuildOptions,
  outFile: string,
  { runner, signal }: { readonly runner: Runner; readonly signal: AbortSignal | undefined },
): Promise<void> {
  // The compiler follows the bunfig.toml of the folder it is in, which may be anybody's project.
  const { status, stderr, stdout } = await runner.run({
    argv: [options.bun, `--cwd=${options.checkout}`, ...formatBuildArguments(options, outFile)],
    ...(signal === undefined ? {} : { signal }),
  });
  if (status === 0) return;
  throw new LumaError(
    `Cannot make the executable "${options.name}" for ${options.target}: ` +
      (stderr.trim() || stdout.trim() || `status ${status}`),
    { hint: "Check that npm ci has run in the checkout, and that the target is one of Bun's" },
  );
}

async function readRecord(path: string): Promise<HashRecord | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as HashRecord;
  } catch {
    // Missing, or cut short by a crash: the executable is made again.
    return undefined;
  }
}

/** Paths of the modules in `source`, or `source` itself where it is a file; sorted, with `/`. */
async function listSources(checkout: string, source: string): Promise<readonly string[]> {
  const found = await stat(join(checkout, source)).catch(() => undefined);
  if (found === undefined) return [];
  if (found.isFile()) return [source];
  const names = await readdir(join(checkout, source), { recursive: true });
  return names.filter((name) => name.endsWith(".ts"))
    .map((name) => `${source}/${name.replaceAll("\\", "/")}`).sort();
}
