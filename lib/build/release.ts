/**
 * Prepares a release: `deno task release 1.2.3`. It checks, sets the version, makes everything that is
 * published, and prints the commands that publish it.
 *
 * The rule: nothing leaves this machine, and what fails leaves the sources as they were.
 *
 * @module
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LumaError, messageOf, UsageError } from "../error.ts";
import { PUBLISHED_NAME } from "../proxy_image/plan_image.ts";
import type { Runner } from "../ssh/runner.ts";
import { build, RELEASE_TARGETS } from "./build.ts";
import { createCompilerRunner, type Executable, EXECUTABLES } from "./build_executable.ts";
import { releaseChangelog } from "./changelog.ts";
import { checkoutFolder } from "./checkout_folder.ts";
import { formatPublishCommands, type ReleaseImage } from "./publish_commands.ts";
import { type ReleaseFilesOptions, writeReleaseFiles } from "./release_files.ts";
import { checkNextVersion, readVersions, setVersion, VERSION_FILES } from "./version_copies.ts";

const USAGE = `Usage: deno task release VERSION [--dry-run] [--skip-gate]
  --dry-run    show what would be done, and change nothing
  --skip-gate  do not check formatting, lint, types and unit tests (for tests of the release itself)`;

/** What the command line asks for. */
export interface ReleaseRequest {
  readonly version: string;
  readonly dryRun: boolean;
  readonly skipGate: boolean;
}

/** What a release acts with. */
export interface ReleaseEffects {
  /** Absolute path of the checkout. */
  readonly checkout: string;
  /** Runs git, and the gate. */
  readonly runner: Runner;
  /** Makes the executables of every release target. */
  readonly build: () => Promise<readonly Executable[]>;
  readonly writeFiles: (options: ReleaseFilesOptions) => Promise<readonly ReleaseImage[]>;
  readonly now: () => Date;
  readonly print: (line: string) => void;
}

/** @throws {UsageError} When the words are not a version and known options. */
export function parseReleaseRequest(args: readonly string[]): ReleaseRequest {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { "dry-run": { type: "boolean" }, "skip-gate": { type: "boolean" } },
    });
    const [version, ...rest] = positionals;
    if (version === undefined || rest.length > 0) throw new Error("expected one version");
    return { version, dryRun: values["dry-run"] === true, skipGate: values["skip-gate"] === true };
  } catch (error) {
    throw new UsageError(`Cannot release: ${messageOf(error)}`, USAGE);
  }
}

/**
 * Prepares a release.
 *
 * @throws {LumaError} When the tree has changes, a check fails, or something cannot be made.
 */
export async function release(request: ReleaseRequest, effects: ReleaseEffects): Promise<void> {
  const { version } = request;
  const { print, checkout, now } = effects;
  const date = now();
  const before = await readTexts(checkout);
  const after = planTexts(before, version, date);
  if (request.dryRun) return await describeRelease(request, [...after.keys()], effects);
  await checkTree(effects);
  if (!request.skipGate) await runGate(effects);
  try {
    await writeTexts(checkout, after);
    print(`Version ${version} is set in ${[...after.keys()].join(", ")}`);
    const executables = await effects.build();
    const images = await effects.writeFiles({ checkout, version, date, executables });
    print("dist/ holds the release. These commands publish it; none was run:\n");
    print(formatPublishCommands({ version, imageName: PUBLISHED_NAME, images }));
  } catch (error) {
    await writeTexts(checkout, before);
    throw error;
  }
}

/** The texts that a release changes, by their path in the checkout. */
type Texts = ReadonlyMap<string, string>;

async function readTexts(checkout: string): Promise<Texts> {
  const texts = new Map<string, string>();
  for (const file of [...VERSION_FILES, "CHANGELOG.md"]) {
    texts.set(file, await readFile(join(checkout, file), "utf8"));
  }
  return texts;
}

function planTexts(texts: Texts, version: string, date: Date): Texts {
  const [first = ""] = VERSION_FILES;
  checkNextVersion(version, readVersions(first, texts.get(first) ?? "")[0] ?? "");
  const day = date.toISOString().slice(0, 10);
  return new Map(
    [...texts].map(([file, text]) => [
      file,
      file === "CHANGELOG.md"
        ? releaseChangelog(text, { version, date: day })
        : setVersion(file, text, version),
    ]),
  );
}

async function writeTexts(checkout: string, texts: Texts): Promise<void> {
  for (const [file, text] of texts) await writeFile(join(checkout, file), text);
}

async function describeRelease(
  { version, skipGate }: ReleaseRequest,
  files: readonly string[],
  effects: ReleaseEffects,
): Promise<void> {
  const { print } = effects;
  const changes = await listChanges(effects);
  print(`Would release ${version}:`);
  print(`  check that nothing is uncommitted${changes === "" ? "" : " (something is, now)"}`);
  if (!skipGate) print(`  run ${GATE.join(" ")}`);
  print(`  set the version in ${files.filter((file) => file !== "CHANGELOG.md").join(", ")}`);
  print(`  move what is unreleased in CHANGELOG.md to ${version}`);
  print(`  make ${EXECUTABLES.join(", ")} for ${RELEASE_TARGETS.join(", ")}`);
  print("  write dist/SHA256SUMS, dist/install.sh, the bill of materials, the images' contexts");
  print("  print these commands, with what the images are made of:\n");
  const images = ["amd64", "arm64"].map((arch) => ({
    ...{ arch, context: `luma-proxy-image-${arch}.tar`, base: "BASE", digest: "DIGEST" },
  }));
  print(formatPublishCommands({ version, imageName: PUBLISHED_NAME, images }));
}

async function checkTree(effects: ReleaseEffects): Promise<void> {
  const changes = await listChanges(effects);
  if (changes === "") return;
  throw new LumaError(`Cannot release: files are not committed:\n${changes}`, {
    hint: "Commit or stash them, then run the same command again",
  });
}

async function listChanges({ runner, checkout }: ReleaseEffects): Promise<string> {
  const argv = ["git", "-C", checkout, "status", "--porcelain"];
  const { status, stdout, stderr } = await runner.run({ argv });
  if (status === 0) return stdout.trimEnd();
  throw new LumaError(`Cannot ask git what is committed: ${stderr.trim()}`);
}

/** Formatting, lint, types, and the unit tests under both runtimes. */
const GATE = ["tests/run", "unit"];

async function runGate({ runner, checkout, print }: ReleaseEffects): Promise<void> {
  const [program = "", ...words] = GATE;
  const argv = [join(checkout, program), ...words];
  const { status } = await runner.run({ argv, onLine: print });
  if (status === 0) return;
  throw new LumaError(`Cannot release: ${GATE.join(" ")} ended with status ${status}`, {
    hint: "What failed is told above",
  });
}

async function main(args: readonly string[]): Promise<number> {
  const checkout = checkoutFolder();
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  try {
    await release(parseReleaseRequest(args), {
      checkout,
      print,
      runner: createCompilerRunner(),
      build: () => build({ names: EXECUTABLES, targets: RELEASE_TARGETS }, checkout, print),
      writeFiles: writeReleaseFiles,
      now: () => new Date(),
    });
    return 0;
  } catch (error) {
    if (!(error instanceof LumaError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint ?? ""}\n`);
    return error.exitCode;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
