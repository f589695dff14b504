/**
 * Sees to it that a Dockerfile does not copy `.luma/secrets` into an image.
 *
 * The rule: what an instruction would copy is refused before anything is built: an image is sent, pushed
 * and kept, so a warning would come too late. What cannot be seen in the Dockerfile is not refused.
 *
 * @module
 */
import { readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, posix, relative, sep } from "node:path";
import type { Builder } from "../docker/build_argv.ts";
import { UsageError } from "../error.ts";
import type { BuildFiles } from "./build_files.ts";
import { findCopyOf } from "./find_copy_of.ts";
import { isLeftOut } from "./ignore_patterns.ts";

/** A build whose files are there. */
export interface CheckedBuild extends BuildFiles {
  /** Of the app or the service, for people. */
  readonly name: string;
  /** The stage that is built; none: the last one. */
  readonly target?: string;
}

/** Asks for the builder of this machine, which decides what file leaves something out. */
export type AskBuilder = () => Promise<Builder>;

/**
 * Checks the build of an app or a service.
 *
 * @param configFile Absolute path of luma.yml.
 * @throws {UsageError} When its Dockerfile copies the secrets.
 */
export async function checkSecretsFile(
  { name, context, dockerfile, target }: CheckedBuild,
  configFile: string,
  askBuilder: AskBuilder,
): Promise<void> {
  const path = await locateSecrets(context, configFile);
  if (path === undefined) return;
  const copy = findCopyOf(path, await readFile(dockerfile, "utf8"), target);
  if (copy === undefined) return;
  const own = `${dockerfile}.dockerignore`;
  const hasOwn = await isFile(own);
  // Instead of the folder's, but for BuildKit alone.
  const ownCounts = hasOwn && await askBuilder() !== "classic";
  const ignoreFile = ownCounts ? own : join(context, ".dockerignore");
  if (await leavesOut(ignoreFile, path)) return;
  const why = await isFile(ignoreFile)
    ? `${basename(ignoreFile)} does not leave it out`
    : "there is no .dockerignore";
  const note = hasOwn && !ownCounts ? `, and without BuildKit ${basename(own)} does not count` : "";
  throw new UsageError(
    `Cannot build "${name}": its image would hold ${path}, which \`${copy}\` in ` +
      `${basename(dockerfile)} copies: ${why}${note}`,
    `Add a line ${lineFor(path)} to ${ignoreFile}`,
  );
}

/**
 * Where the build's folder has the secrets, relative to it; none where it does not.
 *
 * Of a symbolic link docker copies the link alone: what counts is where the file itself is.
 */
async function locateSecrets(context: string, configFile: string): Promise<string | undefined> {
  const written = join(dirname(configFile), ".luma", "secrets");
  if (!await isFile(written)) return undefined;
  const [folder, file] = await Promise.all([realpath(context), realpath(written)]);
  const path = relative(folder, file).split(sep).join("/");
  return path.startsWith("../") || isAbsolute(path) ? undefined : path;
}

/** The whole folder where it is luma's own; a file that a link leads to stands among others. */
function lineFor(path: string): string {
  const folder = posix.dirname(path);
  return posix.basename(folder) === ".luma" ? folder : path;
}

async function leavesOut(ignoreFile: string, path: string): Promise<boolean> {
  return await isFile(ignoreFile) && isLeftOut(path, await readFile(ignoreFile, "utf8"));
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // Whatever the reason is, docker could not read it either.
    return false;
  }
}
