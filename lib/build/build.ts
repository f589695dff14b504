/**
 * Makes luma's executables in dist/, and their checksums: `bun lib/build/build.ts`, or with Deno.
 *
 * The rule: what has not changed is not made again, and what is in dist/ has its line in SHA256SUMS.
 *
 * @module
 */
import { rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { LumaError, messageOf, UsageError } from "../error.ts";
import {
  buildExecutable,
  createCompilerRunner,
  type Executable,
  type ExecutableName,
  EXECUTABLES,
  type ExecutableTarget,
  listExecutables,
} from "./build_executable.ts";
import { checkoutFolder } from "./checkout_folder.ts";
import { compilerOf } from "./host_executable.ts";

/** What a release is made for, as Bun names it. */
export const RELEASE_TARGETS: readonly ExecutableTarget[] = [
  ...["linux-x64", "linux-arm64", "linux-x64-musl", "linux-arm64-musl"],
  ...["darwin-arm64", "darwin-x64", "windows-x64"],
];

const USAGE = `Usage: bun lib/build/build.ts [EXECUTABLE…] [--target TARGET]… [--all]
  EXECUTABLE  ${EXECUTABLES.join(", ")}; all unless given
  TARGET      host (unless given), or as Bun names it:
              ${RELEASE_TARGETS.join(", ")}
  --all       every one of these targets`;

/** What the command line asks for. */
export interface BuildRequest {
  readonly names: readonly ExecutableName[];
  readonly targets: readonly ExecutableTarget[];
}

/** @throws {UsageError} When an option or an executable is not known. */
export function parseBuildRequest(args: readonly string[]): BuildRequest {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { target: { type: "string", multiple: true }, all: { type: "boolean" } },
    });
    if (values.all && values.target) throw new Error("--all leaves no --target to choose");
    const unknown = positionals.find((name) => !EXECUTABLES.includes(name as ExecutableName));
    if (unknown !== undefined) throw new Error(`there is no executable "${unknown}"`);
    const names = positionals.length === 0 ? EXECUTABLES : positionals as ExecutableName[];
    return { names, targets: values.all ? RELEASE_TARGETS : values.target ?? ["host"] };
  } catch (error) {
    throw new UsageError(`Cannot build: ${messageOf(error)}`, USAGE);
  }
}

/** One line for people: name, size, and whether it was made now. */
export function formatExecutable(executable: Executable): string {
  const size = `${(executable.sizeBytes / 1e6).toFixed(1)} MB`;
  const state = executable.built ? "made" : "unchanged";
  return `${basename(executable.path).padEnd(30)} ${size.padStart(9)}  ${state}`;
}

/** A file with a line in SHA256SUMS. */
export type Checksummed = Pick<Executable, "path" | "sha256">;

/** The lines that `sha256sum --check` reads, sorted by name. */
export function formatChecksums(files: readonly Checksummed[]): string {
  return files.map(({ path, sha256 }) => `${sha256}  ${basename(path)}\n`)
    .sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join("");
}

/** Makes what is asked for, one after the other: the compiler uses all processors itself. */
export async function build(
  request: BuildRequest,
  checkout: string,
  report: (line: string) => void,
): Promise<readonly Executable[]> {
  const bun = compilerOf(checkout);
  const compiler = createCompilerRunner();
  const executables: Executable[] = [];
  for (const target of request.targets) {
    for (const name of request.names) {
      const executable = await buildExecutable({ checkout, name, target, bun }, compiler);
      report(formatExecutable(executable));
      executables.push(executable);
    }
  }
  return executables;
}

/** Writes dist/SHA256SUMS, at once: somebody may be checking against it. */
export async function writeChecksums(
  checkout: string,
  files: readonly Checksummed[],
): Promise<void> {
  const path = join(checkout, "dist/SHA256SUMS");
  await writeFile(`${path}.${process.pid}`, formatChecksums(files));
  await rename(`${path}.${process.pid}`, path);
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const checkout = checkoutFolder();
    await build(parseBuildRequest(args), checkout, (line) => process.stdout.write(`${line}\n`));
    await writeChecksums(checkout, await listExecutables(checkout));
    return 0;
  } catch (error) {
    if (!(error instanceof LumaError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint ?? ""}\n`);
    return error.exitCode;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
